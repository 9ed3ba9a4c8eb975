package census

import (
	"qingce/internal/locale"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/survey"
)

// Deps are the rooms that a Desk works with.
type Deps struct {
	DB       *store.DB
	Registry *inventory.Registry
	Surveys  *survey.Desk
	Catalog  *locale.Catalog
}

// Desk is where a census is worked on. It is safe for concurrent use.
type Desk struct{ deps Deps }

// NewDesk makes a desk.
func NewDesk(deps Deps) *Desk { return &Desk{deps: deps} }
