package adminweb

import (
	"net/url"

	"qingce/internal/web"
	"qingce/inventory"
	"qingce/templates"
)

// HomeDepartments is the numbers by department, for readers of several.
type HomeDepartments struct {
	Title  string
	Heads  []string
	First  []HomeDepartment
	Rest   []HomeDepartment // in a disclosure
	More   string
	Left   string // how many are not shown at all
	Silent HomeSilent
}

// HomeDepartment is one department's line.
type HomeDepartment struct {
	Name    string
	Total   templates.Link
	Width   int
	Numbers []templates.Link // one for each of departmentColumns
}

// HomeSilent are the departments that have registered nothing.
type HomeSilent struct {
	Text  string
	Names []templates.Link
}

// How many departments are shown before the disclosure, and in all; of a
// province the list of systems shows the rest.
const (
	firstDepartments = 12
	mostDepartments  = 100
)

func departmentsOf(r *web.Request, o inventory.Overview) *HomeDepartments {
	out := &HomeDepartments{Title: r.T("home.departments")}
	for _, c := range departmentColumns() {
		out.Heads = append(out.Heads, r.T(c.label))
	}
	var lines []HomeDepartment
	most := int64(1)
	for _, d := range o.Departments {
		if d.Total == 0 {
			out.Silent.Names = append(out.Silent.Names, templates.Link{Text: d.Name, Href: "/departments/" + url.PathEscape(d.Code)})
			continue
		}
		most = max(most, d.Total)
		lines = append(lines, departmentLine(r, d, most))
	}
	if left := len(lines) - mostDepartments; left > 0 {
		lines, out.Left = lines[:mostDepartments], r.T("home.departments.left", "n", left)
	}
	out.First = lines[:min(len(lines), firstDepartments)]
	if rest := lines[len(out.First):]; len(rest) > 0 {
		out.Rest, out.More = rest, r.T("home.departments.more", "n", len(rest))
	}
	if n := len(out.Silent.Names); n > 0 {
		out.Silent.Text = r.T("home.departments.silent", "n", n, "of", len(o.Departments))
		out.Silent.Names = out.Silent.Names[:min(n, mostDepartments)]
	}
	return out
}

// departmentColumn is one number of each department: records in one of the
// states, or those of a facet.
type departmentColumn struct {
	label  string // message key
	field  string
	values []string
}

// departmentColumns are the states, each record in one of them, and what
// auditors ask for.
func departmentColumns() []departmentColumn {
	later := []string{
		string(inventory.Certified), string(inventory.InService), string(inventory.Merging), string(inventory.Merged),
		string(inventory.Retiring), string(inventory.Retired),
	}
	state := func(s inventory.State) departmentColumn {
		return departmentColumn{string(s.Label()), "state", []string{string(s)}}
	}
	return []departmentColumn{
		state(inventory.Draft), state(inventory.Returned), state(inventory.Declared), state(inventory.Verified),
		{"home.later", "state", later}, {"home.notable.approval_dept", "approval_dept", []string{inventory.ApprovalNone}},
	}
}

// departmentLine is the numbers of a department; departments come with the most
// systems first, so that most is that of the first one.
func departmentLine(r *web.Request, d inventory.DepartmentTally, most int64) HomeDepartment {
	out := HomeDepartment{
		Name: d.Name, Width: barOf(d.Total, most), Total: templates.Link{Text: r.P.Number(d.Total), Href: rowsWith("", d.Code)},
	}
	for _, c := range departmentColumns() {
		n := int64(0)
		for _, v := range c.values {
			n += d.Of(c.field, v)
		}
		l := templates.Link{Text: r.P.Number(n)}
		if n > 0 {
			l.Href = rowsWith(c.field, d.Code, c.values...)
		}
		out.Numbers = append(out.Numbers, l)
	}
	return out
}
