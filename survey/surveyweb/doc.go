// Package surveyweb holds the pages and the API of surveys: campaigns and
// questionnaires, the forms that bodies fill in, their review, the coverage of
// a campaign, and the census with its certificate.
package surveyweb
