package zombieweb

import (
	"net/url"
	"strings"

	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/input"
	"qingce/inventory/zombie/cleanup"
)

// figures reads typed numbers, sums and days, and collects what is wrong.
type figures struct {
	form  url.Values
	wrong []fault.Field
}

func (f *figures) fail(name string, err error) {
	f.wrong = append(f.wrong, fault.At(name, input.Code(err), "field", fault.Label("cleanup.field."+name), "value", f.form.Get(name)))
}

// count reads a number; nothing is 0.
func (f *figures) count(name string) int64 {
	text := strings.TrimSpace(f.form.Get(name))
	if text == "" {
		return 0
	}
	n, _, err := input.Count(text)
	if err != nil {
		f.fail(name, err)
	}
	return n
}

// money reads a sum in 万元 as fen; nothing is 0.
func (f *figures) money(name string) int64 {
	text := strings.TrimSpace(f.form.Get(name))
	if text == "" {
		return 0
	}
	n, _, err := input.Money(text, input.Wan)
	if err != nil {
		f.fail(name, err)
	}
	return n
}

// date reads a day; nothing is no day.
func (f *figures) date(name string) calendar.Date {
	text := strings.TrimSpace(f.form.Get(name))
	if text == "" {
		return calendar.Date{}
	}
	d, _, err := input.Date(text, false)
	if err != nil {
		f.fail(name, err)
	}
	return d
}

func (f *figures) released() cleanup.Released {
	return cleanup.Released{
		Servers: f.count("servers"), Ips: f.count("ips"), Domains: f.count("domains"), Accounts: f.count("accounts"), OmSaved: f.money("om_saved"),
	}
}
