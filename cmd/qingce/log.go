package main

import (
	"io"
	"log/slog"
	"slices"
	"strings"
)

// newLog writes records to w. What is called like a secret is hidden, should
// anybody ever log one.
func newLog(w io.Writer, level, format string) *slog.Logger {
	var l slog.Level
	_ = l.UnmarshalText([]byte(level)) // the command line lets only levels through
	opts := &slog.HandlerOptions{Level: l, ReplaceAttr: hideSecrets}
	if format == "json" {
		return slog.New(slog.NewJSONHandler(w, opts))
	}
	return slog.New(slog.NewTextHandler(w, opts))
}

// secretNames are parts of the names of attributes whose values stay out of
// logs.
var secretNames = []string{"password", "secret", "token", "cookie", "authorization"}

func hideSecrets(_ []string, a slog.Attr) slog.Attr {
	name := strings.ToLower(a.Key)
	if slices.ContainsFunc(secretNames, func(part string) bool { return strings.Contains(name, part) }) {
		a.Value = slog.StringValue(hidden)
	}
	return a
}

// newLog makes the log of a command; what is not set is chosen by auto: info and
// JSON for the service, which programs read, and warn and text otherwise.
func (s Settings) newLog(w io.Writer, service bool) *slog.Logger {
	level, format := s.LogLevel, s.LogFormat
	if level == "auto" {
		level = "warn"
		if service {
			level = "info"
		}
	}
	if format == "auto" {
		format = "text"
		if service {
			format = "json"
		}
	}
	return newLog(w, level, format)
}
