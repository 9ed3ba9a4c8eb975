package oplog_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/oplog"
	"qingce/internal/store"
	"qingce/internal/store/storetest"
)

// noon is the time of the first entry of filed; the others follow by minutes.
func noon() time.Time { return time.Date(2017, 10, 24, 4, 0, 0, 0, time.UTC) }

// filed is a log with eight entries by three people about three departments.
func filed(t *testing.T, open func(testing.TB, ...storetest.Option) *store.DB) *oplog.Log {
	now := noon().Add(-time.Minute)
	db := open(t, storetest.At(func() time.Time { return now }))
	li := clerk()
	wang := auth.Principal{AccountID: 8, Login: "wang_w", Name: "王伟 Wang", DepartmentID: 4, Way: auth.ByToken}
	root := auth.Principal{AccountID: 9, Login: "root", Name: "管理员", Way: auth.BySession}
	for _, e := range []struct {
		by auth.Principal
		e  oplog.Entry
	}{
		{li, oplog.Entry{Action: "create", Kind: "system", ID: "1", Name: "学籍管理系统"}},
		{li, oplog.Entry{Action: "change", Kind: "system", ID: "1", Name: "学籍管理系统", Reason: "100%核对"}},
		{wang, oplog.Entry{Action: "create", Kind: "system", ID: "2", Name: "OA_办公"}},
		{wang, oplog.Entry{Action: "change", Kind: "department", ID: "1", Name: "市民政局", Department: 5}},
		{root, oplog.Entry{Action: "change", Kind: "account", ID: "7", Name: "li.na", Department: 3}},
		{root, oplog.Entry{Action: "change", Kind: "account_policy", ID: "1"}},
		{root, oplog.Entry{Action: "change", Kind: "accountant", ID: "1"}},
		{auth.System("backup"), oplog.Entry{Action: "backup", Kind: "backup", ID: "b1"}},
	} {
		now = now.Add(time.Minute)
		if err := db.Write(t.Context(), func(tx *store.Tx) error { return oplog.Record(tx, e.by, e.e) }); err != nil {
			t.Fatal(err)
		}
	}
	return oplog.NewLog(db, func(_ *store.Tx, top auth.DepartmentID) ([]auth.DepartmentID, error) {
		return []auth.DepartmentID{top, 5}, nil
	})
}

func auditor() auth.Principal {
	return auth.Principal{AccountID: 20, Login: "audit", Roles: auth.Roles{auth.Auditor}, Way: auth.BySession}
}

func ids(rows []oplog.Row) string {
	var out []string
	for _, r := range rows {
		out = append(out, fmt.Sprint(int64(r.ID)))
	}
	return strings.Join(out, " ")
}

func TestListFilters(t *testing.T) {
	cases := []struct {
		name  string
		q     oplog.Query
		want  string
		total int64
	}{
		{"everything, newest first", oplog.Query{}, "8 7 6 5 4 3 2 1", 8},
		{"first page", oplog.Query{Size: 3}, "8 7 6", 8},
		{"last page", oplog.Query{Page: 3, Size: 3}, "2 1", 8},
		{"beyond the last page", oplog.Query{Page: 1 << 60, Size: 1 << 60}, "", 8},
		{"odd page", oplog.Query{Page: -1, Size: 3}, "8 7 6", 8},
		{"by account", oplog.Query{Account: 8}, "4 3", 2},
		{"by part of a name", oplog.Query{Actor: "伟 wANG"}, "4 3", 2},
		{"by part of a login, taken literally", oplog.Query{Actor: "g_w"}, "4 3", 2},
		{"no wild cards", oplog.Query{Actor: "l_.na"}, "", 0},
		{"by kind", oplog.Query{Kind: "system"}, "3 2 1", 3},
		{"history of an object", oplog.Query{Kind: "system", ObjectID: "1"}, "2 1", 2},
		{"by action", oplog.Query{Action: "create"}, "3 1", 2},
		{"by department", oplog.Query{Department: 5}, "4", 1},
		{"by time", oplog.Query{From: noon().Add(time.Minute), To: noon().Add(3 * time.Minute)}, "3 2", 2},
		{"by time in another zone", oplog.Query{To: noon().Add(time.Minute).In(time.FixedZone("CST", 28800))}, "1", 1},
		{"by part of the object's name", oplog.Query{Text: "学籍"}, "2 1", 2},
		{"by part of the reason, taken literally", oplog.Query{Text: "0%核"}, "2", 1},
		{"in any case", oplog.Query{Text: "oa_"}, "3", 1},
		{"a backslash is no escape", oplog.Query{Text: `\`}, "", 0},
		{"all at once", oplog.Query{Account: 7, Kind: "system", Action: "change", Department: 3, Text: "系统"}, "2", 1},
	}
	for engine, open := range engines() {
		log := filed(t, open)
		for _, c := range cases {
			t.Run(engine+"/"+c.name, func(t *testing.T) {
				rows, total, err := log.List(t.Context(), auditor(), c.q)
				if err != nil || ids(rows) != c.want || total != c.total {
					t.Errorf("got %s of %d, %v; want %s of %d", ids(rows), total, err, c.want, c.total)
				}
			})
		}
	}
}

func TestListIsScoped(t *testing.T) {
	// The line "Audit log" of the permission matrix. Account 7 of department 3
	// did entries 1 and 2; 5 is about department 3; 4 is about department 5,
	// which lies below department 3.
	cases := []struct {
		role auth.Roles
		want string
	}{
		{auth.Roles{auth.Clerk}, "2 1"},
		{auth.Roles{auth.Head}, "5 2 1"},
		{auth.Roles{auth.Region}, "5 4 2 1"},
		{auth.Roles{auth.Office}, "8 7 6 5 4 3 2 1"},
		{auth.Roles{auth.Centre}, "8 7 6 5 4 3 2 1"},
		{auth.Roles{auth.Auditor}, "8 7 6 5 4 3 2 1"},
		{auth.Roles{auth.Staffing}, "2 1"},
		{auth.Roles{auth.Finance}, "2 1"},
		{auth.Roles{auth.Expert}, "2 1"},
		{auth.Roles{auth.Leader}, ""},
		{auth.Roles{auth.Admin}, "8 6 5"},
		{auth.Roles{auth.Admin, auth.Clerk}, "8 6 5 2 1"},
		{nil, ""},
	}
	for engine, open := range engines() {
		log := filed(t, open)
		for _, c := range cases {
			t.Run(engine+"/"+c.role.String(), func(t *testing.T) {
				by := clerk()
				by.Roles = c.role
				rows, total, err := log.List(t.Context(), by, oplog.Query{})
				if err != nil || ids(rows) != c.want || total != int64(len(rows)) {
					t.Errorf("got %s of %d, %v; want %s", ids(rows), total, err, c.want)
				}
				for id := oplog.EntryID(1); id <= 9; id++ {
					row, err := log.Find(t.Context(), by, id)
					switch visible := strings.Contains(" "+c.want+" ", fmt.Sprintf(" %d ", id)); {
					case visible && (err != nil || row.ID != id):
						t.Errorf("find %d: %+v, %v", id, row, err)
					case !visible && fault.KindOf(err) != fault.NotFound:
						t.Errorf("find %d: %v, want not found", id, err)
					}
				}
			})
		}
	}
}

func TestListForThoseWithoutAccount(t *testing.T) {
	log := filed(t, storetest.Open)
	if _, _, err := log.List(t.Context(), auth.Principal{}, oplog.Query{}); !errors.Is(err, auth.ErrUnauthenticated) {
		t.Errorf("nobody: %v", err)
	}
	if _, total, err := log.List(t.Context(), auth.Command("root", "verify"), oplog.Query{}); err != nil || total != 8 {
		t.Errorf("the console: %d, %v", total, err)
	}
	// An account without department must not see what belongs to none.
	by := auth.Principal{Roles: auth.Roles{auth.Clerk, auth.Head, auth.Region}, Way: auth.BySession}
	if rows, _, err := log.List(t.Context(), by, oplog.Query{}); err != nil || len(rows) != 0 {
		t.Errorf("without account and department: %s, %v", ids(rows), err)
	}
}

func TestARegionThatCannotBeReadIsAnError(t *testing.T) {
	boom := errors.New("boom")
	log := oplog.NewLog(storetest.Open(t), func(*store.Tx, auth.DepartmentID) ([]auth.DepartmentID, error) { return nil, boom })
	by := clerk()
	by.Roles = auth.Roles{auth.Region}
	if _, _, err := log.List(t.Context(), by, oplog.Query{}); !errors.Is(err, boom) {
		t.Errorf("err = %v", err)
	}
}
