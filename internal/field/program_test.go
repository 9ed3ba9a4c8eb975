package field_test

import (
	"net/url"
	"testing"

	"qingce/internal/fault"
	"qingce/internal/locale"
)

// TestProgramsAreToldWhatToSend holds what a person is told against what a
// program is told of the same mistake.
func TestProgramsAreToldWhatToSend(t *testing.T) {
	r, p := reader(t)
	for _, c := range []struct{ name, query, person, program string }{
		{"a choice", "sort=hourly", "field.err.choice 常年、季节性", "field.err.choice always, seasonal"},
		{"several choices", "nets=telex", "field.err.choice 电子政务外网、电子政务内网", "field.err.choice ext, int"},
		{"yes or no", "public=maybe", "input.err.bool ", "field.err.json_type field.type.bool"},
		{"money in words", "cost.from=一百", "input.err.money ", "field.err.json_type field.type.money"},
		{"money with a fraction", "cost.to=12.5", "", "field.err.json_type field.type.money"},
		{"money below nothing", "cost.from=-1", "input.err.negative ", "field.err.json_type field.type.money"},
	} {
		t.Run(c.name, func(t *testing.T) {
			params, err := url.ParseQuery(c.query)
			if err != nil {
				t.Fatal(err)
			}
			for program, want := range map[bool]string{false: c.person, true: c.program} {
				r.Program = program
				_, wrong := r.Filters(params)
				got := ""
				for _, f := range wrong {
					got += f.Code + " " + words(p, f, "choices") + words(p, f, "type")
				}
				if got != want {
					t.Errorf("program %v is told %q, want %q", program, got, want)
				}
			}
		})
	}
}

// words are the argument of an error in words, nothing when it has none.
func words(p *locale.Printer, f fault.Field, name string) string {
	switch v := f.Args[name].(type) {
	case string:
		return v
	case fault.Label:
		return string(v)
	case []fault.Label:
		parts := make([]string, len(v))
		for i, l := range v {
			parts[i] = p.T(string(l))
		}
		return p.Join(parts)
	}
	return ""
}

func TestMoneyOfProgramsIsFen(t *testing.T) {
	r, _ := reader(t)
	for program, want := range map[bool]int64{false: 100_000_000, true: 100} {
		r.Program = program
		got, wrong := r.Filters(url.Values{"cost.from": {"100"}})
		if len(wrong) != 0 || len(got) != 1 || got[0].Values[0] != want {
			t.Errorf("program %v: %+v %v, want from %d fen", program, got, wrong, want)
		}
	}
}
