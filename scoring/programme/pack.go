package programme

import (
	"bytes"
	"embed"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
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

// Read reads a pack from the files pack.json, articles.csv and obligations.csv.
func Read(from fs.FS) (*Pack, error) {
	p := &Pack{}
	raw, err := fs.ReadFile(from, "pack.json")
	if err != nil {
		return nil, fmt.Errorf("read the pack: %w", err)
	}
	var head struct{ Key, Zh, En, Document, InForce string }
	var said struct {
		InForce string `json:"in_force"`
	}
	if err := firstOf(json.Unmarshal(raw, &head), json.Unmarshal(raw, &said)); err != nil {
		return nil, fmt.Errorf("pack.json: %w", err)
	}
	p.Key, p.Document, p.Name = head.Key, head.Document, map[string]string{"zh-CN": head.Zh, "en": head.En}
	if p.InForce, err = calendar.ParseDate(said.InForce); err != nil {
		return nil, fmt.Errorf("pack.json: in_force: %w", err)
	}
	if err := table(from, "articles.csv", func(_ int, row map[string]string) error {
		p.Articles = append(p.Articles, Article{row["id"], row["heading"], strings.Split(row["text"], "\n")})
		return nil
	}); err != nil {
		return nil, err
	}
	return p, table(from, "obligations.csv", p.addObligation)
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// ReadFiles reads a pack from the text of its files by name.
func ReadFiles(texts map[string]string) (*Pack, error) { return Read(files(texts)) }

// files are texts by name, which are only read whole.
type files map[string]string

// Open serves no reader.
func (f files) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
}

// ReadFile gives the text of a file.
func (f files) ReadFile(name string) ([]byte, error) {
	text, ok := f[name]
	if !ok {
		return nil, &fs.PathError{Op: "read", Path: name, Err: fs.ErrNotExist}
	}
	return []byte(text), nil
}

// table reads a file line by line, with its columns by name.
func table(from fs.FS, name string, do func(line int, row map[string]string) error) error {
	raw, err := fs.ReadFile(from, name)
	if err != nil {
		return fmt.Errorf("read the pack: %w", err)
	}
	r := csv.NewReader(bytes.NewReader(raw))
	head, err := r.Read()
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	all, err := r.ReadAll()
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	for i, cells := range all {
		row := map[string]string{}
		for c, v := range cells {
			row[head[c]] = strings.TrimSpace(v)
		}
		if err := do(i+2, row); err != nil {
			return fmt.Errorf("%s: row %d: %w", name, i+2, err)
		}
	}
	return nil
}

func (p *Pack) addObligation(_ int, row map[string]string) error {
	o := Obligation{
		ID: row["id"], Article: row["article"], Kind: Kind(row["kind"]), Due: row["due"], Trigger: row["trigger"], Applies: Condition(row["applies"]),
		DoneBy: row["done_by"], Scored: row["scored"] == "yes", Follows: strings.Fields(row["consequence"]),
		Title:    map[string]string{"zh-CN": row["zh"], "en": row["en"]},
		Evidence: map[string]string{"zh-CN": row["evidence_zh"], "en": row["evidence_en"]},
	}
	for _, w := range strings.Fields(row["who"]) {
		o.Who = append(o.Who, Party(w))
	}
	if row["term_wd"] != "" {
		n, err := strconv.Atoi(row["term_wd"])
		if err != nil {
			return fmt.Errorf("%s: term_wd %q is no number of working days", o.ID, row["term_wd"])
		}
		o.TermWd = n
	}
	if err := p.check(&o); err != nil {
		return fmt.Errorf("%s: %w", o.ID, err)
	}
	p.Obligations = append(p.Obligations, o)
	return nil
}

// check refuses an obligation that cannot be carried out.
func (p *Pack) check(o *Obligation) error {
	if o.ID == "" || o.Title["zh-CN"] == "" {
		return fmt.Errorf("an obligation needs an id and a title")
	}
	if _, ok := p.Find(o.ID); ok {
		return fmt.Errorf("it is there twice")
	}
	if _, ok := p.Article(o.Article); !ok {
		return fmt.Errorf("there is no article %s", o.Article)
	}
	for _, w := range o.Who {
		if !slices.Contains(parties(), w) {
			return fmt.Errorf("party %q is not known", w)
		}
	}
	if !slices.Contains(conditions(), o.Applies) {
		return fmt.Errorf("condition %q is not known", o.Applies)
	}
	if o.Scored && (!o.Dated() || o.DoneBy == "" || len(o.Who) == 0) {
		return fmt.Errorf("what is scored needs somebody, a day, and something by which it is done")
	}
	return o.checkDue()
}

func (o *Obligation) checkDue() error {
	var err error
	switch o.Kind {
	case Standing, Undated:
		if o.Due != "" {
			err = fmt.Errorf("it has a day")
		}
	case Once:
		_, err = calendar.ParseDate(o.Due)
	case Monthly:
		_, err = time.Parse("2006-01", o.Due)
	case Yearly:
		_, err = time.Parse("01-02", o.Due)
	case Event:
		if o.Trigger == "" {
			err = fmt.Errorf("it has no trigger")
		}
	default:
		return fmt.Errorf("kind %q is not known", o.Kind)
	}
	if err != nil {
		return fmt.Errorf("due %q does not fit kind %s: %w", o.Due, o.Kind, err)
	}
	return nil
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
