package fault

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Kind is the sort of trouble. The zero value is Internal, so that a forgotten
// kind shows nothing to the outside.
type Kind int

// The kinds, in the order of the table that turns them into HTTP statuses.
const (
	Internal Kind = iota
	Invalid
	Unauthenticated
	Forbidden
	NotFound
	Conflict
	TooLarge
	Unsupported
	RateLimited
	Unavailable
)

var kindNames = [...]string{
	"internal", "invalid", "unauthenticated", "forbidden", "not_found",
	"conflict", "too_large", "unsupported", "rate_limited", "unavailable",
}

// String returns the kind as logs write it.
func (k Kind) String() string {
	if k < 0 || int(k) >= len(kindNames) {
		return kindNames[Internal]
	}
	return kindNames[k]
}

// Label is a message key used as an argument of another message: it is
// translated when the message is shown ("{field} is required").
type Label string

// Args fill the {placeholders} of a message. Values are strings, numbers,
// dates, times or Labels.
type Args map[string]any

// Field says what is wrong at one place that a person filled in.
type Field struct {
	// Name is the key of the field ("approval_date"); empty means the record
	// as a whole.
	Name string
	// Cell is the address in a workbook ("C12"), empty elsewhere.
	Cell string
	// Code is the message key; the message says what is wrong and how to mend it.
	Code string
	Args Args
	// Warning marks a remark that does not stop the save.
	Warning bool
}

// Error is an error that may be shown to the person or program that caused it.
type Error struct {
	Kind   Kind
	Code   string
	Args   Args
	Fields []Field
	// RetryAfter tells a machine client when to try again (RateLimited and
	// Unavailable only).
	RetryAfter time.Duration

	cause error
}

// New makes an error of a kind; args are pairs of placeholder name and value.
func New(kind Kind, code string, args ...any) *Error {
	return &Error{Kind: kind, Code: code, Args: Pairs(args...)}
}

// Pairs makes Args of alternating names and values. An odd last name is dropped.
func Pairs(args ...any) Args {
	if len(args) < 2 {
		return nil
	}
	out := make(Args, len(args)/2)
	for i := 0; i+1 < len(args); i += 2 {
		out[fmt.Sprint(args[i])] = args[i+1]
	}
	return out
}

// At makes the Field for one place; args as in New.
func At(name, code string, args ...any) Field {
	return Field{Name: name, Code: code, Args: Pairs(args...)}
}

// Remark makes a Field that warns and does not stop the save.
func Remark(name, code string, args ...any) Field {
	return Field{Name: name, Code: code, Args: Pairs(args...), Warning: true}
}

// Refuse makes an Invalid error of the fields that are wrong, or nil when none
// of them stops the save.
func Refuse(fields []Field) error {
	if !AnyError(fields) {
		return nil
	}
	return &Error{Kind: Invalid, Code: "err.invalid", Fields: fields}
}

// AnyError tells whether one of the fields is more than a warning.
func AnyError(fields []Field) bool {
	for _, f := range fields {
		if !f.Warning {
			return true
		}
	}
	return false
}

// Because returns a copy of e that wraps cause, which only logs will show.
func (e *Error) Because(cause error) *Error {
	c := *e
	c.cause = cause
	return &c
}

// Error writes the error for logs: kind, code, fields and cause.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s", e.Kind, e.Code)
	for _, f := range e.Fields {
		fmt.Fprintf(&b, " [%s%s %s]", f.Name, f.Cell, f.Code)
	}
	if e.cause != nil {
		fmt.Fprintf(&b, ": %v", e.cause)
	}
	return b.String()
}

// Unwrap returns the cause given by Because.
func (e *Error) Unwrap() error { return e.cause }

// Is makes errors.Is match two faults of the same kind and code, so that
// sentinels can be compared after arguments were added.
func (e *Error) Is(target error) bool {
	var t *Error
	return errors.As(target, &t) && t.Kind == e.Kind && t.Code == e.Code
}

// KindOf returns the kind of the first fault in the chain; anything else is
// Internal.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}

// FieldsOf returns the fields of the first fault in the chain.
func FieldsOf(err error) []Field {
	var e *Error
	if errors.As(err, &e) {
		return e.Fields
	}
	return nil
}
