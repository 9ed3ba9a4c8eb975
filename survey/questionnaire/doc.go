// Package questionnaire describes what a survey asks, as data that can be
// written, checked, kept and copied between cities without changing a program.
//
// Its nouns: a Body is one questionnaire with its Sections, each about every
// system of a body or about the body as a whole; a Question asks for a field of
// the register, whose kind, choices and rules are those of the register, or for
// something of its own; a Case says when a question is asked or must be
// answered, by earlier answers or by a Fact that the register knows; a Computed
// value is worked out and never typed. The number of systems (数量), the zero
// report and the three lists are part of every form and no questions here.
//
// Check says what is wrong with a body and where. Ready says besides what keeps
// it from being published: it may ask more than the register requires, never
// less. Compile makes the catalogs of package field, and the texts, that forms,
// workbooks and the API follow like any other catalog.
//
// The package knows no database; which version is published is for package
// survey.
package questionnaire
