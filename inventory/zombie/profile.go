package zombie

import (
	"slices"
	"strconv"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/similar"
	"qingce/inventory/zombie/detect"
)

// subject is a system that is evaluated.
type subject struct {
	ID      inventory.SystemID
	Owner   auth.DepartmentID
	Profile detect.Profile
}

// Patterns of use and levels of management, as the register has them.
const (
	patternStandby = "standby"
	nationwide     = "national"
	provincewide   = "provincial"
	ownUpkeep      = "self"
)

// subjectOf is what the row of the register says of a system.
func subjectOf(r *registerRow) subject {
	p := detect.Profile{
		Since: DayOf(r.EnabledDate), LastRelease: max(DayOf(r.LastReleaseDate), DayOf(r.LastMaintenanceDate)), ContractEnd: DayOf(r.OmContractEnd),
		Standby: r.UsagePattern == patternStandby, UsersMoved: -1, WindowUsers: -1,
	}
	// Who maintains a system itself needs no other contract, if maintenance was
	// seen since the last one ended: the word alone proves none.
	p.Successor = r.OmMode == ownUpkeep && p.LastRelease > p.ContractEnd
	if p.Since == 0 {
		p.Since = DayOf(r.BuiltDate)
	}
	if r.RegisteredUsers != nil {
		p.Registered = *r.RegisteredUsers
	}
	switch {
	case r.Classified:
		p.Exempt = detect.Classified
	case r.Vertical == nationwide || r.Vertical == provincewide:
		p.Exempt = detect.Vertical
	}
	if r.UsagePattern == inventory.PatternSeasonal {
		p.Season = seasonOf(r.SeasonMonths)
	}
	return subject{ID: r.ID, Owner: r.OwnerID, Profile: p}
}

// seasonOf makes bits of months as the register keeps them: "|05|06|".
func seasonOf(list string) uint16 {
	season := uint16(0)
	for word := range strings.FieldsFuncSeq(list, func(r rune) bool { return r < '0' || r > '9' }) {
		if month, err := strconv.Atoi(word); err == nil && month >= 1 && month <= 12 {
			season |= 1 << month
		}
	}
	return season
}

// subjectsIn reads systems, with all that is known of them on a day.
func (d *Detector) subjectsIn(tx *store.Tx, ids []inventory.SystemID, on detect.Day, p *detect.Policy) ([]subject, error) {
	rows, err := registerOf(tx, ids)
	if err != nil {
		return nil, err
	}
	return d.complete(tx, rows, on, p)
}

// complete adds to what the register says what other rooms know.
func (d *Detector) complete(tx *store.Tx, rows []registerRow, on detect.Day, p *detect.Policy) ([]subject, error) {
	out := make([]subject, len(rows))
	ids := make([]inventory.SystemID, len(rows))
	for i := range rows {
		out[i] = subjectOf(&rows[i])
		ids[i] = rows[i].ID
	}
	if len(rows) == 0 {
		return nil, nil
	}
	for _, add := range []func(*store.Tx, []inventory.SystemID, []subject, detect.Day, *detect.Policy) error{
		addReplacements, addDeclarations, addReleases, d.addExemptions,
	} {
		if err := add(tx, ids, out, on, p); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// placeOf finds a system among subjects, which are in the order of their ids.
func placeOf(subjects []subject, id inventory.SystemID) (int, bool) {
	return slices.BinarySearchFunc(subjects, id, func(s subject, id inventory.SystemID) int { return int(s.ID - id) })
}

// addReplacements tells which systems others can take the place of.
func addReplacements(tx *store.Tx, ids []inventory.SystemID, subjects []subject, _ detect.Day, _ *detect.Policy) error {
	found, err := similar.Replacements(tx, ids)
	for id, r := range found {
		if i, ok := placeOf(subjects, id); ok {
			p := &subjects[i].Profile
			p.Replacement, p.UsersMoved, p.Shifted = true, r.UsersMoved, r.Shifted
		}
	}
	return err
}

// addDeclarations tells of drills, and of business items that are handled
// elsewhere or gone.
func addDeclarations(tx *store.Tx, ids []inventory.SystemID, subjects []subject, on detect.Day, _ *detect.Policy) error {
	found, err := acceptedOf(tx, ids, DateOf(on))
	for _, f := range found {
		i, ok := placeOf(subjects, f.SystemID)
		if !ok {
			continue
		}
		p := &subjects[i].Profile
		switch f.Kind {
		case Drill:
			p.Drill = max(p.Drill, DayOf(f.Day))
		case ItemsHandled:
			p.ItemsHandled = true
		case ItemsAbolished:
			p.ItemsAbolished = true
		}
	}
	return err
}

// addReleases works out how often systems were released, for those whose last
// release is long ago.
func addReleases(tx *store.Tx, _ []inventory.SystemID, subjects []subject, on detect.Day, p *detect.Policy) error {
	var old []inventory.SystemID
	for _, s := range subjects {
		if s.Profile.LastRelease != 0 && int(on-s.Profile.LastRelease) > p.Release {
			old = append(old, s.ID)
		}
	}
	days, err := releasesOf(tx, old)
	for id, list := range days {
		if i, ok := placeOf(subjects, id); ok && len(list) > 1 {
			subjects[i].Profile.ReleaseEvery = interval(list)
		}
	}
	return err
}

// interval is the median of the days between releases.
func interval(days []detect.Day) int {
	slices.Sort(days)
	days = slices.Compact(days)
	if len(days) < 2 {
		return 0
	}
	between := make([]int, len(days)-1)
	for i := range between {
		between[i] = int(days[i+1] - days[i])
	}
	return median(between)
}

// addExemptions leaves out what was decided to be left out.
func (d *Detector) addExemptions(tx *store.Tx, ids []inventory.SystemID, subjects []subject, on detect.Day, _ *detect.Policy) error {
	if d.exempt == nil {
		return nil
	}
	exempt, err := d.exempt(tx, ids, DateOf(on))
	for i := range subjects {
		if p := &subjects[i].Profile; p.Exempt == detect.NotExempt && exempt[subjects[i].ID] {
			p.Exempt = detect.Decided
		}
	}
	return err
}
