package census

import (
	"context"
	"fmt"
	"slices"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/internal/input"
	"qingce/internal/oplog"
	"qingce/internal/store"
	"qingce/inventory"
)

// MapSource says what the columns of a list hold and holds every line against
// what is declared. A list that was matched may be mapped anew; what was
// decided stays. version is that of the source that the person saw. What is
// wrong with the mapping is Invalid, at the fields column.<number>.
func (d *Desk) MapSource(ctx context.Context, by auth.Principal, census string, id SourceID, version int64, m Mapping) (Source, error) {
	return d.matchAnew(ctx, by, census, id, version, func(src *Source) error {
		m = slices.DeleteFunc(slices.Clone(m), func(one Mapped) bool { return one.Field == "" })
		if err := src.checkMapping(m); err != nil {
			return err
		}
		src.Mapping = m
		return nil
	})
}

// Rematch holds the lines of a list against what is declared by now. What was
// decided stays.
func (d *Desk) Rematch(ctx context.Context, by auth.Principal, census string, id SourceID) (Source, error) {
	return d.matchAnew(ctx, by, census, id, 0, func(src *Source) error {
		if src.State != Matched {
			return ErrNotMatched
		}
		return nil
	})
}

func (d *Desk) matchAnew(ctx context.Context, by auth.Principal, census string, id SourceID, version int64, change func(*Source) error) (Source, error) {
	var out Source
	err := d.deps.DB.Write(ctx, func(tx *store.Tx) error {
		src, c, err := d.sourceForWork(tx, by, census, id, version)
		if err != nil {
			return err
		}
		before := src.facts()
		if err := change(&src); err != nil {
			return err
		}
		if err := d.settle(tx, c, &src); err != nil {
			return fmt.Errorf("match source %d: %w", id, err)
		}
		now := tx.Now()
		src.State, src.MatchedAt = Matched, &now
		if err := saveSource(tx, by, &src); err != nil {
			return err
		}
		out = src
		out.Lines = nil
		return oplog.Record(tx, by, oplog.Entry{
			Action: "census.matched", Kind: "census_source", ID: fmt.Sprint(id), Name: src.Title, Before: before, After: src.facts(),
		})
	})
	if err != nil {
		return Source{}, err
	}
	return out, nil
}

// ColumnField names the input that says what a column holds.
func ColumnField(number int) string { return fmt.Sprintf("column.%d", number) }

// checkMapping holds a mapping to the list: a field stands in one column, and
// by one of them systems must be found.
func (s *Source) checkMapping(m Mapping) error {
	var wrong []fault.Field
	taken := map[string]int{}
	for _, one := range m {
		at := ColumnField(one.Column)
		if !slices.ContainsFunc(s.Columns, func(c Column) bool { return c.Number == one.Column }) {
			wrong = append(wrong, fault.At(at, "census.err.column", "column", one.Column))
			continue
		}
		first, twice := taken[one.Field]
		switch {
		case !slices.Contains(targets, one.Field):
			wrong = append(wrong, fault.At(at, "census.err.target", "field", one.Field))
		case twice:
			wrong = append(wrong, fault.At(at, "census.err.target_twice", "field", TargetLabel(one.Field), "title", s.titleOf(first)))
		case isMoney(one.Field) && one.Unit != input.Wan && one.Unit != input.Yuan:
			wrong = append(wrong, fault.At(at, "census.err.unit", "field", TargetLabel(one.Field)))
		}
		taken[one.Field] = one.Column
	}
	if len(wrong) == 0 && !slices.ContainsFunc(finders, func(key string) bool { _, ok := taken[key]; return ok }) {
		wrong = append(wrong, fault.At("", "census.err.no_finder"))
	}
	return fault.Refuse(wrong)
}

// finders are the fields by which a system can be found.
var finders = []string{"name", "code", "visit_url", "server_ips"}

// Finders lists the fields by which a system can be found: a list has to have
// one of them.
func Finders() []string { return slices.Clone(finders) }

// TargetLabel is the message key of what a column holds.
func TargetLabel(key string) fault.Label {
	if _, ok := inventory.SystemFields.Find(key); ok {
		return inventory.SystemFields.Label(key)
	}
	return fault.Label("census.target." + key)
}

func (s *Source) titleOf(column int) string {
	for _, c := range s.Columns {
		if c.Number == column {
			return c.Title
		}
	}
	return ""
}

// reader reads lines by a mapping.
type reader struct {
	src    *Source
	fields *field.Reader[inventory.System]
	bodies bodies
}

// taken is a line as far as it could be read.
type taken struct {
	name, owner string // as the list writes them
	ports       string
	body        map[string]string
	unread      map[string]string
}

// take reads a line.
func (r *reader) take(l Line) taken {
	out := taken{body: map[string]string{}, unread: map[string]string{}}
	var s inventory.System
	for _, m := range r.src.Mapping {
		text := ""
		if m.Column <= len(l.Cells) {
			text = l.Cells[m.Column-1]
		}
		switch {
		case text == "" || isBlank(text):
		case m.Field == PortField:
			out.ports = text
		case m.Field == "owner_id":
			out.owner = text
			if id, ok := r.bodies.find(text); ok {
				out.body["owner_id"] = fmt.Sprint(id)
			} else {
				out.unread["owner_id"] = text
			}
		default:
			r.set(&s, m, text, &out)
		}
	}
	return out
}

func (r *reader) set(s *inventory.System, m Mapped, text string, out *taken) {
	if m.Field == "name" {
		out.name = text
	}
	if isMoney(m.Field) && m.Unit == input.Yuan && !hasUnit(text) {
		text += "元"
	}
	for _, f := range r.fields.Set(s, m.Field, []string{text}) {
		if !f.Warning {
			out.unread[m.Field] = text
			return
		}
	}
	f, _ := inventory.SystemFields.Find(m.Field)
	if v := f.Get(s); v != "" {
		out.body[m.Field] = v
	}
}
