package input_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// Each message that the package names must be there in both languages.
func TestEveryMessageHasATextInBothLanguages(t *testing.T) {
	sources, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	code := regexp.MustCompile(`"(input\.(?:err|note)\.[a-z_]+)"`)
	wanted := map[string]bool{}
	for _, source := range sources {
		raw, err := os.ReadFile(source)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range code.FindAllStringSubmatch(string(raw), -1) {
			wanted[found[1]] = true
		}
	}
	if len(wanted) < 20 {
		t.Fatalf("only %d messages found in the source", len(wanted))
	}
	for _, lang := range []string{"zh-CN", "en"} {
		raw, err := os.ReadFile("../../templates/locale/" + lang + "/input.json")
		if err != nil {
			t.Fatal(err)
		}
		var texts map[string]string
		if err := json.Unmarshal(raw, &texts); err != nil {
			t.Fatal(err)
		}
		for key := range wanted {
			if texts[key] == "" {
				t.Errorf("%s has no text for %s", lang, key)
			}
		}
	}
}
