// Package scoring holds the departments against the programme: what each has to
// do by when and whether it has (方案 part 3 (5)), and what it reports of it
// each month and each year (办法 art. 17).
//
// Its nouns: the programme in force is a pack of package programme. A Task is a
// term of an obligation and a body that it binds. A Handing is what a department
// shows for a task that no fact of the service proves; a Mark is a correction by
// the Office with its reason. A Report is what a department says of a month or a
// year. Board holds the verbs of tasks, Reports those of reports.
//
// What the package promises: a task is worked out from the facts each time and
// never stored, in a number of queries that does not grow with the bodies. As of
// a day, only what was done by the end of that day counts. What is handed in
// counts by the day of handing in, not by that of the answer; what comes back
// within three working days of its return keeps its day (schedule.CountsOn).
// What waits for the Office is not held against the department. Nobody accepts
// the own department's papers.
//
// What a task is worth belongs to package scorecard; what follows from lateness,
// to the rooms that close the month.
package scoring
