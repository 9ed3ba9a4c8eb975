package oplog

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"time"
	"unicode/utf8"

	"golang.org/x/mod/sumdb/tlog"

	"qingce/internal/auth"
)

// timeLayout writes an instant with all its microseconds.
const timeLayout = "2006-01-02T15:04:05.000000Z07:00"

// Record returns the bytes that are hashed: every column but the id, which is
// the place in the tree and proved by it, as canonical JSON (RFC 8785: members
// in alphabetical order, no blanks). It is written by hand because the bytes
// must be the same in twenty years, which no JSON library promises.
func (r Row) Record() []byte {
	w := recordWriter{buf: make([]byte, 0, 512+len(r.Before)+len(r.After)+len(r.Reason))}
	w.text("action", r.Action)
	w.text("actor_department", r.ActorDepartment)
	w.number("actor_id", int64(r.ActorID))
	w.text("actor_login", r.ActorLogin)
	w.text("actor_name", r.ActorName)
	w.text("actor_roles", r.ActorRoles)
	w.text("after", r.After)
	w.text("at", r.At.UTC().Format(timeLayout))
	w.text("before", r.Before)
	w.number("department_id", int64(r.DepartmentID))
	w.text("object_id", r.ObjectID)
	w.text("object_kind", r.ObjectKind)
	w.text("object_name", r.ObjectName)
	w.text("origin", r.Origin)
	w.text("reason", r.Reason)
	w.text("request_id", r.RequestID)
	w.text("way", string(r.Way))
	return append(w.buf, '}')
}

func (r Row) hash() tlog.Hash { return tlog.RecordHash(r.Record()) }

type recordWriter struct{ buf []byte }

func (w *recordWriter) name(name string) {
	sep := byte(',')
	if len(w.buf) == 0 {
		sep = '{'
	}
	w.buf = append(w.buf, sep)
	w.buf = appendString(w.buf, name)
	w.buf = append(w.buf, ':')
}

func (w *recordWriter) text(name, value string) {
	w.name(name)
	w.buf = appendString(w.buf, value)
}

func (w *recordWriter) number(name string, value int64) {
	w.name(name)
	w.buf = strconv.AppendInt(w.buf, value, 10)
}

// appendString writes a JSON string as RFC 8785 §3.2.2.2 wants it. Bytes that
// are no UTF-8 can only come from meddling; they are kept, so that two
// different texts never give the same bytes.
func appendString(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	start := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= 0x20 && c != '"' && c != '\\' {
			continue
		}
		b = append(b, s[start:i]...)
		start = i + 1
		if e := shortEscape(c); e != 0 {
			b = append(b, '\\', e)
		} else {
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
	}
	return append(append(b, s[start:]...), '"')
}

// shortEscape is the letter of a two-character escape, or 0.
func shortEscape(c byte) byte {
	switch c {
	case '\b':
		return 'b'
	case '\t':
		return 't'
	case '\n':
		return 'n'
	case '\f':
		return 'f'
	case '\r':
		return 'r'
	case '"', '\\':
		return c
	}
	return 0
}

// parseRecord reads what Record wrote, and nothing else: a text that would be
// written in another way is refused, so that what is shown is what was hashed.
func parseRecord(raw []byte) (Row, error) {
	var f struct {
		Action          string            `json:"action"`
		ActorDepartment string            `json:"actor_department"`
		ActorID         auth.AccountID    `json:"actor_id"`
		ActorLogin      string            `json:"actor_login"`
		ActorName       string            `json:"actor_name"`
		ActorRoles      string            `json:"actor_roles"`
		After           string            `json:"after"`
		At              time.Time         `json:"at"`
		Before          string            `json:"before"`
		DepartmentID    auth.DepartmentID `json:"department_id"`
		ObjectID        string            `json:"object_id"`
		ObjectKind      string            `json:"object_kind"`
		ObjectName      string            `json:"object_name"`
		Origin          string            `json:"origin"`
		Reason          string            `json:"reason"`
		RequestID       string            `json:"request_id"`
		Way             auth.Way          `json:"way"`
	}
	if !utf8.Valid(raw) {
		return Row{}, fmt.Errorf("record: not UTF-8")
	}
	if err := json.Unmarshal(raw, &f); err != nil {
		return Row{}, fmt.Errorf("record: %w", err)
	}
	r := Row{
		At: f.At, ActorID: f.ActorID, ActorLogin: f.ActorLogin, ActorName: f.ActorName,
		ActorDepartment: f.ActorDepartment, ActorRoles: f.ActorRoles, Way: f.Way,
		DepartmentID: f.DepartmentID, Origin: f.Origin, RequestID: f.RequestID,
		Action: f.Action, ObjectKind: f.ObjectKind, ObjectID: f.ObjectID, ObjectName: f.ObjectName,
		Before: f.Before, After: f.After, Reason: f.Reason,
	}
	if !bytes.Equal(r.Record(), raw) {
		return Row{}, fmt.Errorf("record: not in canonical form")
	}
	return r, nil
}
