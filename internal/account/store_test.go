package account_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"qingce/internal/account"
	"qingce/internal/auth"
	"qingce/internal/store"
)

// logged is one entry of the operation log.
type logged struct {
	ActorLogin string
	Way        string
	Action     string
	ObjectKind string
	ObjectID   string
	ObjectName string
	Origin     string
	RequestID  string
	Before     string
	After      string
	Reason     string
}

// log gives the whole operation log, oldest first.
func (h *house) log() []logged {
	h.t.Helper()
	var rows []logged
	h.ok(h.db.Read(h.t.Context(), func(tx *store.Tx) error {
		return tx.Gorm().Table("oplog_entries").Order("id").Scan(&rows).Error
	}))
	return rows
}

// actions gives the last n acts of the log, as "action object".
func (h *house) actions(n int) string {
	h.t.Helper()
	var out []string
	rows := h.log()
	for _, r := range rows[max(0, len(rows)-n):] {
		out = append(out, strings.TrimPrefix(r.Action, "account.")+" "+r.ObjectName)
	}
	return strings.Join(out, ", ")
}

// column gives one text of the database.
func (h *house) column(query string, args ...any) string {
	h.t.Helper()
	var s string
	h.ok(h.db.Read(h.t.Context(), func(tx *store.Tx) error { return tx.Gorm().Raw(query, args...).Scan(&s).Error }))
	return s
}

func (h *house) count(table string) (n int64) {
	h.t.Helper()
	h.ok(h.db.Read(h.t.Context(), func(tx *store.Tx) error { return tx.Gorm().Table(table).Count(&n).Error }))
	return n
}

// dump writes every row of the tables, with bytes as text, so that a secret
// can be looked for.
func (h *house) dump(tables ...string) string {
	h.t.Helper()
	var b strings.Builder
	for _, table := range tables {
		var rows []map[string]any
		h.ok(h.db.Read(h.t.Context(), func(tx *store.Tx) error { return tx.Gorm().Table(table).Find(&rows).Error }))
		for _, row := range rows {
			for name, value := range row {
				if raw, ok := value.([]byte); ok {
					value = string(raw)
				}
				fmt.Fprintf(&b, "%s=%v\n", name, value)
			}
		}
	}
	return b.String()
}

func TestTheSchemaHoldsTheLimitsOfThePolicyToo(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for _, set := range []string{
			"min_length = 7", "lock_after = 6", "lock_minutes = 9", "idle_minutes = 31", "absolute_minutes = 721", "mode = 'none'",
		} {
			err := h.db.Write(t.Context(), func(tx *store.Tx) error {
				return tx.Gorm().Exec("UPDATE account_policies SET " + set).Error
			})
			if err == nil {
				t.Errorf("%s was accepted", set)
			}
		}
	})
}

func TestEverySecretIsStoredAsAHashAndNeverLogged(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		made, first, err := h.Create(ctx, h.root, account.Draft{
			Login: "chenyu", Name: "陈瑜", Phone: "13987654321", DepartmentID: citySports, Roles: auth.Roles{auth.Clerk},
		})
		h.ok(err)
		const own, typed = "Willow-92-harbour", "Orchard-secret-55"
		h.wants(h.try("chenyu", typed), account.ErrSignIn)
		h.wants(h.try(typed, "chenyu"), account.ErrSignIn) // the password in the wrong field
		s := h.signIn("chenyu", first)
		changed, err := h.ChangePassword(ctx, h.as(s.Token), first, own, account.Caller{Origin: "10.1.2.3"})
		h.ok(err)
		_, token, err := h.IssueToken(ctx, h.as(changed.Token), "报表", []string{account.ScopeSystemsRead}, start.AddDate(0, 1, 0))
		h.ok(err)
		_, again, err := h.Reset(ctx, h.root, made.ID, "忘记密码")
		h.ok(err)
		last := h.signIn("chenyu", again)

		secrets := map[string]string{
			"one-time password": first, "own password": own, "reset password": again, "session": s.Token,
			"session after the change": changed.Token, "last session": last.Token, "API token": token, "mistyped password": typed,
		}
		kept := h.dump("accounts", "past_passwords", "sessions", "api_tokens", "oplog_entries")
		for name, secret := range secrets {
			if strings.Contains(kept, secret) {
				t.Errorf("the %s is in the database", name)
			}
		}
		log := h.dump("oplog_entries")
		for _, word := range []string{"argon2id", "13987654321"} {
			if strings.Contains(log, word) {
				t.Errorf("%s is in the operation log", word)
			}
		}
		if !strings.Contains(log, "139****4321") || !strings.Contains(log, "Or***") {
			t.Errorf("what was masked must still be told apart:\n%s", log)
		}
		if !strings.Contains(kept, "$argon2id$v=19$m=64,t=1,p=1$") {
			t.Error("the password is not kept as argon2id")
		}
	})
}

func TestVerifyingRenewsAHashOfAnotherCost(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.person("chenyu", citySports, auth.Clerk)
		dearer := account.NewHasher(account.Cost{MemoryKiB: 128, Passes: 2, Lanes: 1}, 2)
		later := account.New(h.db, account.Options{Hasher: dearer})
		for i, want := range []int64{2, 3} { // verify and renew; then verify only
			if _, _, err := later.SignIn(t.Context(), "chenyu", password, account.Caller{}); err != nil {
				t.Fatal(err)
			}
			if got := dearer.Computed(); got != want {
				t.Errorf("sign-in %d: %d hashes in all, want %d", i+1, got, want)
			}
		}
		if got := h.column("SELECT password_hash FROM accounts"); !strings.Contains(got, "$m=128,t=2,p=1$") {
			t.Errorf("stored hash %q was not renewed", got)
		}
		if got := h.column("SELECT version FROM accounts"); got != "1" {
			t.Errorf("version %s: a sign-in is no edit", got)
		}
	})
}

func TestALockedAccountDoesNotTellThatThePasswordWasRight(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.person("chenyu", citySports, auth.Clerk)
		h.fails("chenyu", 5)
		// A right password on a hash of another cost would cost a second hash.
		dearer := account.NewHasher(account.Cost{MemoryKiB: 128, Passes: 2, Lanes: 1}, 2)
		later := account.New(h.db, account.Options{Hasher: dearer})
		_, _, err := later.SignIn(t.Context(), "chenyu", password, account.Caller{})
		h.wants(err, account.ErrSignIn)
		if got := dearer.Computed(); got != 1 {
			t.Errorf("%d hashes, want 1", got)
		}
	})
}

func TestADamagedHashLetsNobodyIn(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.person("chenyu", citySports, auth.Clerk)
		for _, damaged := range []string{
			"", "x", "$argon2i$v=19$m=64,t=1,p=1$c2FsdA$a2V5", "$argon2id$v=19$m=999999999,t=1,p=1$c2FsdHNhbHQ$a2V5",
			"$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHQ$", "$argon2id$v=18$m=64,t=1,p=1$c2FsdHNhbHQ$a2V5",
		} {
			h.exec("UPDATE accounts SET password_hash = ?", damaged)
			if err := h.try("chenyu", password); err == nil {
				t.Errorf("hash %q let somebody in", damaged)
			}
		}
	})
}

func (h *house) exec(statement string, args ...any) {
	h.t.Helper()
	h.ok(h.db.Write(h.t.Context(), func(tx *store.Tx) error { return tx.Gorm().Exec(statement, args...).Error }))
}

// lastSeen gives when the only session was last written down as seen.
func (h *house) lastSeen() time.Time {
	h.t.Helper()
	var row struct{ LastSeenAt time.Time }
	h.ok(h.db.Read(h.t.Context(), func(tx *store.Tx) error { return tx.Gorm().Table("sessions").Take(&row).Error }))
	return row.LastSeenAt.UTC()
}

func TestOnlyTheNewestPastPasswordsAreKept(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		acc := h.person("chenyu", citySports, auth.Clerk)
		for range 30 {
			_, _, err := h.Reset(t.Context(), h.root, acc.ID, "")
			h.ok(err)
		}
		if got := h.count("past_passwords"); got != 24 {
			t.Errorf("%d past passwords are kept, want 24", got)
		}
	})
}

func TestResumeReadsOnceAndWritesOnceAMinute(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.person("chenyu", citySports, auth.Clerk)
		s := h.signIn("chenyu", password)
		steps := []struct {
			at           time.Duration
			want         time.Duration // last seen
			transactions int
		}{
			{30 * time.Second, 0, 1},
			{59 * time.Second, 0, 1},
			{60 * time.Second, 60 * time.Second, 2},
			{90 * time.Second, 60 * time.Second, 1},
			{10 * time.Minute, 10 * time.Minute, 2},
		}
		for _, step := range steps {
			h.clock.to(step.at)
			if got := h.clock.transactions(func() { h.as(s.Token) }); got != step.transactions {
				t.Errorf("after %v: %d transactions, want %d", step.at, got, step.transactions)
			}
			if got := h.lastSeen().Sub(start); got != step.want {
				t.Errorf("after %v: seen at %v, want %v", step.at, got, step.want)
			}
		}
	})
}

func TestResumeStillOpensWhenTheWriterIsBusy(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.person("chenyu", citySports, auth.Clerk)
		s := h.signIn("chenyu", password)
		h.clock.move(5 * time.Minute)
		// A long import holds the writer (SQLite) or the row (PostgreSQL).
		h.ok(h.db.Write(t.Context(), func(tx *store.Tx) error {
			if err := tx.Gorm().Exec("UPDATE sessions SET flash = flash").Error; err != nil {
				return err
			}
			_, _, err := h.Resume(context.Background(), s.Token, account.Caller{})
			return err
		}))
	})
}

// The verbs end sessions; but also a row that was changed in another way shuts
// the door.
func TestResumeReadsTheAccountAsItIsNow(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.person("chenyu", citySports, auth.Clerk)
		s := h.signIn("chenyu", password)
		for _, shut := range []string{"state = 'disabled'", "held = TRUE"} {
			h.exec("UPDATE accounts SET " + shut)
			_, _, err := h.Resume(t.Context(), s.Token, account.Caller{})
			h.wants(err, account.ErrSessionOver)
			h.exec("UPDATE accounts SET state = 'active', held = FALSE")
		}
		h.exec("UPDATE accounts SET roles = 'office,king', department_id = 0")
		if p := h.as(s.Token); p.Roles.String() != "office" || p.DepartmentID != 0 {
			t.Errorf("principal %+v: an unknown role gives no right and takes none", p)
		}
	})
}

func TestStoredTokensAreNotTheTokens(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.person("chenyu", citySports, auth.Clerk)
		p, s := h.in("chenyu")
		_, token, err := h.IssueToken(t.Context(), p, "报表", []string{account.ScopeSystemsRead}, start.AddDate(0, 1, 0))
		h.ok(err)
		for table, secret := range map[string]string{"sessions": s.Token, "api_tokens": token} {
			var row struct{ TokenHash []byte }
			h.ok(h.db.Read(t.Context(), func(tx *store.Tx) error { return tx.Gorm().Table(table).Take(&row).Error }))
			if len(row.TokenHash) != 32 || bytes.Contains(row.TokenHash, []byte(secret[:8])) {
				t.Errorf("%s: %x is no hash", table, row.TokenHash)
			}
			// What leaks from the database opens nothing.
			if h.alive(string(row.TokenHash)) || h.alive(fmt.Sprintf("%x", row.TokenHash)) {
				t.Errorf("%s: the stored hash opens the door", table)
			}
		}
	})
}

func TestThePolicyOfANewDatabaseIsTheDefault(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		got, err := h.Policy(t.Context())
		h.ok(err)
		want := account.DefaultPolicy(account.ModeGB)
		want.Version, want.ChangedAt = 1, got.ChangedAt
		if got != want {
			t.Errorf("policy %+v, want %+v", got, want)
		}
	})
}

// after reads a member of what the last entry of the log says became.
func (h *house) after(member string) any {
	h.t.Helper()
	rows := h.log()
	var m map[string]any
	if err := json.Unmarshal([]byte(rows[len(rows)-1].After), &m); err != nil {
		h.t.Fatalf("after = %q: %v", rows[len(rows)-1].After, err)
	}
	return m[member]
}
