package locale_test

import (
	"slices"
	"testing"

	"qingce/internal/fault"
	"qingce/internal/locale"
)

// asked are the texts of a questionnaire: one question in both languages, one
// that nobody has translated, and a label of the register in other words.
var asked = locale.Texts{
	"zh-CN": {"q.7.owner": "业务负责人", "q.7.note": "备注", "system.name": "网站名称"},
	"en":    {"q.7.owner": "Person in charge", "system.name": "Site name"},
}

func TestTextsOverACatalog(t *testing.T) {
	base := catalog(t)
	ways := map[string]func(lang string) *locale.Printer{
		"With": func(lang string) *locale.Printer { return base.With(asked).Printer(lang) },
		"Over": func(lang string) *locale.Printer { return base.Printer(lang).Over(asked) },
		"With over With": func(lang string) *locale.Printer {
			return base.With(locale.Texts{"en": {"system.name": "hidden"}}).With(asked).Printer(lang)
		},
	}
	cases := []struct{ name, lang, key, want string }{
		{"a text of its own", "zh-CN", "q.7.owner", "业务负责人"},
		{"a text of its own in English", "en", "q.7.owner", "Person in charge"},
		{"a gap falls back to Chinese", "en", "q.7.note", "备注"},
		{"the upper text holds", "zh-CN", "system.name", "网站名称"},
		{"the upper text holds in English", "en", "system.name", "Site name"},
		{"what lies below shines through", "en", "err.internal", "Failed"},
		{"and so does its Chinese", "en", "only.zh", "仅中文"},
		{"an unknown language is Chinese", "fr", "q.7.owner", "业务负责人"},
		{"an unknown key is shown", "en", "q.8.owner", "q.8.owner"},
	}
	for way, printer := range ways {
		for _, c := range cases {
			if got := printer(c.lang).T(c.key); got != c.want {
				t.Errorf("%s: %s: %q, want %q", way, c.name, got, c.want)
			}
		}
	}
	if got := base.Printer("en").T("system.name"); got != "System name" {
		t.Errorf("the base says %q after something was laid over it", got)
	}
}

func TestTextsOverACatalogAreSaidLikeAnyOthers(t *testing.T) {
	p := catalog(t).With(asked).Printer("en")
	wrong := fault.At("owner", "err.required", "field", fault.Label("q.7.owner"))
	if got := p.Field(wrong); got != "Person in charge is required" {
		t.Errorf("a field: %q", got)
	}
	if got := p.Error(fault.New(fault.Invalid, "err.required", "field", fault.Label("q.7.note"))); got != "备注 is required" {
		t.Errorf("an error: %q", got)
	}
}

func TestHasAndFindLookThroughAllTexts(t *testing.T) {
	p := catalog(t).With(asked).Printer("en")
	cases := []struct {
		key   string
		has   bool
		found string
	}{
		{"q.7.owner", true, "Person in charge"},
		{"err.required", true, "{field} is required"},
		{"q.7.note", false, "备注"},
		{"only.zh", false, "仅中文"},
		{"no.such", false, ""},
	}
	for _, c := range cases {
		text, ok := p.Find(c.key)
		if p.Has(c.key) != c.has || text != c.found || ok != (c.found != "") {
			t.Errorf("%s: has %v, found %q %v", c.key, p.Has(c.key), text, ok)
		}
	}
	keys := catalog(t).With(asked).Keys("zh-CN")
	if want := []string{"err.internal", "err.required", "only.zh", "q.7.note", "q.7.owner", "system.name"}; !slices.Equal(keys, want) {
		t.Errorf("keys %v", keys)
	}
}
