package wire

import (
	"fmt"
	"net/http"
	"time"
)

// Code says what is wrong, for programs, and is the key of the text that says
// it to people.
type Code string

// Codes of a body as a whole.
const (
	BodyTooLarge     Code = "wire.body_too_large"
	UnpackedTooLarge Code = "wire.unpacked_too_large"
	BodyCut          Code = "wire.body_cut"
	PackingBroken    Code = "wire.packing_broken"
	PackingUnknown   Code = "wire.packing_unknown"
	TypeUnknown      Code = "wire.type_unknown"
	WrongSchema      Code = "wire.wrong_schema"
	MessageBroken    Code = "wire.message_broken"
	JSONBroken       Code = "wire.json_broken"
	TooDeep          Code = "wire.too_deep"
	TooManyItems     Code = "wire.too_many_items"
	TooManySeries    Code = "wire.too_many_series"
	TooBusy          Code = "wire.too_busy"
	Unavailable      Code = "wire.unavailable"
)

// Codes of a report.
const (
	ItemBroken      Code = "wire.item_broken"
	NotAnObject     Code = "wire.not_an_object"
	UnknownMember   Code = "wire.unknown_member"
	MemberTwice     Code = "wire.member_twice"
	Missing         Code = "wire.missing"
	NotText         Code = "wire.not_text"
	TextTooLong     Code = "wire.text_too_long"
	TextControl     Code = "wire.text_control"
	NotWhole        Code = "wire.not_whole"
	NotPercent      Code = "wire.not_percent"
	Negative        Code = "wire.negative"
	TooSmall        Code = "wire.too_small"
	TooGreat        Code = "wire.too_great"
	NotATime        Code = "wire.not_a_time"
	NotWholeHour    Code = "wire.not_whole_hour"
	TooNew          Code = "wire.too_new"
	TooOld          Code = "wire.too_old"
	NotBase64       Code = "wire.not_base64"
	SketchTooLarge  Code = "wire.sketch_too_large"
	NothingMeasured Code = "wire.nothing_measured"
	MoreThanWhole   Code = "wire.more_than_whole"
)

// Codes of series, samples and data points.
const (
	NameMissing      Code = "wire.name_missing"
	NameTooLong      Code = "wire.name_too_long"
	NotUTF8          Code = "wire.not_utf8"
	TooManyLabels    Code = "wire.too_many_labels"
	LabelNameEmpty   Code = "wire.label_name_empty"
	LabelTwice       Code = "wire.label_twice"
	LabelTooLong     Code = "wire.label_too_long"
	SymbolMissing    Code = "wire.symbol_missing"
	LabelsOdd        Code = "wire.labels_odd"
	TimeMissing      Code = "wire.time_missing"
	TimeNegative     Code = "wire.time_negative"
	OutOfOrder       Code = "wire.out_of_order"
	TimeTwice        Code = "wire.time_twice"
	SampleTwice      Code = "wire.sample_twice"
	CounterNegative  Code = "wire.counter_negative"
	ValueMissing     Code = "wire.value_missing"
	Temporality      Code = "wire.temporality"
	LevelAsDelta     Code = "wire.level_as_delta"
	HistogramUnkept  Code = "wire.histogram_unkept"
	HistogramBroken  Code = "wire.histogram_broken"
	ExemplarUnkept   Code = "wire.exemplar_unkept"
	SummaryUnkept    Code = "wire.summary_unkept"
	AttributeUnkept  Code = "wire.attribute_unkept"
	StaleMarker      Code = "wire.stale_marker"
	NotANumber       Code = "wire.not_a_number"
	InfiniteNumber   Code = "wire.infinite_number"
	MetricTypeUnread Code = "wire.metric_type_unread"
)

// Codes lists every code of this package.
func Codes() []Code {
	return []Code{
		BodyTooLarge, UnpackedTooLarge, BodyCut, PackingBroken, PackingUnknown, TypeUnknown, WrongSchema,
		MessageBroken, JSONBroken, TooDeep, TooManyItems, TooManySeries, TooBusy, Unavailable,
		ItemBroken, NotAnObject, UnknownMember, MemberTwice, Missing, NotText, TextTooLong, TextControl,
		NotWhole, NotPercent, Negative, TooSmall, TooGreat, NotATime, NotWholeHour, TooNew, TooOld,
		NotBase64, SketchTooLarge, NothingMeasured, MoreThanWhole,
		NameMissing, NameTooLong, NotUTF8, TooManyLabels, LabelNameEmpty, LabelTwice, LabelTooLong,
		SymbolMissing, LabelsOdd, TimeMissing, TimeNegative, OutOfOrder, TimeTwice, SampleTwice,
		CounterNegative, ValueMissing, Temporality, LevelAsDelta, HistogramUnkept, HistogramBroken,
		ExemplarUnkept, SummaryUnkept, AttributeUnkept, StaleMarker, NotANumber, InfiniteNumber, MetricTypeUnread,
	}
}

// Error refuses a body as a whole: nothing of it may be kept.
type Error struct {
	// Status is the HTTP status that the protocols give to it.
	Status int
	Code   Code
	// Got and Want as in Issue.
	Got, Want string
	// RetryAfter tells the sender when to come again (429 and 503 only).
	RetryAfter time.Duration

	cause error
}

// Busy refuses a body for now (429): the sender comes again after a while.
func Busy(after time.Duration) *Error {
	return &Error{Status: http.StatusTooManyRequests, Code: TooBusy, RetryAfter: after}
}

// Away refuses a body while it cannot be stored (503).
func Away(after time.Duration, cause error) *Error {
	return &Error{Status: http.StatusServiceUnavailable, Code: Unavailable, RetryAfter: after, cause: cause}
}

// Error writes the error for logs.
func (e *Error) Error() string {
	text := string(e.Code)
	if e.Got != "" || e.Want != "" {
		text += fmt.Sprintf(" (got %q, want %q)", e.Got, e.Want)
	}
	if e.cause != nil {
		text += ": " + e.cause.Error()
	}
	return text
}

// Unwrap returns what lies under the error, for logs only.
func (e *Error) Unwrap() error { return e.cause }

// Issue is the error in the form in which it is said.
func (e *Error) Issue() Issue { return Issue{Code: e.Code, Got: e.Got, Want: e.Want} }

func refusal(status int, code Code, got, want string) *Error {
	return &Error{Status: status, Code: code, Got: clip(got), Want: want}
}

func bad(code Code, got, want string) *Error {
	return refusal(http.StatusBadRequest, code, got, want)
}

func tooLarge(code Code, bound int) *Error {
	return refusal(http.StatusRequestEntityTooLarge, code, "", fmt.Sprint(bound))
}
