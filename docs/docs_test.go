// Package docs_test holds the documentation against the program: links lead
// somewhere, commands and flags exist, the glossary says what the code says,
// and the texts of the screen that guides quote are shown by the program.
package docs_test

import (
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// page is one Markdown file.
type page struct {
	name  string // below the root of the repository
	lines []string
	// code tells for each line whether it stands in a block of code.
	code []bool
}

const root = ".."

// pages reads every Markdown file of the repository.
func pages(t *testing.T) []page {
	t.Helper()
	var out []page
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == ".git" || d.Name() == "data" && filepath.Dir(path) == root || d.Name() == "out"):
			return fs.SkipDir
		case filepath.Ext(path) != ".md":
			return nil
		}
		p, err := readPage(path)
		out = append(out, p)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(out) < 10 {
		t.Fatalf("only %d pages found: is the root of the repository %q?", len(out), root)
	}
	return out
}

func readPage(path string) (page, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return page{}, err
	}
	name, err := filepath.Rel(root, path)
	p := page{name: filepath.ToSlash(name), lines: strings.Split(string(raw), "\n")}
	fenced := false
	for i, line := range p.lines {
		fence := strings.HasPrefix(strings.TrimSpace(line), "```")
		indented := strings.HasPrefix(line, "    ") && !inList(p.lines[:i])
		p.code = append(p.code, fenced || fence || indented)
		if fence {
			fenced = !fenced
		}
	}
	return p, err
}

// inList tells whether what follows the lines still belongs to an item of a
// list: then four blanks do not make it code.
func inList(before []string) bool {
	for _, line := range slices.Backward(before) {
		if line == "" || strings.HasPrefix(line, "  ") {
			continue
		}
		return regexp.MustCompile(`^([-*]|\d+\.) `).MatchString(line)
	}
	return false
}

// prose gives the lines of text with the code spans taken out.
func (p page) prose(yield func(line int, text string) bool) {
	for i, line := range p.lines {
		if !p.code[i] && !yield(i+1, codeSpan.ReplaceAllString(line, "")) {
			return
		}
	}
}

// codes gives every piece of code: lines of blocks, and spans in the text.
func (p page) codes(yield func(line int, text string) bool) {
	for i, line := range p.lines {
		if p.code[i] {
			if !yield(i+1, line) {
				return
			}
			continue
		}
		for _, span := range codeSpan.FindAllString(line, -1) {
			if !yield(i+1, strings.Trim(span, "`")) {
				return
			}
		}
	}
}

var (
	codeSpan = regexp.MustCompile("`[^`]+`")
	link     = regexp.MustCompile(`\]\(([^)\s]+)\)`)
)

func TestLinksLeadSomewhere(t *testing.T) {
	all := pages(t)
	for _, p := range all {
		for line, text := range p.prose {
			for _, m := range link.FindAllStringSubmatch(text, -1) {
				if wrong := follow(all, p, m[1]); wrong != "" {
					t.Errorf("%s:%d: %s: %s", p.name, line, m[1], wrong)
				}
			}
		}
	}
}

// follow says what is wrong with a link, "" when nothing is. Addresses of other
// sites are not visited.
func follow(all []page, from page, target string) string {
	u, err := url.Parse(target)
	switch {
	case err != nil:
		return err.Error()
	case u.Scheme != "":
		return ""
	}
	to := from.name
	if u.Path != "" {
		to = filepath.ToSlash(filepath.Join(filepath.Dir(from.name), filepath.FromSlash(u.Path)))
		if _, err := os.Stat(filepath.Join(root, to)); err != nil {
			return "no such file"
		}
	}
	if u.Fragment == "" {
		return ""
	}
	i := slices.IndexFunc(all, func(p page) bool { return p.name == to })
	if i < 0 || !slices.Contains(all[i].anchors(), u.Fragment) {
		return "no such heading"
	}
	return ""
}

// anchors are the fragments that headings can be reached by.
func (p page) anchors() []string {
	var out []string
	for line, text := range p.headings {
		_ = line
		anchor := strings.Map(func(r rune) rune {
			switch {
			case r == ' ', r == '-':
				return '-'
			case unicode.IsLetter(r), unicode.IsDigit(r), r == '_':
				return unicode.ToLower(r)
			}
			return -1
		}, text)
		out = append(out, anchor)
	}
	return out
}

func (p page) headings(yield func(line int, text string) bool) {
	for i, line := range p.lines {
		if p.code[i] || !strings.HasPrefix(line, "#") {
			continue
		}
		if !yield(i+1, strings.ReplaceAll(strings.TrimSpace(strings.TrimLeft(line, "#")), "`", "")) {
			return
		}
	}
}

func TestChinesePagesHaveChinesePunctuation(t *testing.T) {
	wrong := regexp.MustCompile(`[\p{Han}][,;:!?()]|[,;!?()][\p{Han}]`)
	for _, p := range pages(t) {
		if !strings.Contains(p.name, "zh-CN") {
			continue
		}
		for line, text := range p.prose {
			text = link.ReplaceAllString(text, "]")
			if found := wrong.FindString(text); found != "" {
				t.Errorf("%s:%d: %q has half-width punctuation", p.name, line, found)
			}
		}
	}
}

func TestEveryPageHasOneTitle(t *testing.T) {
	for _, p := range pages(t) {
		n := 0
		for i, line := range p.lines {
			if !p.code[i] && strings.HasPrefix(line, "# ") {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%s has %d titles, want 1", p.name, n)
		}
	}
}
