package account_test

import (
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"qingce/internal/account"
	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/store"
	"qingce/internal/store/storetest"
)

// start is when every test begins: 2017-10-24 09:00 in Xiangyang.
var start = time.Date(2017, 10, 24, 1, 0, 0, 0, time.UTC)

// cheap is a cost for tests: the rules are the same, the waiting is not.
var cheap = account.Cost{MemoryKiB: 64, Passes: 1, Lanes: 1}

const password = "Lantern-47-brook"

// clock is a clock that stands until it is moved.
type clock struct {
	mu    sync.Mutex
	now   time.Time
	asked int // once by every transaction
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asked++
	return c.now
}

// transactions tells how many transactions fn runs.
func (c *clock) transactions(fn func()) int {
	before := c.asked
	fn()
	return c.asked - before
}

func (c *clock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// to sets the clock to so long after the start.
func (c *clock) to(d time.Duration) { c.move(start.Add(d).Sub(c.Now())) }

// Departments of the tests: 20 is a county whose region holds 21 and 22.
const (
	citySports   auth.DepartmentID = 10
	county       auth.DepartmentID = 20
	countySports auth.DepartmentID = 21
	countyCourt  auth.DepartmentID = 22
)

var departmentNames = map[auth.DepartmentID]string{
	citySports: "市文体新广局", county: "南漳县", countySports: "南漳县文体局", countyCourt: "南漳县法制办",
}

// house is a database with accounts, a clock and an administrator.
type house struct {
	*account.Accounts
	t      testing.TB
	db     *store.DB
	clock  *clock
	hasher *account.Hasher
	root   auth.Principal
}

func newHouse(t testing.TB, db *store.DB, c *clock) *house {
	h := &house{t: t, db: db, clock: c, hasher: account.NewHasher(cheap, 4), root: auth.Command("root", "account")}
	h.Accounts = account.New(db, account.Options{
		Hasher:         h.hasher,
		DepartmentName: func(_ *store.Tx, id auth.DepartmentID) (string, error) { return departmentNames[id], nil },
		Region: func(_ *store.Tx, authority auth.DepartmentID) ([]auth.DepartmentID, error) {
			if authority == county {
				return []auth.DepartmentID{county, countySports, countyCourt}, nil
			}
			return []auth.DepartmentID{authority}, nil
		},
	})
	return h
}

// each runs the test on both engines, each with its own clock.
func each(t *testing.T, test func(t *testing.T, h *house)) {
	t.Helper()
	for name, open := range map[string]func(testing.TB, ...storetest.Option) *store.DB{
		"sqlite": storetest.Open, "postgres": storetest.OpenPostgres,
	} {
		t.Run(name, func(t *testing.T) {
			c := &clock{now: start}
			test(t, newHouse(t, open(t, storetest.At(c.Now)), c))
		})
	}
}

// person creates an account whose owner has settled in: its password is
// password and needs no change.
func (h *house) person(login string, department auth.DepartmentID, roles ...auth.Role) account.Account {
	h.t.Helper()
	acc, _, err := h.Create(h.t.Context(), h.root, account.Draft{
		Login: login, Name: "王" + login, Phone: "13812345678", DepartmentID: department, Roles: roles, Password: password, Settled: true,
	})
	if err != nil {
		h.t.Fatalf("create %s: %v", login, err)
	}
	return acc
}

// in signs a person in and resumes the session.
func (h *house) in(login string) (auth.Principal, account.Session) {
	h.t.Helper()
	s := h.signIn(login, password)
	return h.as(s.Token), s
}

func (h *house) signIn(login, password string) account.Session {
	h.t.Helper()
	s, _, err := h.SignIn(h.t.Context(), login, password, account.Caller{Origin: "10.1.2.3", UserAgent: "Firefox"})
	if err != nil {
		h.t.Fatalf("sign in as %s: %v", login, err)
	}
	return s
}

// try signs in and gives only the error.
func (h *house) try(login, password string) error {
	_, _, err := h.SignIn(h.t.Context(), login, password, account.Caller{Origin: "10.1.2.3"})
	return err
}

// fails tries a wrong password so many times.
func (h *house) fails(login string, times int) {
	h.t.Helper()
	for range times {
		h.wants(h.try(login, "wrong"), account.ErrSignIn)
	}
}

func (h *house) as(token string) auth.Principal {
	h.t.Helper()
	p, _, err := h.Resume(h.t.Context(), token, account.Caller{Origin: "10.1.2.3"})
	if err != nil {
		h.t.Fatalf("resume: %v", err)
	}
	return p
}

// alive tells whether the session of the token can be resumed.
func (h *house) alive(token string) bool {
	h.t.Helper()
	_, _, err := h.Resume(h.t.Context(), token, account.Caller{})
	if err != nil && fault.KindOf(err) != fault.Unauthenticated {
		h.t.Fatalf("resume: %v", err)
	}
	return err == nil
}

func (h *house) find(id auth.AccountID) account.Account {
	h.t.Helper()
	acc, err := h.Find(h.t.Context(), h.root, id)
	h.ok(err)
	return acc
}

func (h *house) ok(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// wants checks for a sentinel; nil wants no error.
func (h *house) wants(err, want error) {
	h.t.Helper()
	if !errors.Is(err, want) {
		h.t.Errorf("error %v, want %v", err, want)
	}
}

// edit is an edit that changes nothing yet.
func edit(acc account.Account) account.Edit {
	return account.Edit{Name: acc.Name, Phone: acc.Phone, DepartmentID: acc.DepartmentID, Roles: acc.Roles, Version: acc.Version}
}

// faults lists "field code" of what an error names, in order.
func faults(err error) []string {
	var out []string
	for _, f := range fault.FieldsOf(err) {
		out = append(out, f.Name+" "+f.Code)
	}
	slices.Sort(out)
	return out
}

// together runs fn n times at once and gives the errors.
func together(n int, fn func(i int) error) []error {
	errs := make([]error, n)
	ready := make(chan struct{})
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			<-ready
			errs[i] = fn(i)
		})
	}
	close(ready)
	wg.Wait()
	return errs
}

func successes(errs []error) (n int) {
	for _, err := range errs {
		if err == nil {
			n++
		}
	}
	return n
}

// sqliteHouse is a house for what does not depend on the engine.
func sqliteHouse(t testing.TB) *house {
	c := &clock{now: start}
	return newHouse(t, storetest.Open(t, storetest.At(c.Now)), c)
}
