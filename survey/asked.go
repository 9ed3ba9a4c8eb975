package survey

import (
	"fmt"

	"qingce/internal/auth"
	"qingce/internal/field"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/survey/questionnaire"
)

// asked is a published questionnaire made ready to be answered.
type asked struct {
	compiled *questionnaire.Compiled
	words    map[*field.Catalog[field.Answers]]*field.Words
}

// ask gives the compiled questionnaire of a number in the database. A campaign
// that has opened holds to a published one, which never changes, so it is made
// once.
func (d *Desk) ask(tx *store.Tx, id int64) (*questionnaire.Compiled, error) {
	a, err := d.askWith(tx, id)
	if err != nil {
		return nil, err
	}
	return a.compiled, nil
}

func (d *Desk) askWith(tx *store.Tx, id int64) (*asked, error) {
	if a, ok := d.asked.Load(id); ok {
		return a.(*asked), nil
	}
	body, published, err := questionsOf(tx, id)
	if err != nil {
		return nil, err
	}
	c, err := questionnaire.Compile(body)
	if err != nil {
		return nil, fmt.Errorf("compile questionnaire %d: %w", id, err)
	}
	a := &asked{compiled: c, words: map[*field.Catalog[field.Answers]]*field.Words{}}
	catalog := d.deps.Catalog.With(c.Texts())
	for _, one := range a.catalogs() {
		a.words[one] = field.NewWords(catalog, one)
	}
	if published {
		d.asked.Store(id, a)
	}
	return a, nil
}

// catalogs are those of both parts and of all tables.
func (a *asked) catalogs() []*field.Catalog[field.Answers] {
	out := []*field.Catalog[field.Answers]{a.compiled.System, a.compiled.Department}
	for _, part := range []questionnaire.Part{questionnaire.OfSystem, questionnaire.OfDepartment} {
		for _, q := range a.compiled.OfPart(part) {
			if columns, ok := a.compiled.Columns(q.Name()); ok {
				out = append(out, columns)
			}
		}
	}
	return out
}

// Manner is how answers come in.
type Manner int

// The manners: typed into a page, standing in a cell, sent by a program.
const (
	ByPage Manner = iota
	BySheet
	ByProgram
)

// reading reads answers of a form for somebody.
type reading struct {
	asked  *asked
	names  field.Names
	manner Manner
	owner  inventory.Department
}

func (d *Desk) reading(tx *store.Tx, by auth.Principal, p *Paper, m Manner) (*reading, error) {
	a, err := d.askWith(tx, *p.Campaign.QuestionnaireID)
	if err != nil {
		return nil, err
	}
	names, err := d.deps.Registry.Names(tx, by)
	if err != nil {
		return nil, err
	}
	return &reading{asked: a, names: names, manner: m, owner: p.Owner}, nil
}

func (r *reading) reader(c *field.Catalog[field.Answers]) *field.Reader[field.Answers] {
	return &field.Reader[field.Answers]{
		Catalog: c, Words: r.asked.words[c], Names: r.names, Sheet: r.manner == BySheet, Program: r.manner == ByProgram,
	}
}
