package wire_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
	"testing/fstest"

	"qingce/internal/fault"
	"qingce/internal/locale"
	"qingce/inventory/usage/wire"
)

// Every code has a text in every language, which uses only what an issue has
// to say.
func TestEveryCodeHasItsText(t *testing.T) {
	own := fstest.MapFS{} // without the files of other rooms
	for _, lang := range locale.Languages() {
		raw, err := os.ReadFile(filepath.Join("..", "..", "..", "templates", "locale", lang, "wire.json"))
		if err != nil {
			t.Fatal(err)
		}
		own[lang+"/wire.json"] = &fstest.MapFile{Data: raw}
	}
	catalog, err := locale.Load(own)
	if err != nil {
		t.Fatal(err)
	}
	var codes []string
	for _, c := range wire.Codes() {
		codes = append(codes, string(c))
	}
	slices.Sort(codes)
	if len(slices.Compact(slices.Clone(codes))) != len(codes) {
		t.Error("a code stands twice")
	}
	open := regexp.MustCompile(`\{\w+\}`)
	for _, lang := range locale.Languages() {
		keys := catalog.Keys(lang)
		slices.Sort(keys)
		if !slices.Equal(keys, codes) {
			t.Errorf("%s: texts and codes differ: %d and %d", lang, len(keys), len(codes))
		}
		for _, code := range codes {
			if text := catalog.Printer(lang).Text(code, fault.Args(wire.Issue{}.Args())); open.MatchString(text) {
				t.Errorf("%s: %s", lang, text)
			}
		}
	}
}
