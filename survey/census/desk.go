package census

import (
	"strings"
	"sync"

	"qingce/internal/auth"
	"qingce/internal/field"
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
type Desk struct {
	deps   Deps
	words  func() words
	read   func() *field.Words
	titles func() map[string]string
}

// NewDesk makes a desk.
func NewDesk(deps Deps) *Desk {
	d := &Desk{deps: deps}
	d.words = sync.OnceValue(d.learnWords)
	d.read = sync.OnceValue(func() *field.Words { return field.NewWords(deps.Catalog, inventory.SystemFields) })
	d.titles = sync.OnceValue(d.learnTitles)
	return d
}

// learnWords reads the parts of names that say nothing, in all languages.
func (d *Desk) learnWords() words {
	list := func(key string) []string {
		var out []string
		for _, lang := range locale.Languages() {
			for _, w := range strings.Split(d.deps.Catalog.Printer(lang).T(key), "|") {
				out = append(out, plain(w))
			}
		}
		return out
	}
	return words{list("census.words.places"), list("census.words.generics"), list("census.words.editions")}
}

// campaigns are a census and the self-survey whose answers it verifies; they
// are the same where the census asks itself.
type campaigns struct{ Census, Base survey.Campaign }

// form names the form of a body in the self-survey.
func (c campaigns) form(body inventory.Department) survey.FormKey {
	return survey.FormKey{Campaign: c.Base.Code, Department: body.Code}
}

// forWork reads a census that by may work on and that is going on, and holds it:
// works on one census wait for each other, and for its lock.
func (d *Desk) forWork(tx *store.Tx, by auth.Principal, code string) (campaigns, error) {
	if err := by.Require(workers()...); err != nil {
		return campaigns{}, err
	}
	c, err := campaignsByCode(tx, code, true)
	if err != nil {
		return campaigns{}, err
	}
	switch {
	case c.Census.State == survey.Locked || c.Base.State == survey.Locked:
		return campaigns{}, survey.ErrCampaignLocked
	case !c.Census.State.Takes():
		return campaigns{}, survey.ErrNotTaking
	}
	return c, nil
}

// seen lists the departments whose items by may see; nil is all.
func (d *Desk) seen(tx *store.Tx, by auth.Principal) ([]auth.DepartmentID, error) {
	if err := by.Require(viewers()...); err != nil {
		return nil, err
	}
	dir, err := d.deps.Registry.DirectoryIn(tx)
	if err != nil {
		return nil, err
	}
	return dir.Within(by.View()), nil
}

// path is the address of a page of a census.
func pathOf(census string, more ...string) string {
	return "/census/" + strings.Join(append([]string{census}, more...), "/")
}
