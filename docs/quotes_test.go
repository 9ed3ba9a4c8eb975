package docs_test

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"qingce/internal/locale"
)

// shown tells whether the program shows a text: it is a message of the
// language, with something in the place of each {placeholder}.
type shown struct {
	exact    map[string]bool
	patterns []pattern
}

// pattern is a message with placeholders; fixed is the length of the rest.
type pattern struct {
	text  *regexp.Regexp
	fixed int
}

var placeholder = regexp.MustCompile(`\\\{\w+\\\}`)

func texting(t *testing.T, p *locale.Printer, keys []string) shown {
	t.Helper()
	s := shown{exact: map[string]bool{}}
	for _, key := range keys {
		text := p.T(key)
		s.exact[text] = true
		quoted := regexp.QuoteMeta(text)
		if open := placeholder.ReplaceAllString(quoted, ".+"); open != quoted {
			fixed := utf8.RuneCountInString(placeholder.ReplaceAllString(quoted, ""))
			s.patterns = append(s.patterns, pattern{regexp.MustCompile("^" + open + "$"), fixed})
		}
	}
	return s
}

func (s shown) has(text string) bool {
	if s.exact[text] {
		return true
	}
	for _, p := range s.patterns {
		// What is hardly more than its placeholders would fit anything.
		if 2*p.fixed >= utf8.RuneCountInString(text) && p.text.MatchString(text) {
			return true
		}
	}
	return false
}

func TestGuidesQuoteWhatTheProgramShows(t *testing.T) {
	zh, en := words(t)
	catalog := messages(t)
	chinese, english := texting(t, zh, catalog.Keys(locale.Chinese)), texting(t, en, catalog.Keys(locale.English))
	cases := []struct {
		pages []string
		quote *regexp.Regexp
		texts shown
	}{
		{[]string{"clerk.zh-CN.md", "office.zh-CN.md", "probes.zh-CN.md"}, regexp.MustCompile(`「([^」]+)」`), chinese},
		{[]string{"clerk.md", "office.md", "probes.md"}, regexp.MustCompile(`\*\*([^*]+)\*\*`), english},
	}
	for _, c := range cases {
		for _, name := range c.pages {
			p, err := readPage(filepath.Join(root, "docs", name))
			if err != nil {
				t.Fatal(err)
			}
			seen := 0
			for line, text := range p.prose {
				for _, m := range c.quote.FindAllStringSubmatch(text, -1) {
					seen++
					if !c.texts.has(m[1]) {
						t.Errorf("%s:%d: the program does not show %q", p.name, line, m[1])
					}
				}
			}
			if seen < 20 {
				t.Errorf("%s quotes only %d texts: are they in the right marks?", p.name, seen)
			}
		}
	}
}

// TestTheGuidesAreTwins wants both languages of a guide to have the same
// sections.
func TestTheGuidesAreTwins(t *testing.T) {
	for _, name := range []string{"README", "docs/clerk", "docs/office", "docs/probes"} {
		var depths [2][]string
		for i, ending := range []string{".md", ".zh-CN.md"} {
			p, err := readPage(filepath.Join(root, filepath.FromSlash(name+ending)))
			if err != nil {
				t.Fatal(err)
			}
			for j, line := range p.lines {
				if !p.code[j] && strings.HasPrefix(line, "#") {
					depths[i] = append(depths[i], line[:strings.Index(line, " ")])
				}
			}
		}
		if strings.Join(depths[0], " ") != strings.Join(depths[1], " ") {
			t.Errorf("%s has the headings\n%v in English and\n%v in Chinese", name, depths[0], depths[1])
		}
	}
}
