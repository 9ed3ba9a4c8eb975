package census

import (
	"slices"
	"strconv"
	"strings"

	"qingce/internal/field"
	"qingce/internal/input"
	"qingce/internal/locale"
	"qingce/internal/sheet"
	"qingce/inventory"
)

// learnTitles reads by which titles columns are known, in all languages: the
// names of the fields in the register with their other names, and those that
// lists of others use (census.column.<field>). A title that means two fields
// means none.
func (d *Desk) learnTitles() map[string]string {
	out := map[string]string{}
	add := func(title, key string) {
		label, _ := sheet.Label(title)
		if label == "" {
			return
		}
		if other, taken := out[label]; taken && other != key {
			key = ""
		}
		out[label] = key
	}
	for _, key := range targets {
		for _, lang := range locale.Languages() {
			p := d.deps.Catalog.Printer(lang)
			if f, ok := inventory.SystemFields.Find(key); ok {
				add(p.T(string(f.Label)), key)
				if aka := string(f.Label) + ".aka"; p.Has(aka) {
					for _, title := range strings.Split(p.T(aka), "|") {
						add(title, key)
					}
				}
			}
			if own := "census.column." + key; p.Has(own) {
				for _, title := range strings.Split(p.T(own), "|") {
					add(title, key)
				}
			}
		}
	}
	for title, key := range out {
		if key == "" {
			delete(out, title)
		}
	}
	return out
}

// propose guesses what columns hold: as a column of the same title was mapped
// last, or by its title. No field is proposed twice.
func (d *Desk) propose(columns []Column, last *Source) Mapping {
	out := Mapping{}
	for _, c := range columns {
		m := Mapped{Column: c.Number}
		if last != nil {
			m = last.as(c)
		}
		if m.Field == "" {
			label, _ := sheet.Label(c.Title)
			m.Field = d.titles()[label]
			if at := strings.LastIndex(c.Title, " "); m.Field == "" && at > 0 { // a group stands before the title
				label, _ = sheet.Label(c.Title[at:])
				m.Field = d.titles()[label]
			}
		}
		if _, taken := out.Column(m.Field); m.Field == "" || taken {
			continue
		}
		if isMoney(m.Field) && m.Unit == "" {
			m.Unit = unitOf(c)
		}
		out = append(out, m)
	}
	return out
}

// as is how a column of the same title was mapped.
func (s *Source) as(c Column) Mapped {
	i := slices.IndexFunc(s.Columns, func(o Column) bool { return field.Fold(o.Title) == field.Fold(c.Title) })
	if i < 0 {
		return Mapped{Column: c.Number}
	}
	m := s.Mapping.Field(s.Columns[i].Number)
	m.Column = c.Number
	return m
}

func isMoney(key string) bool {
	f, ok := inventory.SystemFields.Find(key)
	return ok && f.Kind == field.Money
}

// great is the number from which an amount without a unit is one of 元: ledgers
// have no single system of 5 000 万元.
const great = 5000

// unitOf guesses the unit of a column of money.
func unitOf(c Column) string {
	switch {
	case strings.Contains(c.Unit, "万") || strings.Contains(c.Unit, "10k"):
		return input.Wan
	case c.Unit != "":
		return input.Yuan
	}
	for _, e := range c.Examples {
		if n, err := strconv.ParseFloat(strings.ReplaceAll(e, ",", ""), 64); err == nil && n >= great {
			return input.Yuan
		}
	}
	return input.Wan
}
