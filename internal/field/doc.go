// Package field is the one description of a record's fields.
//
// A Catalog[T] lists the fields of a struct T in the order in which people
// fill them in: key, kind, section, when it is asked, when it must be filled,
// choices, unit, length. The form, the columns and filters of lists, the
// columns of workbooks, the JSON of the API with its schema, and the "what
// changed" of the history all follow it, so a field is described once and
// means the same everywhere.
//
// Between those worlds a value travels as canonical text: a day as 2017-09-30,
// a number in digits, money in fen, yes and no as true and false, a choice as
// its identifier, several as a|b, a reference as the number of its row; the
// empty text means "not given", which is never zero. Read turns what people
// type into canonical text and says what was wrong or had to be put right;
// Show turns it back into words.
//
// Most catalogs describe a struct of the program. The questions of a
// questionnaire are data: TryCatalog makes a catalog of them at run time, over
// Answers, a record of canonical texts by key, with fields of its own (Of) and
// fields of other records (AnswersOf).
//
// Rules across fields belong to the record's own package.
package field
