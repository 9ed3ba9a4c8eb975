package census

import (
	"cmp"
	"maps"
	"slices"
	"strconv"

	"qingce/internal/auth"
	"qingce/internal/field"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/survey"
)

// settling is the work of matching one source.
type settling struct {
	d    *Desk
	tx   *store.Tx
	c    campaigns
	src  *Source
	pool *pool
	lot  []*Item
	// ports are those of the items' lines.
	ports map[*Item]string
}

// settle matches all lines of a source, finds what it lacks, and writes what
// came of it over what was there, but for what a person has decided.
func (d *Desk) settle(tx *store.Tx, c campaigns, src *Source) error {
	dir, err := d.deps.Registry.DirectoryIn(tx)
	if err != nil {
		return err
	}
	b := newBodies(dir, d.words())
	s := &settling{d: d, tx: tx, c: c, src: src, pool: newPool(d.words(), b), ports: map[*Item]string{}}
	if err := fillPool(tx, c, s.pool); err != nil {
		return err
	}
	old, err := itemsOf(tx, src.ID)
	if err != nil {
		return err
	}
	s.lines(decidedLines(old))
	s.lacking(old)
	if err := s.compare(); err != nil {
		return err
	}
	if err := s.write(old); err != nil {
		return err
	}
	return recount(tx, src)
}

// decidedLines are the lines about which a person has decided, with the system
// that they were found to be.
func decidedLines(old []Item) map[int]*Item {
	out := map[int]*Item{}
	for i := range old {
		if o := &old[i]; o.Line > 0 && (o.Decided() || o.MatchedBy == ByPerson) {
			out[o.Line] = o
		}
	}
	return out
}

// lines matches the lines that nobody has decided about.
func (s *settling) lines(decided map[int]*Item) {
	r := reader{src: s.src, bodies: s.pool.bodies, fields: &field.Reader[inventory.System]{
		Catalog: inventory.SystemFields, Words: s.d.read(), Sheet: true,
		Names: field.Names{Show: func(_, id string) string { return id }, Find: func(_, _ string) (string, bool) { return "", false }},
	}}
	for _, l := range s.src.Lines {
		if o := decided[l.Row]; o != nil {
			s.meet(o)
			continue
		}
		s.lot = append(s.lot, s.line(l, r.take(l)))
	}
}

// meet notes that the system of a decided item is on the list.
func (s *settling) meet(o *Item) {
	if i, ok := s.pool.at(deref(o.RowID), deref(o.SystemID)); ok {
		s.pool.all[i].met = true
	}
}

// line is what came of one line.
func (s *settling) line(l Line, t taken) *Item {
	owner, _ := strconv.ParseInt(t.body["owner_id"], 10, 64)
	item := &Item{
		SourceID: s.src.ID, Line: l.Row, OwnerName: t.owner, Cells: l.Cells, Body: t.body, Unread: t.unread, Decision: Open,
		Name: cmp.Or(t.name, t.body["visit_url"], t.body["server_ips"], t.body["code"]), Candidates: []Candidate{}, Differences: []Difference{},
	}
	f := s.pool.find(s.pool.query(t, auth.DepartmentID(owner)))
	if f.candidates != nil {
		item.Candidates = f.candidates
	}
	if owner != 0 {
		item.DepartmentID = new(auth.DepartmentID(owner))
	}
	for _, one := range f.candidates { // what it may be is not lacking
		if i, ok := s.pool.at(one.Row, one.System); ok {
			s.pool.all[i].met = true
		}
	}
	switch {
	case f.best >= 0:
		item.is(&s.pool.all[f.best], f.by, f.score)
	case len(f.candidates) > 0, item.Name == "":
		item.Result = Unclear
	default:
		item.Result = Omitted
	}
	s.ports[item] = t.ports
	return item
}

// is says which declared system an item is.
func (i *Item) is(d *declared, by Key, score int) {
	i.Result, i.MatchedBy, i.Score = Match, by, score
	i.RowID, i.SystemID = nil, nil
	if d.row != 0 {
		i.RowID = &d.row
	}
	if d.system != 0 {
		i.SystemID = &d.system
	}
	i.DepartmentID = &d.department
}

// lacking makes an item of every declared system that a complete list should
// have and has not.
func (s *settling) lacking(old []Item) {
	if !s.src.Complete {
		return
	}
	decided := map[survey.RowID]bool{}
	for _, o := range old {
		if o.Line == 0 && o.Decided() && o.RowID != nil {
			decided[*o.RowID] = true
		}
	}
	for n := range s.pool.all {
		d := &s.pool.all[n]
		if d.met || d.row == 0 || decided[d.row] || !d.expected(s.src.Kind) {
			continue
		}
		item := &Item{
			SourceID: s.src.ID, Name: d.name, Cells: []string{}, Body: map[string]string{}, Unread: map[string]string{}, Decision: Open,
			Candidates: []Candidate{}, Differences: []Difference{},
		}
		item.is(d, "", 0)
		item.Result = Surplus
		s.lot = append(s.lot, item)
	}
}

// compare finds the differences of the lines that were matched.
func (s *settling) compare() error {
	var rows []survey.RowID
	var systems []inventory.SystemID
	for _, i := range s.lot {
		switch {
		case i.Result != Match:
		case i.RowID != nil:
			rows = append(rows, *i.RowID)
		default:
			systems = append(systems, *i.SystemID)
		}
	}
	byRow, bySystem, err := declaredBodies(s.tx, rows, systems)
	if err != nil {
		return err
	}
	c := comparer{s.src.Kind, s.d.words(), s.pool.bodies}
	for _, i := range s.lot {
		if i.Result != Match {
			continue
		}
		body := bySystem[deref(i.SystemID)]
		if i.RowID != nil {
			body = byRow[*i.RowID]
		}
		i.judge(c.compare(i.Body, s.ports[i], compared{body, i.Department()}))
	}
	return nil
}

func deref[T any](p *T) T {
	if p == nil {
		return *new(T)
	}
	return *p
}

// judge says whether a matched item agrees.
func (i *Item) judge(d []Difference) {
	i.Differences, i.Result, i.Decision = d, Match, NoneAsked
	if weighty(d) {
		i.Result, i.Decision = Differs, Open
	}
}

// write puts the items over those that were there: what came out as before is
// left alone, so that its number and version stay.
func (s *settling) write(old []Item) error {
	before := map[string]*Item{}
	for n := range old {
		if o := &old[n]; !o.Decided() && o.MatchedBy != ByPerson {
			before[o.key()] = o
		}
	}
	var fresh []*Item
	for _, i := range s.lot {
		o := before[i.key()]
		if o == nil {
			fresh = append(fresh, i)
			continue
		}
		delete(before, i.key())
		if o.sameAs(i) {
			continue
		}
		i.ID, i.CreatedAt, i.Version = o.ID, o.CreatedAt, o.Version
		if err := saveItem(s.tx, i); err != nil {
			return err
		}
	}
	var gone []ItemID
	for _, o := range before {
		gone = append(gone, o.ID)
	}
	if err := deleteItems(s.tx, gone); err != nil {
		return err
	}
	return insertItems(s.tx, fresh)
}

// key tells which line, or which lacking system, an item is about.
func (i *Item) key() string {
	if i.Line > 0 {
		return strconv.Itoa(i.Line)
	}
	return "row " + strconv.FormatInt(int64(deref(i.RowID)), 10)
}

func (i *Item) sameAs(o *Item) bool {
	return i.Result == o.Result && i.Decision == o.Decision && deref(i.RowID) == deref(o.RowID) && deref(i.SystemID) == deref(o.SystemID) &&
		i.Department() == o.Department() && i.Name == o.Name && i.MatchedBy == o.MatchedBy && i.Score == o.Score &&
		slices.Equal(i.Differences, o.Differences) && slices.Equal(i.Candidates, o.Candidates) && maps.Equal(i.Body, o.Body) && maps.Equal(i.Unread, o.Unread)
}
