package sharingweb

import (
	"net/url"
	"strings"

	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/internal/input"
	"qingce/inventory"
	"qingce/inventory/sharing"
)

// typed reads what somebody typed into a form, and collects what cannot be read.
type typed struct {
	url.Values
	dir   *inventory.Directory
	wrong []fault.Field
}

func read(form url.Values, dir *inventory.Directory) *typed { return &typed{Values: form, dir: dir} }

func (t *typed) text(name string) string { return input.Lines(t.Get(name)) }

// code is the code of an entry, of what lookups offer: "307/000001 name".
func (t *typed) code(name string) string {
	code, _, _ := strings.Cut(strings.TrimSpace(t.Get(name)), " ")
	return code
}

func (t *typed) list(name string) field.List {
	var out field.List
	for _, v := range t.Values[name] {
		if v != "" {
			out = append(out, v)
		}
	}
	return out
}

// lines are the names of items, one in a line or with commas between them.
func (t *typed) lines(name string) []string {
	return strings.FieldsFunc(t.Get(name), func(r rune) bool { return strings.ContainsRune("\n\r,，、;；", r) })
}

func (t *typed) bad(name string, err error) {
	t.wrong = append(t.wrong, fault.At(name, input.Code(err), "field", fault.Label("sharing."+name), "value", t.Get(name)))
}

func (t *typed) day(name string) calendar.Date {
	if strings.TrimSpace(t.Get(name)) == "" {
		return calendar.Date{}
	}
	day, _, err := input.Date(t.Get(name), false)
	if err != nil {
		t.bad(name, err)
	}
	return day
}

func (t *typed) count(name string) *int64 {
	if strings.TrimSpace(t.Get(name)) == "" {
		return nil
	}
	n, _, err := input.Count(t.Get(name))
	if err != nil {
		t.bad(name, err)
		return nil
	}
	return &n
}

func (t *typed) number(name string) int64 {
	if n := t.count(name); n != nil {
		return *n
	}
	return 0
}

// department finds a body by code or name.
func (t *typed) department(name string) inventory.DepartmentID {
	word := strings.TrimSpace(t.Get(name))
	if word == "" {
		return 0
	}
	body, ok := t.dir.Lookup(word)
	if !ok {
		t.wrong = append(t.wrong, fault.At(name, "sharing.err.department", "value", word))
	}
	return body.ID
}

// either gives what could not be read before what the verb found, so that both
// are told at once.
func (t *typed) either(do func() error) error {
	if len(t.wrong) == 0 {
		return do()
	}
	return fault.Refuse(t.wrong)
}

func (t *typed) ask() sharing.Ask {
	return sharing.Ask{
		Entry: t.code("entry"), Items: t.lines("items"), Purposes: t.list("purposes"), PurposeNote: t.text("purpose_note"),
		DutyBasis: t.text("duty_basis"), ScopeWanted: t.text("scope_wanted"), Method: t.Get("method"), Frequency: t.text("frequency"),
		ValidUntil: t.day("valid_until"), Submit: t.Get("submit") == "true",
	}
}

func (t *typed) terms() sharing.Terms {
	return sharing.Terms{
		Scope: t.Get("scope"), ScopeNote: t.text("scope_note"), Purposes: t.list("purposes"), PurposeNote: t.text("purpose_note"),
		Method: t.Get("method"), MethodNote: t.text("method_note"), Items: t.lines("items"), ValidFrom: t.day("valid_from"),
		ValidTo: t.day("valid_to"), Quota: t.count("quota"),
	}
}

func (t *typed) taking() sharing.Taking {
	return sharing.Taking{On: t.day("used_on"), Purpose: t.Get("purpose"), Matter: t.text("matter"), Calls: t.number("calls")}
}

func (t *typed) want() sharing.Want {
	return sharing.Want{
		Wanted: t.text("wanted"), Items: t.text("items_wanted"), Guess: t.department("guess"), Purpose: t.Get("purpose"),
		Business: t.text("business"), Method: t.Get("method"), Frequency: t.text("frequency"), Submit: t.Get("submit") == "true",
	}
}

func (t *typed) doubt() sharing.Doubt {
	return sharing.Doubt{
		Entry: t.code("entry"), RecordRef: t.text("record_ref"), Kind: t.Get("objection_kind"), Description: t.text("description"),
		CitizenCase: t.Get("citizen_case") == "true", AsUsual: t.list("as_usual").Has("true"), AsUsualNote: t.text("as_usual_note"),
	}
}

func (t *typed) saving() sharing.Saving {
	return sharing.Saving{
		Matter: t.text("matter"), Material: t.text("material"), People: t.Get("people"), Entry: t.code("entry"),
		StoppedOn: t.day("stopped_on"), TimesAYear: t.number("times_a_year"), Note: t.text("note"),
	}
}
