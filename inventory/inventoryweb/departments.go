package inventoryweb

import (
	"context"
	"slices"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/templates"
)

// departmentsIn is the address of the list of departments.
type departmentsIn struct {
	Search  string   `form:"q"`
	Kind    []string `form:"kind"`
	Group   []string `form:"group_code"`
	KeyArea []string `form:"key_area"`
	Life    []string `form:"life"` // active, ended; active when nothing is asked
	Sort    string   `form:"sort"`
	Page    int      `form:"page"`
	Size    int      `form:"size"`
}

// Lives of a department.
const (
	lifeActive = "active"
	lifeEnded  = "ended"
)

// listDepartments shows a page of the departments. There are never more than a
// few thousand, all of them in memory, so they are narrowed here.
func (d *desk) listDepartments(r *web.Request, in departmentsIn) (web.Response, error) {
	at, wrong := readMoment(r.URL.Query().Get(paramAsOf), r.Now)
	all, err := d.Registry.DepartmentsAsOf(r.Ctx, r.By, at.at)
	if err != nil {
		return nil, err
	}
	n, err := d.names(r.Ctx, r.By)
	if err != nil {
		return nil, err
	}
	tallies, err := d.tallies(r.Ctx, r.By)
	if err != nil {
		return nil, err
	}
	day := calendar.DateOf(r.Now)
	if !at.isNow() {
		day = calendar.DateOf(at.at)
	}
	v := departmentsView{
		p: r.P, by: r.By, names: n, in: in, asOf: at, tallies: tallies, day: day,
		a: address{path: r.URL.Path, params: cleaned(r.URL.Query()), asOf: at, wrong: wrong},
	}
	v.rows = in.choose(all, day)
	return web.View{Template: "inventory/list", Title: r.T("inventory.departments"), Crumbs: departmentCrumbs(r.P), Data: v.data()}, nil
}

// tallies are the numbers of systems by department, for those who see systems.
func (d *desk) tallies(ctx context.Context, by auth.Principal) (map[inventory.DepartmentID]inventory.Tally, error) {
	out := map[inventory.DepartmentID]inventory.Tally{}
	if !by.Is(viewers()...) {
		return out, nil
	}
	o, err := d.overviews.Of(ctx, by)
	for _, t := range o.Departments {
		out[t.ID] = t.Tally
	}
	return out, err
}

// choose narrows and sorts the departments as the address asks. Otherwise they
// stand by kind, the municipal ones that most people look for first, and by
// code.
func (in departmentsIn) choose(all []inventory.Department, day calendar.Date) []inventory.Department {
	out := slices.DeleteFunc(slices.Clone(all), func(d inventory.Department) bool { return !in.wants(d, day) })
	key, descending := strings.CutPrefix(in.Sort, "-")
	f, ok := inventory.DepartmentFields.Find(key)
	if !ok {
		f, _ = inventory.DepartmentFields.Find("kind")
	}
	slices.SortStableFunc(out, func(a, b inventory.Department) int {
		c := compare(f, &a, &b)
		if descending {
			return -c
		}
		return c
	})
	return out
}

// compare orders two departments by a field: choices as the form lists them,
// what is not given last.
func compare(f *field.Field[inventory.Department], a, b *inventory.Department) int {
	if f.Kind != field.Enum {
		return strings.Compare(f.Get(a), f.Get(b))
	}
	place := func(d *inventory.Department) int {
		if i := slices.Index(f.Options, f.Get(d)); i >= 0 {
			return i
		}
		return len(f.Options)
	}
	return place(a) - place(b)
}

func (in departmentsIn) wants(d inventory.Department, day calendar.Date) bool {
	among := func(values []string, v string) bool { return len(values) == 0 || slices.Contains(values, v) }
	life := in.Life
	if len(life) == 0 {
		life = []string{lifeActive}
	}
	keyArea, _ := inventory.DepartmentFields.Find("key_area")
	return among(in.Kind, string(d.Kind)) && among(in.Group, orEmptyWord(d.GroupCode)) && among(in.KeyArea, keyArea.Get(&d)) &&
		among(life, lifeOf(d, day)) && in.found(d)
}

func orEmptyWord(s string) string {
	if s == "" {
		return field.EmptyWord
	}
	return s
}

func lifeOf(d inventory.Department, day calendar.Date) string {
	if d.ActiveOn(day) {
		return lifeActive
	}
	return lifeEnded
}

// found tells whether every word that was typed is somewhere in the names of
// the department.
func (in departmentsIn) found(d inventory.Department) bool {
	body := field.Fold(d.Code + "\n" + d.Name + "\n" + d.FullName + "\n" + d.Prefix + "\n" + d.Uscc)
	for _, word := range strings.Fields(in.Search) {
		if !strings.Contains(body, field.Fold(word)) {
			return false
		}
	}
	return true
}

// department is a department with what stands around it.
type department struct {
	dept         inventory.Department
	asOf         moment
	wrong        []fault.Field
	names        names
	tally        *inventory.Tally // nil when the reader does not see its systems
	children     []inventory.Department
	predecessors []inventory.Department
	history      []inventory.DepartmentVersion
}

// readDepartment reads a department as of the moment that the address names.
func (d *desk) readDepartment(r *web.Request, code string) (department, error) {
	var out department
	out.asOf, out.wrong = readMoment(r.URL.Query().Get(paramAsOf), r.Now)
	all, err := d.Registry.DepartmentsAsOf(r.Ctx, r.By, out.asOf.at)
	if err != nil {
		return department{}, err
	}
	i := slices.IndexFunc(all, func(o inventory.Department) bool { return o.Code == code })
	if i < 0 {
		return department{}, fault.New(fault.NotFound, "err.not_found")
	}
	out.dept = all[i]
	for _, o := range all {
		if o.ParentID != nil && *o.ParentID == out.dept.ID {
			out.children = append(out.children, o)
		}
		if o.SuccessorID != nil && *o.SuccessorID == out.dept.ID {
			out.predecessors = append(out.predecessors, o)
		}
	}
	if out.history, err = d.Registry.DepartmentHistory(r.Ctx, r.By, code); err != nil {
		return department{}, err
	}
	if out.names, err = d.names(r.Ctx, r.By); err != nil {
		return department{}, err
	}
	return out, d.countSystems(r, &out)
}

func (d *desk) countSystems(r *web.Request, out *department) error {
	if !r.By.Is(viewers()...) || !out.names.dir.Covers(r.By.View(), out.dept.ID) {
		return nil
	}
	tallies, err := d.tallies(r.Ctx, r.By)
	tally := tallies[out.dept.ID]
	out.tally = &tally
	return err
}

// showDepartment is the profile of a department.
func (d *desk) showDepartment(r *web.Request, in codeIn) (web.Response, error) {
	dept, err := d.readDepartment(r, in.Code)
	if err != nil {
		return nil, err
	}
	v := departmentView{p: r.P, by: r.By, dept: dept, today: r.Today()}
	return web.View{Template: "inventory/department", Title: dept.dept.Name, Crumbs: v.crumbs(), Data: v.profile()}, nil
}

// departmentHistory shows every state of a department.
func (d *desk) departmentHistory(r *web.Request, in historyIn) (web.Response, error) {
	dept, err := d.readDepartment(r, in.Code)
	if err != nil {
		return nil, err
	}
	v := departmentView{p: r.P, by: r.By, dept: dept, today: r.Today()}
	hv := historyView{
		Writer: newWriter(r.P, dept.names), path: departmentPath(in.Code), all: in.All, from: in.From, to: in.To, states: departmentStates(dept.history),
	}
	return web.View{
		Template: "inventory/history", Title: r.T("inventory.tab.history") + " · " + dept.dept.Name,
		Crumbs: v.crumbs(crumb(r.T("inventory.tab.history"))), Data: hv.page(v.head(), v.tabs("history")),
	}, nil
}

// lookupDepartments offers departments while their name is typed.
func (d *desk) lookupDepartments(r *web.Request, in lookupIn) (web.Response, error) {
	dir, err := d.Registry.Directory(r.Ctx)
	if err != nil {
		return nil, err
	}
	var out []templates.Option
	for _, dept := range (departmentsIn{Search: in.Q, Life: []string{lifeActive, lifeEnded}}).choose(dir.All(), r.Today()) {
		if out = append(out, templates.Option{Value: dept.Code + " " + dept.Name}); len(out) == mostFound {
			break
		}
	}
	return web.Partial{Template: "options", Data: out}, nil
}
