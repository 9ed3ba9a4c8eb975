// Package webtest is for tests of pages and of the API: a Site is a whole
// server with real accounts on a real database, a Browser is somebody who
// uses it, a Page is what the Browser got.
//
// Every page that a Browser gets is looked over for what all pages must keep:
// the headers, no inline script or style, one h1, unique ids, labels at every
// input, no message key in place of a text. So each test of a page is a test of
// these too. CheckPages checks the templates against the types of their data,
// CheckRights every route against the people who may not call it.
package webtest
