package calendar

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"time"
)

// MarshalText writes 2006-01-02, and nothing for no date.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText writes. On error d keeps its value.
func (d *Date) UnmarshalText(text []byte) error { return d.read(string(text)) }

// MarshalJSON writes "2006-01-02", and null for no date.
func (d Date) MarshalJSON() ([]byte, error) {
	if d.IsZero() {
		return []byte("null"), nil
	}
	return []byte(`"` + d.String() + `"`), nil
}

// UnmarshalJSON reads "2006-01-02"; null and "" are no date. On error d keeps
// its value.
func (d *Date) UnmarshalJSON(data []byte) error {
	var text *string
	if err := json.Unmarshal(data, &text); err != nil {
		return &DateError{string(data)}
	}
	if text == nil {
		*d = Date{}
		return nil
	}
	return d.read(*text)
}

// Value gives the database the text 2006-01-02, and NULL for no date.
func (d Date) Value() (driver.Value, error) {
	if d.IsZero() {
		return nil, nil
	}
	return d.String(), nil
}

// Scan reads a date column: text 2006-01-02, or the midnight that drivers make
// of a date column; NULL and the empty text are no date. A time that is not a
// midnight is refused, because the day it means depends on a zone. On error d
// keeps its value.
func (d *Date) Scan(source any) error {
	switch v := source.(type) {
	case nil:
		*d = Date{}
		return nil
	case string:
		return d.read(v)
	case []byte:
		return d.read(string(v))
	case time.Time:
		return d.scanMidnight(v)
	}
	return fmt.Errorf("calendar: a date cannot be read from a %T", source)
}

// scanMidnight takes the day as the driver wrote it. Converting it to another
// zone could move it to the day before.
func (d *Date) scanMidnight(t time.Time) error {
	year, month, day := t.Date()
	date := NewDate(year, month, day)
	if date.IsZero() || !t.Equal(time.Date(year, month, day, 0, 0, 0, 0, t.Location())) {
		return fmt.Errorf("calendar: %s in a date column: not a midnight of the years 1 to 9999", t)
	}
	*d = date
	return nil
}

func (d *Date) read(text string) error {
	if text == "" {
		*d = Date{}
		return nil
	}
	date, err := ParseDate(text)
	if err != nil {
		return err
	}
	*d = date
	return nil
}
