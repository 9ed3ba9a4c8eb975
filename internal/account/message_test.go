package account_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"qingce/internal/account"
	"qingce/internal/auth"
	"qingce/internal/locale"
)

// Every key that this package can show has a text in every language, with the
// placeholders that the code fills.
func TestEveryMessageHasItsText(t *testing.T) {
	own := fstest.MapFS{} // without the files of other rooms
	for _, lang := range locale.Languages() {
		raw, err := os.ReadFile(filepath.Join("..", "..", "templates", "locale", lang, "account.json"))
		if err != nil {
			t.Fatal(err)
		}
		own[lang+"/account.json"] = &fstest.MapFile{Data: raw}
	}
	cat, err := locale.Load(own)
	if err != nil {
		t.Fatal(err)
	}
	if zh, en := cat.Keys(locale.Chinese), cat.Keys(locale.English); !slices.Equal(zh, en) {
		t.Errorf("the languages have different keys: %d and %d", len(zh), len(en))
	}
	keys := literalKeys(t)
	for _, r := range auth.AllRoles() {
		keys = append(keys, string(r.Label()))
	}
	for _, s := range account.Scopes() {
		keys = append(keys, "scope."+s)
	}
	for _, m := range []account.PolicyMode{account.ModeGB, account.ModeASVS} {
		keys = append(keys, string(m.Label()))
	}
	for _, s := range []account.State{account.Active, account.Disabled} {
		keys = append(keys, string(s.Label()))
	}
	for _, lang := range locale.Languages() {
		p := cat.Printer(lang)
		for _, key := range keys {
			if !p.Has(key) {
				t.Errorf("%s: no text for %s", lang, key)
			}
		}
	}
	if len(keys) < 60 {
		t.Errorf("only %d keys found", len(keys))
	}
}

// literalKeys finds the message keys and the actions written in the package.
func literalKeys(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	message := regexp.MustCompile(`"(err\.account\.[a-z_]+)"`)
	action := regexp.MustCompile(`"(account\.[a-z_]+)"`)
	var keys []string
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range message.FindAllStringSubmatch(string(raw), -1) {
			keys = append(keys, m[1])
		}
		for _, m := range action.FindAllStringSubmatch(string(raw), -1) {
			if m[1] != "account.roles" { // the label of a field
				keys = append(keys, "oplog."+m[1])
			}
		}
	}
	return keys
}
