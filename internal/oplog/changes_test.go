package oplog_test

import (
	"fmt"
	"strings"
	"testing"

	"qingce/internal/oplog"
	"qingce/internal/store"
	"qingce/internal/store/storetest"
)

type system struct {
	Name    string            `json:"name"`
	Units   int               `json:"units"`
	Tags    []string          `json:"tags,omitempty"`
	Contact map[string]string `json:"contact,omitempty"`
}

func TestOnlyWhatDiffersIsKept(t *testing.T) {
	cases := []struct {
		name          string
		before, after any
		want          string // before -> after as kept
	}{
		{"one member", system{Name: "学籍", Units: 1}, system{Name: "学籍", Units: 2}, `{"units":1} -> {"units":2}`},
		{"nothing", system{Name: "学籍"}, &system{Name: "学籍"}, ` -> `},
		{"a member that came", system{Name: "a"}, system{Name: "a", Tags: []string{"x", "y"}}, ` -> {"tags":["x","y"]}`},
		{"a member that went", system{Name: "a", Contact: map[string]string{"tel": "0710"}}, system{Name: "a"}, `{"contact":{"tel":"0710"}} -> `},
		{"a new object is kept whole", nil, system{Name: "a<b>&"}, ` -> {"name":"a<b>&","units":0}`},
		{"a nil pointer is nothing", (*system)(nil), system{Name: "a"}, ` -> {"name":"a","units":0}`},
		{"a removed object", system{Name: "a"}, nil, `{"name":"a","units":0} -> `},
		{"struct and map", system{Name: "a", Units: 1}, map[string]any{"units": 1, "name": "b"}, `{"name":"a"} -> {"name":"b"}`},
		{"no objects", "draft", "sent", `"draft" -> "sent"`},
		{"the same value", 3, 3, ` -> `},
		{"strings with everything in them", map[string]string{`a"\,:{}`: `",{}[]\`}, map[string]string{`a"\,:{}`: `",{}[]\x`},
			`{"a\"\\,:{}":"\",{}[]\\"} -> {"a\"\\,:{}":"\",{}[]\\x"}`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := kept(t, c.before, c.after); got != c.want {
				t.Errorf("kept %s\nwant %s", got, c.want)
			}
		})
	}
}

// kept is what the log keeps of two states.
func kept(t *testing.T, before, after any) string {
	t.Helper()
	h := newHouse(t, storetest.Open(t))
	h.ok(h.db.Write(t.Context(), func(tx *store.Tx) error {
		return oplog.Record(tx, clerk(), oplog.Entry{Action: "change", Kind: "system", Before: before, After: after})
	}))
	r := h.rows()[0]
	return r.Before + " -> " + r.After
}

func TestSecretsAreNeverKept(t *testing.T) {
	cases := []struct {
		name          string
		before, after any
		want          string
	}{
		{"a password that changed still shows that it did", map[string]any{"password": "old", "x": 1}, map[string]any{"password": "new", "x": 1},
			`{"password":"***"} -> {"password":"***"}`},
		{"by a part of the name, in any case", nil, map[string]any{"PasswordHash": "$argon2id$", "clientSecret": "s", "api_token": 5, "Cookie": []int{1}, "name": "li"},
			` -> {"Cookie":"***","PasswordHash":"***","api_token":"***","clientSecret":"***","name":"li"}`},
		{"inside objects and lists", nil, map[string]any{"accounts": []any{map[string]any{"login": "li", "token": "t"}, "x", []any{}}, "z": map[string]any{"a": map[string]any{"secret": "s"}}},
			` -> {"accounts":[{"login":"li","token":"***"},"x",[]],"z":{"a":{"secret":"***"}}}`},
		{"a list at the top", nil, []any{map[string]any{"token": "t"}, 1}, ` -> [{"token":"***"},1]`},
		{"a truth gives nothing away", map[string]any{"must_change_password": true}, map[string]any{"must_change_password": false},
			`{"must_change_password":true} -> {"must_change_password":false}`},
		{"the word in a value is no secret", nil, map[string]any{"reason": "token lost"}, ` -> {"reason":"token lost"}`},
		{"an escaped name", nil, map[string]any{"tok\u2028en": 1, "pass\"word_secret": "s"}, ` -> {"pass\"word_secret":"***","tok\u2028en":1}`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := kept(t, c.before, c.after); got != c.want {
				t.Errorf("kept %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestChanges(t *testing.T) {
	cases := []struct {
		name          string
		before, after any
		want          string
	}{
		{"a change", system{Name: "a", Units: 1}, system{Name: "b", Units: 1}, `name: "a" -> "b"`},
		{"came and went", map[string]int{"a": 1, "b": 2}, map[string]int{"b": 3, "c": 4}, `b: 2 -> 3; c:  -> 4; a: 1 -> `},
		{"new", nil, map[string]int{"a": 1}, `a:  -> 1`},
		{"no object", "x", nil, `: "x" -> `},
		{"equal", 1, 1, ``},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			list, err := oplog.Changes(c.before, c.after)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, x := range list {
				got = append(got, fmt.Sprintf("%s: %s -> %s", x.Member, x.Before, x.After))
			}
			if s := strings.Join(got, "; "); s != c.want {
				t.Errorf("got %s\nwant %s", s, c.want)
			}
		})
	}
	if _, err := (oplog.Row{Before: "{"}).Changes(); err == nil {
		t.Error("broken JSON was accepted")
	}
	if list, err := (oplog.Row{After: " { \"a\" : [ 1 ] } "}).Changes(); err != nil || string(list[0].After) != "[1]" {
		t.Errorf("JSON with blanks: %v, %v", list, err)
	}
}
