package templates_test

import (
	"fmt"
	"strings"
	"testing"

	"qingce/templates"
)

// numbers writes the links of a pager: the present page in brackets, a gap as
// dots.
func numbers(p templates.Pager) string {
	var parts []string
	for _, l := range p.Links {
		switch {
		case l.Current:
			parts = append(parts, fmt.Sprintf("[%d]", l.Number))
		case l.Href == "":
			parts = append(parts, "…")
		default:
			parts = append(parts, fmt.Sprint(l.Number))
		}
	}
	return strings.Join(parts, " ")
}

func TestNewPager(t *testing.T) {
	tests := map[string]struct {
		page, perPage int
		total         int64
		links         string
		from, to      int
		prev, next    string
	}{
		"nothing":          {1, 50, 0, "[1]", 0, 0, "", ""},
		"one row":          {1, 50, 1, "[1]", 1, 1, "", ""},
		"one full page":    {1, 50, 50, "[1]", 1, 50, "", ""},
		"first of two":     {1, 50, 51, "[1] 2", 1, 50, "", "/s?page=2&q=x"},
		"in the middle":    {10, 50, 1000, "1 … 8 9 [10] 11 12 … 20", 451, 500, "/s?page=9&q=x", "/s?page=11&q=x"},
		"the last":         {20, 50, 999, "1 … 18 19 [20]", 951, 999, "/s?page=19&q=x", ""},
		"beyond the end":   {99, 50, 120, "1 2 [3]", 101, 120, "/s?page=2&q=x", ""},
		"before the start": {-1, 50, 120, "[1] 2 3", 1, 50, "", "/s?page=2&q=x"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			p := templates.NewPager("/s?q=x", tt.page, tt.perPage, tt.total)
			if got := numbers(p); got != tt.links {
				t.Errorf("links %q, want %q", got, tt.links)
			}
			if p.From != tt.from || p.To != tt.to {
				t.Errorf("rows %d–%d, want %d–%d", p.From, p.To, tt.from, tt.to)
			}
			if p.Prev != tt.prev || p.Next != tt.next {
				t.Errorf("prev %q next %q, want %q and %q", p.Prev, p.Next, tt.prev, tt.next)
			}
		})
	}
}

func TestPagerSizesStartAgainAtTheFirstPage(t *testing.T) {
	p := templates.NewPager("/s?page=3&q=x", 3, 50, 1000, 50, 100)
	if got, want := p.Sizes[1].Href, "/s?q=x&size=100"; got != want {
		t.Errorf("size link %q, want %q", got, want)
	}
	if !p.Sizes[0].Current || p.Sizes[1].Current {
		t.Errorf("sizes %+v: only 50 is in force", p.Sizes)
	}
}

func TestWithQuery(t *testing.T) {
	tests := map[string]struct{ address, key, value, want string }{
		"sets":               {"/s", "sort", "name", "/s?sort=name"},
		"replaces":           {"/s?sort=a&q=x", "sort", "b", "/s?q=x&sort=b"},
		"removes":            {"/s?sort=a&q=x", "sort", "", "/s?q=x"},
		"keeps repeats":      {"/s?state=a&state=b", "page", "2", "/s?page=2&state=a&state=b"},
		"escapes":            {"/s", "q", "社 保&", "/s?q=%E7%A4%BE+%E4%BF%9D%26"},
		"leaves the unknown": {"::bad", "q", "x", "::bad"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if got := templates.WithQuery(tt.address, tt.key, tt.value); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
