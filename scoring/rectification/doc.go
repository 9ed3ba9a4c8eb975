// Package rectification is how breaches are put right: rectification notices
// with a term, their replies, and what becomes of those that are not answered
// (办法 art. 23).
//
// Its nouns: a Notice tells a body in which of five situations it is (R1 to
// R5), with the facts and the records that show them (Fact), and gives it a
// term in working days. A Reply says what was put right, with evidence; the
// Office accepts it or rejects it with a reason. What is not answered in time
// is overdue, and on the next working day the service reports it to the
// leading group, which may decide. Desk holds the verbs.
//
// What the package promises: the Office issues and closes, the centre and the
// police may draft, the department answers through its head or its region's
// authority, and nobody decides on a notice to the own body. No notice is
// issued before the 办法 came into force, so that nothing of before costs
// points. The term is a due date of schedule.Book and follows the calendar. A
// notice is overdue from the day after its due day until the day of the reply
// that was accepted: time that the Office takes to check costs the department
// nothing, and a late reply stays late. Every act is authorised, checked and
// written into the operation log in the same transaction, and stands as a Step
// beside the notice. CasesAt and OpenOn give what others count by, as of a day,
// for all bodies at once.
//
// What a case costs belongs to package scorecard, what it does to money to
// package eligibility, and what the records are to their own rooms.
package rectification
