package auth_test

import (
	"testing"

	"qingce/internal/auth"
)

func TestOnlyTokensAreNarrowedByScopes(t *testing.T) {
	cases := []struct {
		name string
		p    auth.Principal
		want bool
	}{
		{"a person signed in", auth.Principal{Way: auth.BySession}, true},
		{"a job", auth.System("purge"), true},
		{"the console", auth.Command("root", "reset"), true},
		{"a token with the scope", auth.Principal{Way: auth.ByToken, Scopes: []string{"oplog:read", "systems:read"}}, true},
		{"a token with another scope", auth.Principal{Way: auth.ByToken, Scopes: []string{"systems:write"}}, false},
		{"a token without scopes", auth.Principal{Way: auth.ByToken}, false},
		{"nobody", auth.Principal{}, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := c.p.HasScope("systems:read"); got != c.want {
				t.Errorf("HasScope = %v, want %v", got, c.want)
			}
		})
	}
}
