// Package chart turns numbers and labels into pictures, as SVG and as PNG.
//
// Its nouns are Bars (a ranking or shares), Stacks (how a group divides), Lines
// (a course over time), Days (a course over days, with days off and from when
// to when something lasted), Heat (rows by days as shades) and Matrix (rows by
// columns as values on shades). Each lays itself out as a Drawing of a width,
// and a Drawing writes itself: Inline for a page, SVG and PNG for a file that
// is taken home.
//
// It promises that a picture can be read without colour (what differs in colour
// differs in pattern or in greyness as well, and the value stands beside it),
// that what was not measured is a hatched gap with its word and never a zero,
// that a gap in a course stays a gap, and that nothing typed by people becomes
// markup: what Inline returns may go into a page as it is. SVG carries text as
// text and no style attribute, so that it fits the content security policy. No
// number makes it fail: what is not finite counts as not measured.
//
// Why one layout of its own and not the charts of the library: those have no
// bars from left to right, join lines over gaps, drop Chinese labels that they
// cannot break, write labels into SVG unescaped, and know neither links nor
// patterns. What is used of the library is its rasterizer, which draws a
// Drawing as PNG.
//
// PNG needs a font in the program: a part of Noto Sans SC with the characters
// of GB 2312, Latin letters and rarer characters of names and places (font/).
// A character that it lacks is drawn as 〓, and the picture says so in the
// words of Words.NoGlyph; SVG takes the fonts of the reader, which have more.
//
// It leaves to others: what is counted and in which order it stands, all words
// (a chart gets texts in the reader's language), and the table beside the
// picture.
package chart
