package census

import (
	"slices"
	"strconv"

	"qingce/internal/auth"
	"qingce/internal/field"
	"qingce/inventory"
)

// compared is a declared system as it is held against a line.
type compared struct {
	body       map[string]string // canonical text by field
	department auth.DepartmentID
}

// comparer holds lines against declared systems.
type comparer struct {
	kind   SourceKind
	words  words
	bodies bodies
}

// compare lists the fields in which a line and a declared system differ. What
// the line does not give is not compared.
func (c comparer) compare(line map[string]string, ports string, d compared) []Difference {
	var s inventory.System
	for i := range inventory.SystemFields.All() {
		f := &inventory.SystemFields.All()[i]
		f.Set(&s, d.body[f.Key])
	}
	out := []Difference{}
	for _, key := range compareKeys {
		f, ok := inventory.SystemFields.Find(key)
		source, mine := line[key], d.body[key]
		if key == "owner_id" {
			mine = strconv.FormatInt(int64(d.department), 10)
		}
		if key == "location" && source == "" && c.kind == Cloud { // whatever is on the list of the cloud is in it
			source = cloudLocation
		}
		if !ok || source == "" || c.same(f, source, mine, ports, d) {
			continue
		}
		out = append(out, Difference{
			Key: key, Declared: mine, Source: source,
			Minor: mine == "" && !inventory.SystemFields.Needed(&s, f) || s.Classified && !f.Masked,
		})
	}
	return out
}

// compareKeys are the targets that are fields, but for the code, which names a
// record and is no answer.
var compareKeys = slices.DeleteFunc(Targets(), func(key string) bool { return key == PortField || key == "code" })

// sameName is from when on two names of what was found to be one system are no
// difference, of 100: others shorten names and write them as they please.
const sameName = 60

// same tells whether source and declaration say the same of a field.
func (c comparer) same(f *field.Field[inventory.System], source, mine, ports string, d compared) bool {
	if source == mine {
		return true
	}
	if mine == "" {
		return false
	}
	switch f.Key {
	case "name", "short_name":
		owner := c.bodies.names[d.department]
		a, b := c.words.core(c.words.name(source, owner...)), c.words.core(c.words.name(mine, owner...))
		return a == b || dice(bigrams(a), bigrams(b)) >= sameName
	case "visit_url":
		a, ok := placeOf(source)
		b, also := placeOf(mine)
		return ok && also && (a == b || a.host == b.host && (a.path == "" || b.path == ""))
	case "server_ips":
		return samePoint(endpointsOf(source, ports), endpointsOf(mine, ""))
	}
	switch f.Kind {
	case field.Multi: // the list need not know all of them
		have := field.ParseList(mine)
		return !slices.ContainsFunc(field.ParseList(source), func(v string) bool { return !have.Has(v) })
	case field.Text, field.LongText:
		return plain(source) == plain(mine)
	}
	return false
}

// samePoint tells whether two lists of addresses have one in common. An address
// without a port is any port of it.
func samePoint(a, b []endpoint) bool {
	for _, x := range a {
		for _, y := range b {
			if x.ip == y.ip && (x.port == y.port || x.port == "" || y.port == "") {
				return true
			}
		}
	}
	return false
}
