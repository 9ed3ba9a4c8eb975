package funding

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/inventory"
	"qingce/inventory/hub"
	"qingce/inventory/zombie/cleanup"
	"qingce/scoring/eligibility"
)

// longOutage is from how many days on an outage is a warning (F13), [A].
const longOutage = 30

// Facts are what the registers said of a system on the day of the freeze. Their
// JSON is canonical: the members stand in this order and nothing is left out, so
// that the same facts have the same digest. A member may be added at the end of a
// part, with omitzero, and none may be changed.
type Facts struct {
	Kind       eligibility.Kind `json:"kind"`
	Year       int              `json:"year"`
	On         calendar.Date    `json:"on"`
	System     SystemFacts      `json:"system"`
	Department BodyFacts        `json:"department"`
	Hub        HubFacts         `json:"hub"`
	Case       *CaseFacts       `json:"case"`
	Notices    []Notice         `json:"notices"`
}

// SystemFacts are what the register says.
type SystemFacts struct {
	ID          inventory.SystemID `json:"id"`
	Code        string             `json:"code"`
	Name        string             `json:"name"`
	Version     int64              `json:"version"` // of the record
	State       inventory.State    `json:"state"`
	Phase       string             `json:"phase"`
	Classified  bool               `json:"classified"`
	Amount      *int64             `json:"om_fen"` // O&M of a year
	Source      string             `json:"om_fund_source"`
	ContractEnd calendar.Date      `json:"om_contract_end"`
	DjbhLevel   string             `json:"djbh_level"`
	DjbhFiling  string             `json:"djbh_filing_no"`
	DisabledOn  calendar.Date      `json:"disabled_on"`
}

// BodyFacts say whose system it is.
type BodyFacts struct {
	ID   auth.DepartmentID `json:"id"`
	Code string            `json:"code"`
	Name string            `json:"name"`
}

// HubFacts are how far the connection has come.
type HubFacts struct {
	Known       bool          `json:"known"` // the hub has worked it out
	Must        bool          `json:"must"`
	Basis       hub.Basis     `json:"basis"`
	Until       calendar.Date `json:"until"` // of what lets it off
	Stage       string        `json:"stage"` // H0 to H7
	StageOn     calendar.Date `json:"stage_on"`
	Connected   bool          `json:"connected"`
	ConnectedOn calendar.Date `json:"connected_on"`
	DownSince   calendar.Date `json:"down_since"`
	Missing     string        `json:"missing"` // papers of the next stage, | between
}

// CaseFacts are the suspicion that is open, if there is one.
type CaseFacts struct {
	No    string        `json:"no"`
	State cleanup.State `json:"state"`
	DueOn calendar.Date `json:"due_on"`
}

// Notice is a rectification notice of R1 to R4 whose day is over.
type Notice struct {
	No        string        `json:"no"`
	Situation string        `json:"situation"` // R1 to R4
	DueOn     calendar.Date `json:"due_on"`
	Path      string        `json:"path"` // its page
}

// JSON is the canonical form of the facts, with its digest (SHA-256, hex).
func (f *Facts) JSON() (text, digest string, err error) {
	raw, err := json.Marshal(f)
	if err != nil {
		return "", "", fmt.Errorf("write the facts of %s: %w", f.System.Code, err)
	}
	return string(raw), sumOf(raw), nil
}

// ReadFacts reads what JSON wrote.
func ReadFacts(text string) (Facts, error) {
	var f Facts
	if err := json.Unmarshal([]byte(text), &f); err != nil {
		return f, fmt.Errorf("read frozen facts: %w", err)
	}
	return f, nil
}

func sumOf(raw []byte) string {
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:])
}

// deferred tells that the system is put off until a day: what F10 calls an
// exception.
func (h *HubFacts) deferred() bool {
	return h.Basis == hub.Deferred || h.Basis == hub.Certified && !h.Until.IsZero()
}

// exempt tells that the system is let off for good, or by an approved exemption.
func (h *HubFacts) exempt() bool {
	return slices.Contains([]hub.Basis{hub.Secret, hub.Certified, hub.Exempted}, h.Basis) && !h.deferred()
}

// Ended tells whether the system is gone.
func (f *Facts) Ended() bool { return f.System.State.Closed() }

// Built tells whether there is something to maintain, so that the money of a year
// has to be known.
func (f *Facts) Built() bool {
	return f.System.Phase != inventory.PhasePlanned && f.System.Phase != inventory.PhaseBuilding
}

// Lacking lists what is not known: the field of the register, or "census" when it
// was not locked for the record.
func (f *Facts) Lacking() []string {
	var out []string
	if !f.System.State.Locked() && !f.Ended() {
		out = append(out, "census")
	}
	if f.System.Amount == nil && f.Built() && !f.Ended() {
		out = append(out, "om_amount_year")
	}
	if !f.Hub.Known && !f.Ended() {
		out = append(out, "hub")
	}
	return out
}

// unfiled tells that classified protection was never filed: no level was given,
// or one that needs a filing has none.
func (f *Facts) unfiled() bool {
	s := &f.System
	switch {
	case s.Classified, s.DjbhLevel == inventory.DjbhNotApplied, s.DjbhLevel == "1":
		return false
	case s.DjbhLevel == "", s.DjbhLevel == inventory.DjbhNone:
		return true
	}
	return s.DjbhFiling == ""
}

// True lists the facts of the table that are true, in the order of AllFacts.
func (f *Facts) True() []eligibility.Fact {
	overdue := f.Case != nil && f.Case.State.Underway() && !f.Case.DueOn.IsZero() && f.Case.DueOn.Before(f.On)
	gone := f.Ended()
	is := map[eligibility.Fact]bool{
		eligibility.Incomplete:     len(f.Lacking()) > 0,
		eligibility.Retired:        gone,
		eligibility.ZombieOverdue:  overdue,
		eligibility.Exempt:         !gone && f.Hub.exempt(),
		eligibility.MustConnect:    !gone && (f.Hub.Must || f.Hub.deferred()),
		eligibility.Connected:      f.Hub.Connected,
		eligibility.Exception:      f.Hub.deferred(),
		eligibility.NoticeOnSystem: len(f.Notices) > 0,
		eligibility.Suspected:      f.Case != nil && !overdue,
		eligibility.DownLong:       !f.Hub.DownSince.IsZero() && f.On.DaysSince(f.Hub.DownSince) > longOutage,
		eligibility.Unfiled:        !gone && f.unfiled(),
		eligibility.ContractOver:   !gone && !f.System.ContractEnd.IsZero() && f.System.ContractEnd.Before(f.On),
	}
	var out []eligibility.Fact
	for _, fact := range eligibility.AllFacts() {
		if is[fact] {
			out = append(out, fact)
		}
	}
	return out
}

// Judged is what a table comes to over facts.
type Judged struct {
	Result   eligibility.Result
	Rules    RuleList
	Forecast string
	Until    calendar.Date // of a condition
}

// Judge holds facts against a table. It is pure: the same facts and table give
// the same.
func Judge(f *Facts, table *eligibility.Table) Judged {
	in := eligibility.Facts{Kind: f.Kind, Year: f.Year, True: map[eligibility.Fact]bool{}}
	for _, fact := range f.True() {
		in.True[fact] = true
	}
	found := table.Find(in)
	out := Judged{Result: found.Result}
	for _, r := range found.Rules {
		out.Rules = append(out.Rules, r.ID)
	}
	if found.Forecast != nil {
		out.Forecast = found.Forecast.ID
	}
	if out.Result == eligibility.Conditional {
		out.Until = f.Hub.Until
	}
	return out
}
