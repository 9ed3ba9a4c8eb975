package web_test

import (
	"net/url"
	"slices"
	"testing"

	"qingce/internal/web"
	"qingce/templates"
)

func listing(t *testing.T, query string) web.Listing {
	t.Helper()
	q, err := url.ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	return (&web.Request{URL: &url.URL{Path: "/notices", RawQuery: q.Encode()}}).Listing()
}

func TestAListingIsTheAddressTakenApart(t *testing.T) {
	l := listing(t, "state=open&state=gone&state=late&sort=-due&page=3&size=100&lang=en&q=+")
	if got, want := l.String(), "/notices?page=3&size=100&sort=-due&state=open&state=gone&state=late"; got != want {
		t.Errorf("address %q, want %q", got, want)
	}
	if got, want := l.With("q", "甲"), "/notices?q=%E7%94%B2&size=100&sort=-due&state=open&state=gone&state=late"; got != want {
		t.Errorf("with words %q, want %q", got, want)
	}
	if got, want := l.With("state", ""), "/notices?size=100&sort=-due"; got != want {
		t.Errorf("without states %q, want %q", got, want)
	}
	if got, want := web.Chosen(l, "state", []string{"open", "late", "done"}), []string{"open", "late"}; !slices.Equal(got, want) {
		t.Errorf("chosen %q, want %q", got, want)
	}
	if key, down := l.Sort(); key != "due" || !down {
		t.Errorf("order %s, down %t", key, down)
	}
	if l.Page() != 3 || l.Size(50) != 100 {
		t.Errorf("page %d of %d rows", l.Page(), l.Size(50))
	}
	if !l.Narrowed() || listing(t, "sort=due&page=2&size=20").Narrowed() {
		t.Error("order and page do not narrow, states do")
	}
}

func TestAListingTakesNonsenseForNothing(t *testing.T) {
	l := listing(t, "page=-4&size=7&year=soon&open=yes")
	if l.Page() != 1 || l.Size(50) != 50 || l.Number("year") != 0 || l.On("open") {
		t.Errorf("page %d, size %d, year %d, open %t", l.Page(), l.Size(50), l.Number("year"), l.On("open"))
	}
}

func TestAColumnTurnsItsOrder(t *testing.T) {
	for _, c := range []struct{ query, sorted, next string }{
		{"page=2", "", "/notices?sort=due"},
		{"sort=due", "asc", "/notices?sort=-due"},
		{"sort=-due", "desc", "/notices?sort=due"},
		{"sort=no", "", "/notices?sort=due"},
	} {
		got := listing(t, c.query).Column(templates.Column{Key: "due"})
		if got.Sorted != c.sorted || got.SortHref != c.next {
			t.Errorf("%s: sorted %q, next %q; want %q, %q", c.query, got.Sorted, got.SortHref, c.sorted, c.next)
		}
	}
}
