package catalog

import (
	"slices"
	"strings"

	"qingce/internal/fault"
	"qingce/internal/store"
	"qingce/inventory"
)

// surroundings are what an entry is checked against: read once for many.
type surroundings struct {
	classes map[string]Class
	dir     *inventory.Directory
}

func (d *Desk) surroundings(tx *store.Tx) (surroundings, error) {
	classes, err := classesByCode(tx)
	if err != nil {
		return surroundings{}, err
	}
	dir, err := d.registry.DirectoryIn(tx)
	return surroundings{classes, dir}, err
}

// place lists what is wrong with an entry's place in the tree and among
// departments: V05, V09 and the class. Without an old entry it is a new one.
func (s surroundings) place(owner DepartmentID, b *Body, old *Entry) []fault.Field {
	var out []fault.Field
	class, ok := s.classes[b.ClassCode]
	switch {
	case b.ClassCode == "": // is missing anyway
	case !ok:
		out = append(out, fault.At("class_code", "catalog.err.class", "code", b.ClassCode))
	case len(class.Code) < 3:
		out = append(out, fault.At("class_code", "catalog.err.class_shallow", "code", b.ClassCode))
	case old != nil && old.PublishedVersion > 0 && b.ClassCode != old.ClassCode:
		out = append(out, fault.At("class_code", "catalog.err.class_fixed", "code", old.ClassCode))
	case class.Closed && (old == nil || old.ClassCode != b.ClassCode):
		out = append(out, fault.At("class_code", "catalog.err.class_closed", "code", b.ClassCode))
	case class.Library.Led() && b.LeadID == nil:
		out = append(out, fault.At("lead_id", "catalog.err.v05", "library", class.Library.Label()))
	}
	return append(out, s.parties(owner, b)...)
}

// parties holds V09: who compiles an entry provides it or leads its library.
func (s surroundings) parties(owner DepartmentID, b *Body) []fault.Field {
	lead := DepartmentID(0)
	if b.LeadID != nil {
		lead = *b.LeadID
	}
	if b.ProviderID == 0 || b.ProviderID == owner || lead == owner || slices.Contains(s.dir.Below(owner), b.ProviderID) {
		return nil
	}
	return []fault.Field{fault.At("provider_id", "catalog.err.v09", "owner", s.dir.Name(owner))}
}

// regionOf is the region whose authority looks at the entries of a department
// first: the county or zone above it; nil for the city's own bodies, for the
// region itself, and where nothing stands above.
func (s surroundings) regionOf(id DepartmentID) *DepartmentID {
	dept, ok := s.dir.Find(id)
	if !ok || dept.ParentID == nil {
		return nil
	}
	parent, ok := s.dir.Find(*dept.ParentID)
	if !ok || parent.Kind != inventory.County && parent.Kind != inventory.Zone {
		return nil
	}
	return &parent.ID
}

// related lists codes that an entry names and that no entry has.
func related(tx *store.Tx, b *Body) ([]fault.Field, error) {
	codes := splitCodes(b.RelatedCodes)
	if len(codes) == 0 {
		return nil, nil
	}
	known, err := knownCodes(tx, codes)
	if err != nil {
		return nil, err
	}
	var unknown []string
	for _, c := range codes {
		if !known[c] {
			unknown = append(unknown, c)
		}
	}
	if len(unknown) == 0 {
		return nil, nil
	}
	return []fault.Field{fault.At("related_codes", "catalog.err.related", "codes", strings.Join(unknown, ", "))}, nil
}

// splitCodes cuts a list of codes at whatever people put between them.
func splitCodes(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" ,，、;；\n\t", r) })
}

// judge lists everything that is wrong with a content of an owner's entry.
func (d *Desk) judge(tx *store.Tx, s surroundings, owner DepartmentID, c Content, old *Entry) ([]fault.Field, error) {
	found := Check(c, today(tx))
	found = append(found, s.place(owner, &c.Body, old)...)
	more, err := related(tx, &c.Body)
	return append(found, more...), err
}
