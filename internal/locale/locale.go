package locale

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"
	"time"

	"qingce/internal/calendar"
	"qingce/internal/fault"
)

// The languages. Chinese is the default.
const (
	Chinese = "zh-CN"
	English = "en"
)

// Languages lists the languages in the order in which the switch shows them.
func Languages() []string { return []string{Chinese, English} }

// Catalog holds the texts of all languages. It does not change after Load.
type Catalog struct {
	texts Texts
	base  *Catalog // what the texts lie over, nil below
}

// Load reads <language>/*.json below the root of files. A key that stands in
// two files of one language is an error.
func Load(files fs.FS) (*Catalog, error) {
	c := &Catalog{texts: Texts{}}
	for _, lang := range Languages() {
		names, err := fs.Glob(files, lang+"/*.json")
		if err != nil {
			return nil, err
		}
		c.texts[lang] = map[string]string{}
		for _, name := range names {
			if err := c.add(files, lang, name); err != nil {
				return nil, err
			}
		}
	}
	return c, nil
}

func (c *Catalog) add(files fs.FS, lang, name string) error {
	raw, err := fs.ReadFile(files, name)
	if err != nil {
		return err
	}
	var texts map[string]string
	if err := json.Unmarshal(raw, &texts); err != nil {
		return fmt.Errorf("message file %s: %w", name, err)
	}
	for key, text := range texts {
		if _, ok := c.texts[lang][key]; ok {
			return fmt.Errorf("message file %s: key %s stands in another file too", path.Base(name), key)
		}
		c.texts[lang][key] = text
	}
	return nil
}

// Printer speaks one language. It is safe for concurrent use.
type Printer struct {
	lang  string
	texts map[string]string
	spare map[string]string
	under *Printer // what the texts lie over, nil below
}

// Lang is the language tag, for the lang attribute of a page.
func (p *Printer) Lang() string { return p.lang }

// Has tells whether there is a text for key in the language itself; Find takes
// Chinese for it as well.
func (p *Printer) Has(key string) bool {
	_, ok := p.own(key)
	return ok
}

// T is the text of key; args are pairs of placeholder name and value. A key
// without a text is shown as it is, so that a gap is seen and not hidden.
func (p *Printer) T(key string, args ...any) string {
	return p.fill(key, len(args), func(name string) (any, bool) {
		for i := len(args) - len(args)%2 - 2; i >= 0; i -= 2 { // of two of a name the later holds
			if args[i] == name {
				return args[i+1], true
			}
		}
		return nil, false
	})
}

// Text is T with the arguments as a map.
func (p *Printer) Text(key string, args fault.Args) string {
	return p.fill(key, len(args), func(name string) (any, bool) {
		v, ok := args[name]
		return v, ok
	})
}

// fill puts the arguments into the text of key. What a value holds is text and
// never a placeholder; a placeholder without an argument stays.
func (p *Printer) fill(key string, args int, find func(name string) (any, bool)) string {
	text, ok := p.Find(key)
	if !ok {
		return key
	}
	if args == 0 || !strings.Contains(text, "{") {
		return text
	}
	var b strings.Builder
	for {
		head, rest, found := strings.Cut(text, "{")
		b.WriteString(head)
		if !found {
			return b.String()
		}
		if name, after, closed := strings.Cut(rest, "}"); closed {
			if v, ok := find(name); ok {
				b.WriteString(p.value(v))
				text = after
				continue
			}
		}
		b.WriteByte('{')
		text = rest
	}
}

func (p *Printer) value(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case int:
		return strconv.Itoa(v)
	case fault.Label:
		return p.T(string(v))
	case []fault.Label:
		parts := make([]string, len(v))
		for i, l := range v {
			parts[i] = p.T(string(l))
		}
		return p.Join(parts)
	case calendar.Date:
		return p.Date(v)
	case time.Time:
		return p.Time(v)
	}
	return fmt.Sprint(v)
}

// Join writes a list of words.
func (p *Printer) Join(parts []string) string {
	if p.lang == Chinese {
		return strings.Join(parts, "、")
	}
	return strings.Join(parts, ", ")
}

// Error is what a person is told of err. Of an internal error nothing is told
// but that it happened.
func (p *Printer) Error(err error) string {
	var f *fault.Error
	if errors.As(err, &f) && f.Kind != fault.Internal {
		return p.Text(f.Code, f.Args)
	}
	return p.T("err.internal")
}

// Field is what a person is told about one field: what is wrong and how to
// mend it.
func (p *Printer) Field(f fault.Field) string { return p.Text(f.Code, f.Args) }

// Date writes a calendar day (2017-10-31), nothing for no day.
func (p *Printer) Date(d calendar.Date) string { return d.String() }

// Time writes an instant in Asia/Shanghai to the minute.
func (p *Printer) Time(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(calendar.Zone).Format("2006-01-02 15:04")
}

// Clock writes the time of day in Asia/Shanghai.
func (p *Printer) Clock(t time.Time) string { return t.In(calendar.Zone).Format("15:04") }

// Units of money in fen, the unit of the database.
const (
	fenPerYuan = 100
	FenPerWan  = 100 * 10_000 // 1 万元
)

// Wan writes fen as 万元 with two decimals, rounded half up, with thousands
// separated.
func (p *Printer) Wan(fen int64) string {
	sign := ""
	if fen < 0 {
		sign, fen = "-", -fen
	}
	const step = FenPerWan / 100
	cents := (fen + step/2) / step
	return sign + p.Number(cents/100) + fmt.Sprintf(".%02d", cents%100)
}

// Yuan writes fen as 元 with two decimals and thousands separated.
func (p *Printer) Yuan(fen int64) string {
	sign := ""
	if fen < 0 {
		sign, fen = "-", -fen
	}
	return sign + p.Number(fen/fenPerYuan) + fmt.Sprintf(".%02d", fen%fenPerYuan)
}

// Number writes a whole number with thousands separated.
func (p *Printer) Number(n int64) string {
	s := strconv.FormatInt(n, 10)
	head := len(s)
	if n < 0 {
		head--
	}
	var b strings.Builder
	for i, r := range s {
		left := len(s) - i
		if i > 0 && left%3 == 0 && left < head+1 && s[i-1] != '-' {
			b.WriteByte(',')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// Size writes a number of bytes for people.
func (p *Printer) Size(bytes int64) string {
	switch {
	case bytes >= 1<<20:
		return fmt.Sprintf("%.1f MB", float64(bytes)/(1<<20))
	case bytes >= 1<<10:
		return fmt.Sprintf("%.0f KB", float64(bytes)/(1<<10))
	}
	return fmt.Sprintf("%d B", bytes)
}
