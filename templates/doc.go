// Package templates holds everything a browser gets to see that is not data:
// layouts, partials, pages, styles, scripts, pictures and the message files.
//
// Its nouns: Frame is what surrounds every page (navigation, place, account);
// the other types are the data of the partials, one type per partial, so that
// a page and the partial it calls agree at compile time. Strings in these
// types are texts in the reader's language, made by the caller; only the
// labels of the navigation are message keys.
//
// It promises that the partials never write an inline script, an inline style
// or an event attribute (the content security policy forbids all three) and
// that every page works without JavaScript.
//
// It leaves to others: parsing and running the templates, the template
// functions (t, icon, asset, …), and all decisions about what may be shown.
package templates
