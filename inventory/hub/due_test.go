package hub_test

import (
	"testing"

	"qingce/internal/auth"
	"qingce/internal/schedule"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/hub"
)

// due is the day by which a department must have connected, empty when nothing
// is open for it.
func (tn *town) due(prefix string) string {
	tn.t.Helper()
	d := tn.Department(prefix)
	var open []schedule.Open
	err := tn.DB.Read(tn.t.Context(), func(tx *store.Tx) (err error) {
		open, err = tn.Book.Of(tx, hub.DueOf(d.Code))
		return err
	})
	if err != nil || len(open) > 1 {
		tn.t.Fatal(open, err)
	}
	if len(open) == 0 {
		return ""
	}
	if open[0].DepartmentID != d.ID {
		tn.t.Errorf("the due date of %s is of %d", d.Code, open[0].DepartmentID)
	}
	return open[0].DueOn.String()
}

func (tn *town) wantDue(what, prefix, want string) {
	tn.t.Helper()
	tn.rate() // whoever reads works out what changed
	if got := tn.due(prefix); got != want {
		tn.t.Errorf("%s: due %q, want %q", what, got, want)
	}
}

// A department has a due date as long as one of its systems must be connected
// and is not, by the day of the policy.
func TestTheDueDateOfConnecting(t *testing.T) {
	each(t, func(t *testing.T, tn *town) {
		first, second := tn.listed("RS", "就业服务系统"), tn.listed("RS", "社保查询系统")
		tn.wantDue("two to be connected", "RS", "2017-12-31")
		tn.wantDue("nothing to be connected", "MZ", "")
		tn.on("2017-11-10")
		tn.connected("RS", first.Code)
		tn.wantDue("one of two is connected", "RS", "2017-12-31")
		tn.connected("RS", second.Code)
		tn.wantDue("both are connected", "RS", "")
		tn.on("2017-11-25")
		tn.wantDue("they have fallen silent", "RS", "2017-12-31")
		tn.exchanges(first.Code, second.Code)
		tn.wantDue("they are heard again", "RS", "")

		p, err := tn.Hub.Policy(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		third := tn.listed("MZ", "低保系统")
		tn.wantDue("a new one", "MZ", "2017-12-31")
		p.ConnectBy = date(t, "2018-03-31")
		if _, err := tn.Hub.SetPolicy(t.Context(), tn.Someone(auth.Office), p, "市政府批准延期"); err != nil {
			t.Fatal(err)
		}
		tn.wantDue("put off for all", "MZ", "2018-03-31")
		tn.change("MZ", third.Code, func(s *inventory.System) { s.MustConnect, s.ExemptReason = new(false), "vertical" })
		tn.locked("MZ", third.Code)
		tn.wantDue("certified as exempt", "MZ", "")
	})
}
