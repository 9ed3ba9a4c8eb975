package templates

import (
	"net/url"
	"strconv"
)

// pagesAround is how many numbers stand on each side of the present page.
const pagesAround = 2

// NewPager works out the links of a list of total rows, shown perPage at a
// time. The address keeps its other parameters; the page is its parameter
// "page", the number of rows "size". A page beyond the end becomes the last.
func NewPager(address string, page, perPage int, total int64, sizes ...int) Pager {
	pages := max(1, int((total+int64(perPage)-1)/int64(perPage)))
	page = min(max(page, 1), pages)
	p := Pager{Page: page, Pages: pages, PerPage: perPage, Total: total}
	if total > 0 {
		p.From = (page-1)*perPage + 1
		p.To = int(min(int64(page)*int64(perPage), total))
	}
	if page > 1 {
		p.Prev = WithQuery(address, "page", strconv.Itoa(page-1))
	}
	if page < pages {
		p.Next = WithQuery(address, "page", strconv.Itoa(page+1))
	}
	p.Links = pageLinks(address, page, pages)
	for _, n := range sizes {
		href := WithQuery(WithQuery(address, "page", ""), "size", strconv.Itoa(n))
		p.Sizes = append(p.Sizes, PageLink{Number: n, Href: href, Current: n == perPage})
	}
	return p
}

func pageLinks(address string, page, pages int) []PageLink {
	var links []PageLink
	last := 0
	for n := 1; n <= pages; n++ {
		if n != 1 && n != pages && (n < page-pagesAround || n > page+pagesAround) {
			continue
		}
		if n > last+1 {
			links = append(links, PageLink{})
		}
		href := WithQuery(address, "page", strconv.Itoa(n))
		links = append(links, PageLink{Number: n, Href: href, Current: n == page})
		last = n
	}
	return links
}

// WithQuery returns the address with one query parameter set, or without it
// when the value is empty. An address that cannot be read is returned as it is.
func WithQuery(address, key, value string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	q := u.Query()
	q.Del(key)
	if value != "" {
		q.Set(key, value)
	}
	u.RawQuery = q.Encode()
	return u.String()
}
