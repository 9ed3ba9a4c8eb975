package main

import (
	"qingce/scoring"
)

// newTasks makes the board that holds the departments against the programme.
func (r *rooms) newTasks() *scoring.Board {
	return scoring.NewBoard(scoring.Deps{
		DB: r.db, Registry: r.registry, Book: r.book, Box: r.box, Surveys: r.surveys, Catalog: r.resources, Sharing: r.sharing, Cases: r.cases, Hub: r.hub,
	})
}
