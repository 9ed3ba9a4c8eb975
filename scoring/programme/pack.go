package programme

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"qingce/internal/calendar"
)

//go:embed packs
var packs embed.FS

// Pack is a programme.
type Pack struct {
	Key         string
	Name        map[string]string // by language
	Document    string            // its number
	InForce     calendar.Date
	Articles    []Article
	Obligations []Obligation
}

// Article is an article of the document.
type Article struct {
	ID      string // M9, P2.1
	Heading string
	Text    []string // paragraphs
}

// Keys lists the packs that are part of the program.
func Keys() []string {
	dirs, err := fs.ReadDir(packs, "packs")
	if err != nil {
		panic(err) // they are part of the program
	}
	var out []string
	for _, d := range dirs {
		out = append(out, d.Name())
	}
	return out
}

// Shipped reads a pack that is part of the program.
func Shipped(key string) (*Pack, error) {
	sub, err := fs.Sub(packs, path.Join("packs", key))
	if err != nil {
		return nil, fmt.Errorf("open pack %s: %w", key, err)
	}
	return Read(sub)
}

// Find finds an obligation.
func (p *Pack) Find(id string) (*Obligation, bool) {
	i := slices.IndexFunc(p.Obligations, func(o Obligation) bool { return o.ID == id })
	if i < 0 {
		return nil, false
	}
	return &p.Obligations[i], true
}

// Article finds the article of a reference, which may name a paragraph: M9.2 and
// M8(一) are in M9 and M8.
func (p *Pack) Article(reference string) (*Article, bool) {
	whole, _, _ := strings.Cut(reference, "(")
	for _, id := range []string{whole, whole[:max(strings.LastIndex(whole, "."), 0)]} {
		if i := slices.IndexFunc(p.Articles, func(a Article) bool { return a.ID == id }); i >= 0 {
			return &p.Articles[i], true
		}
	}
	return nil, false
}

// Terms lists the occasions of an obligation up to a day, the earliest first.
func (p *Pack) Terms(o *Obligation, through calendar.Date) []Term {
	var out []Term
	add := func(key string, due calendar.Date) bool {
		if due.After(through) {
			return false
		}
		out = append(out, Term{o.ID, key, due})
		return true
	}
	switch o.Kind {
	case Once:
		due, _ := calendar.ParseDate(o.Due) // it was checked
		add(o.ID, due)
	case Monthly:
		m, _ := time.Parse("2006-01", o.Due)
		for add(o.ID+m.Format("/2006-01"), calendar.NewDate(m.Year(), m.Month()+1, 1).AddDays(-1)) {
			m = m.AddDate(0, 1, 0)
		}
	case Yearly:
		day, _ := time.Parse("01-02", o.Due)
		for year := p.InForce.Year(); add(fmt.Sprintf("%s/%d", o.ID, year), calendar.NewDate(year, day.Month(), day.Day())); {
			year++
		}
	}
	return out
}
