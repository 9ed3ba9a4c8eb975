package main

import (
	"cmp"
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/alecthomas/kong"
)

// configCommand shows the settings.
type configCommand struct {
	Serving
}

// Help says more.
func (configCommand) Help() string {
	return `Takes the flags and variables of serve, checks them, and prints them with passwords hidden.
Nothing is read from files and nothing is started.

Example:
  QINGCE_LISTEN=:8080 qingce config`
}

// Run prints the settings.
func (cmd *configCommand) Run(c *console, parsed *kong.Context) error {
	if err := cmd.check(); err != nil {
		return err
	}
	from := map[string]string{}
	for _, p := range parsed.Path {
		switch {
		case p.Flag == nil:
		case p.Resolved:
			from[p.Flag.Tag.Get("setting")] = "cli.from.variable"
		default:
			from[p.Flag.Tag.Get("setting")] = "cli.from.flag"
		}
	}
	w := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', 0)
	for _, s := range listSettings(c.settings, cmd.Serving) {
		source := cmp.Or(from[s.name], "cli.from.default")
		fmt.Fprintf(w, "%s\t%s\t%s\n", s.name, s.value, c.p.T(source))
	}
	return w.Flush()
}

// setting is a setting as it may be shown.
type setting struct{ name, value string }

// listSettings lists all settings with secrets hidden.
func listSettings(s Settings, serving Serving) []setting {
	s.Database = s.database()
	var out []setting
	for _, part := range []any{s, serving} {
		v := reflect.ValueOf(part)
		for i := range v.NumField() {
			out = append(out, setting{v.Type().Field(i).Tag.Get("setting"), shown(v.Field(i).Interface())})
		}
	}
	return out
}

func settingNames() []string {
	var names []string
	for _, s := range listSettings(Settings{}, Serving{}) {
		names = append(names, s.name)
	}
	return names
}

func shown(v any) string {
	switch v := v.(type) {
	case string:
		return hidePassword(v)
	case []string:
		return strings.Join(v, ",")
	}
	return fmt.Sprint(v)
}

// hidden stands where a secret was.
const hidden = "***"

// hidePassword hides the passwords in the address of a database.
func hidePassword(address string) string {
	scheme, _, ok := strings.Cut(address, "://")
	if !ok {
		return address
	}
	u, err := url.Parse(address)
	if err != nil {
		return scheme + "://" + hidden // cannot be read, so cannot be cleaned
	}
	query := ""
	if names := u.Query(); len(names) > 0 {
		parts := []string{}
		for name, values := range names {
			if strings.Contains(strings.ToLower(name), "password") {
				values = []string{hidden}
			}
			parts = append(parts, name+"="+strings.Join(values, ","))
		}
		slices.Sort(parts)
		query = "?" + strings.Join(parts, "&")
	}
	user := ""
	if u.User != nil {
		user = u.User.Username() + "@"
		if _, set := u.User.Password(); set {
			user = u.User.Username() + ":" + hidden + "@"
		}
	}
	return u.Scheme + "://" + user + u.Host + u.Path + query
}
