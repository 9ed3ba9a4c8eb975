package templates_test

import (
	"io/fs"
	"regexp"
	"strings"
	"testing"

	"qingce/templates"
)

func file(t *testing.T, name string) string {
	t.Helper()
	raw, err := fs.ReadFile(templates.FS, name)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// pages calls fn for every template file, the pages of all domains included.
func pages(t *testing.T, fn func(name, text string)) {
	t.Helper()
	err := fs.WalkDir(templates.FS, ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(name, ".html") {
			fn(name, file(t, name))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestEveryIconIsInTheSprite(t *testing.T) {
	sprite := file(t, "assets/icons.svg")
	has := func(name string) bool { return strings.Contains(sprite, `<symbol id="`+name+`"`) }
	literal := regexp.MustCompile(`icon "([^"]+)"`)
	pages(t, func(name, text string) {
		for _, m := range literal.FindAllStringSubmatch(text, -1) {
			if !has(m[1]) {
				t.Errorf("%s: icon %q is not in icons.svg", name, m[1])
			}
		}
	})
	for prefix, names := range map[string][]string{
		"tone-": {templates.ToneGrey, templates.ToneBlue, templates.ToneGreen, templates.ToneAmber, templates.ToneRed},
		"due-":  {templates.DueCalm, templates.DueSoon, templates.DueLate, templates.DueDone},
		"kind-": {"ok", "info", "warning", "error"},
		"sort-": {"asc", "desc"},
	} {
		for _, n := range names {
			if !has(prefix + n) {
				t.Errorf("icon %q is not in icons.svg", prefix+n)
			}
		}
	}
}

func TestPagesHoldNothingInline(t *testing.T) {
	bad := regexp.MustCompile(`(?i)\sstyle=|\son[a-z]+=|<style|javascript:|data-bs-|https?://`)
	script := regexp.MustCompile(`<script[^>]*>`)
	pages(t, func(name, text string) {
		if m := bad.FindString(text); m != "" {
			t.Errorf("%s: %q", name, m)
		}
		for _, tag := range script.FindAllString(text, -1) {
			if !strings.Contains(tag, "src=") {
				t.Errorf("%s: inline %s", name, tag)
			}
		}
	})
}

// The browsers of many offices are built on Chromium 85.
func TestStylesAndScriptsStayWithOldBrowsers(t *testing.T) {
	for name, pattern := range map[string]string{
		"assets/app.css": `:has\(|:is\(|:where\(|color-mix\(|@layer|@container|aspect-ratio|\binset:|\n\s*&|https?://`,
		"assets/app.js":  `\beval\b|new Function|innerHTML|insertAdjacentHTML|document\.write|\.at\(|structuredClone|https?://`,
		"assets/vendor/bootstrap/bootstrap.min.css": `:has\(|color-mix\(|@import|sourceMappingURL`,
	} {
		if m := regexp.MustCompile(pattern).FindString(file(t, name)); m != "" {
			t.Errorf("%s: %q", name, m)
		}
	}
}

func TestVendoredFilesCarryTheirLicences(t *testing.T) {
	for name, want := range map[string]string{
		"assets/vendor/bootstrap/LICENSE": "The MIT License",
		"assets/vendor/htmx/LICENSE":      "Zero-Clause BSD",
	} {
		if !strings.Contains(file(t, name), want) {
			t.Errorf("%s does not say %q", name, want)
		}
	}
}

func TestMessagesStandInBothLanguages(t *testing.T) {
	placeholder := regexp.MustCompile(`\{\w+\}`)
	zh, en := messages(t, "zh-CN"), messages(t, "en")
	for key, text := range zh {
		other, ok := en[key]
		if !ok {
			t.Errorf("en lacks %s", key)
			continue
		}
		for _, p := range placeholder.FindAllString(text, -1) {
			if !strings.Contains(other, p) {
				t.Errorf("%s: en lacks %s", key, p)
			}
		}
	}
	for key := range en {
		if _, ok := zh[key]; !ok {
			t.Errorf("zh-CN lacks %s", key)
		}
	}
}
