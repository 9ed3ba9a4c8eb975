// Package locale finds the words that people read.
//
// A Catalog is read once from message files (one directory per language, flat
// JSON files of key and text; {name} stands for an argument). A Printer speaks
// one language: texts by key, faults, dates, times in Asia/Shanghai and money.
// With and Over lay texts that come from data (of a questionnaire) over both.
// zh-CN is the language of the law here and the one that stands in for a
// missing text; a test keeps both languages complete.
package locale
