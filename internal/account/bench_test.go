package account_test

import (
	"fmt"
	"testing"

	"qingce/internal/account"
	"qingce/internal/auth"
	"qingce/internal/store"
	"qingce/internal/store/storetest"
)

// BenchmarkResume is what every request of a person pays, among 2,000
// sessions.
func BenchmarkResume(b *testing.B) {
	for name, open := range map[string]func(testing.TB, ...storetest.Option) *store.DB{
		"sqlite": storetest.Open, "postgres": storetest.OpenPostgres,
	} {
		b.Run(name, func(b *testing.B) {
			c := &clock{now: start}
			h := newHouse(b, open(b, storetest.At(c.Now)), c)
			for i := range 20 {
				h.person(fmt.Sprintf("user%d", i), citySports, auth.Clerk)
			}
			var tokens []string
			for i := range 2000 {
				tokens = append(tokens, h.signIn(fmt.Sprintf("user%d", i%20), password).Token)
			}
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if _, _, err := h.Resume(b.Context(), tokens[i%len(tokens)], account.Caller{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkPassword is what a sign-in costs at the default, in time and memory.
func BenchmarkPassword(b *testing.B) {
	hasher := account.NewHasher(account.DefaultCost(), 1)
	c := &clock{now: start}
	h := newHouse(b, storetest.Open(b, storetest.At(c.Now)), c)
	accounts := account.New(h.db, account.Options{Hasher: hasher})
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := accounts.SignIn(b.Context(), "nobody", "wrong", account.Caller{}); err == nil {
			b.Fatal("somebody came in")
		}
	}
}
