// Package scoringweb holds the pages and the API of package scoring: the
// programme with who has done what, the tasks of each body with the evidence for
// them, and the monthly and annual reports.
package scoringweb
