package inventoryweb

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/internal/fieldweb"
	"qingce/internal/web"
	"qingce/inventory"
)

const apiDepartments = "/api/v1/departments"

func departmentsOp(id, method, path, summary string) huma.Operation {
	return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"Departments"}}
}

func (d *desk) mountDepartmentsAPI(s *web.Server) {
	read, write := web.For(departmentViewers()...).With(readDepartments), web.For(departmentEditors()...).With(writeDepartments)
	web.Operation(s, read, departmentsOp("list-departments", http.MethodGet, apiDepartments, "List departments"), d.apiListDepartments)
	web.Operation(s, read, departmentsOp("get-department", http.MethodGet, apiDepartments+"/{code}", "Read a department, now or as of an earlier day"), d.apiGetDepartment)
	web.Operation(s, read, departmentsOp("get-department-history", http.MethodGet, apiDepartments+"/{code}/history", "Every state of a department with what changed"), d.apiDepartmentHistory)

	const schema = "DepartmentInput"
	add := departmentsOp("add-department", http.MethodPost, apiDepartments, "Add a department")
	add.DefaultStatus = http.StatusCreated
	withBody(s, write, add, schema, inventory.DepartmentFields, d.apiAddDepartment)
	put := departmentsOp("replace-department", http.MethodPut, apiDepartments+"/{code}", "Replace a department's row")
	put.Description = "Fields that are not in the body are emptied; the earlier state stays in the history."
	withBody(s, write, put, schema, inventory.DepartmentFields, d.apiPutDepartment)
	patch := departmentsOp("change-department", http.MethodPatch, apiDepartments+"/{code}", "Change single fields of a department")
	patch.Description = "Fields that are not in the body stay as they are; null empties one."
	withBody(s, write, patch, schema, inventory.DepartmentFields, d.apiPatchDepartment)

	files := s.Group(read).Within(slowWork)
	for _, kind := range []string{"xlsx", "csv"} {
		files.Stream(http.MethodGet, apiDepartments+"."+kind, exportOp("export-departments-"+kind, "Departments"), func(r *web.Request) (web.Response, error) {
			if err := fault.Refuse(checkDepartments(r.URL)); err != nil {
				return nil, err
			}
			return d.exportDepartments(kind)(r, departmentsOf(r.URL.Query()))
		})
	}
}

// departmentsOf reads the filters of the list out of an address.
func departmentsOf(q url.Values) departmentsIn {
	return departmentsIn{
		Search: q.Get(paramSearch), Kind: q["kind"], Group: q["group_code"], KeyArea: q["key_area"], Life: q["life"], Sort: q.Get(paramSort),
	}
}

// checkDepartments refuses what an export of departments does not understand,
// as the list does by its description.
func checkDepartments(u *url.URL) []fault.Field {
	kind, _ := inventory.DepartmentFields.Find("kind")
	group, _ := inventory.DepartmentFields.Find("group_code")
	choices := map[string][]string{
		"kind": kind.Options, "group_code": append(slices.Clone(group.Options), field.EmptyWord),
		"key_area": {"true", "false"}, "life": {lifeActive, lifeEnded},
	}
	out := unknownParameters(u, func(key string) bool {
		return choices[key] != nil || slices.Contains([]string{paramSearch, paramSort, "lang"}, key)
	})
	q := u.Query()
	for _, key := range slices.Sorted(maps.Keys(choices)) {
		for _, v := range q[key] {
			if !slices.Contains(choices[key], v) {
				out = append(out, fault.At(key, "web.err.choice", "choices", strings.Join(choices[key], ", ")))
			}
		}
	}
	return append(out, checkKey(inventory.DepartmentFields, paramSort, strings.TrimPrefix(q.Get(paramSort), "-"))...)
}

type departmentsQuery struct {
	Search  string   `query:"q" doc:"Words that stand anywhere in the names, code or credit code"`
	Kind    []string `query:"kind" enum:"municipal,county,zone,coordination"`
	Group   []string `query:"group_code" enum:"A,B,C,D,(empty)"`
	KeyArea []string `query:"key_area" enum:"true,false"`
	Life    []string `query:"life" enum:"active,ended" doc:"active when nothing is asked"`
	Sort    string   `query:"sort" doc:"A field; with - before it the other way round"`
	AsOf    string   `query:"as_of" doc:"A day (its end) or an instant"`
	Page    int      `query:"page" minimum:"1" default:"1"`
	Size    int      `query:"size" minimum:"1" maximum:"200" default:"50"`
}

type departmentsBody struct {
	Body struct {
		Total       int             `json:"total"`
		Page        int             `json:"page"`
		Size        int             `json:"size"`
		Departments []departmentDoc `json:"departments"`
	}
}

func (d *desk) apiListDepartments(ctx context.Context, call web.Call, in *departmentsQuery) (*departmentsBody, error) {
	at, wrong := readMoment(in.AsOf, call.Now)
	if err := fault.Refuse(append(wrong, checkKey(inventory.DepartmentFields, paramSort, strings.TrimPrefix(in.Sort, "-"))...)); err != nil {
		return nil, err
	}
	all, err := d.Registry.DepartmentsAsOf(ctx, call.By, at.at)
	if err != nil {
		return nil, err
	}
	n, err := d.names(ctx, call.By)
	if err != nil {
		return nil, err
	}
	day := calendar.DateOf(call.Now)
	if !at.isNow() {
		day = calendar.DateOf(at.at)
	}
	asked := departmentsIn{Search: in.Search, Kind: in.Kind, Group: in.Group, KeyArea: in.KeyArea, Life: in.Life, Sort: in.Sort}
	rows := asked.choose(all, day)
	out := &departmentsBody{}
	out.Body.Total, out.Body.Page, out.Body.Size, out.Body.Departments = len(rows), in.Page, in.Size, []departmentDoc{}
	from := min((in.Page-1)*in.Size, len(rows))
	for _, dept := range rows[from:min(from+in.Size, len(rows))] {
		doc, err := departmentDocument(&dept, n, nil)
		if err != nil {
			return nil, err
		}
		out.Body.Departments = append(out.Body.Departments, doc)
	}
	return out, nil
}

func departmentDocument(dept *inventory.Department, n names, remarks []web.ProblemField) (departmentDoc, error) {
	raw, err := document(inventory.DepartmentFields, dept, n, rowFacts{dept.Version, dept.CreatedAt, dept.UpdatedAt, remarks})
	return departmentDoc{raw}, err
}

type departmentOut struct {
	ETag string `header:"ETag"`
	Body departmentDoc
}

func (d *desk) departmentAnswer(ctx context.Context, call web.Call, dept inventory.Department, remarks []fault.Field) (*departmentOut, error) {
	n, err := d.names(ctx, call.By)
	if err != nil {
		return nil, err
	}
	doc, err := departmentDocument(&dept, n, web.Remarks(remarks, call.P))
	return &departmentOut{ETag: web.ETag(dept.Version), Body: doc}, err
}

func (d *desk) apiGetDepartment(ctx context.Context, call web.Call, in *systemIn) (*departmentOut, error) {
	at, wrong := readMoment(in.AsOf, call.Now)
	if err := fault.Refuse(wrong); err != nil {
		return nil, err
	}
	all, err := d.Registry.DepartmentsAsOf(ctx, call.By, at.at)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(all, func(o inventory.Department) bool { return o.Code == in.Code })
	if i < 0 {
		return nil, errAbsent()
	}
	return d.departmentAnswer(ctx, call, all[i], nil)
}

func (d *desk) apiDepartmentHistory(ctx context.Context, call web.Call, in *codeOnly) (*historyBody, error) {
	versions, err := d.Registry.DepartmentHistory(ctx, call.By, in.Code)
	if err != nil {
		return nil, err
	}
	n, err := d.names(ctx, call.By)
	if err != nil {
		return nil, err
	}
	return historyOf(departmentStates(versions), inventory.DepartmentFields, n), nil
}

type addDepartmentIn struct {
	ContentType string `header:"Content-Type"`
	Reason      string `query:"reason" maxLength:"500" doc:"Kept in the history"`
	RawBody     []byte `contentType:"application/json"`
}

func (d *desk) apiAddDepartment(ctx context.Context, call web.Call, in *addDepartmentIn) (*departmentOut, error) {
	body, err := readObject(in.ContentType, in.RawBody)
	if err != nil {
		return nil, err
	}
	n, err := d.names(ctx, call.By)
	if err != nil {
		return nil, err
	}
	dept := inventory.Department{Origin: "entered"}
	notes := readFields(d.departmentReader(n, fieldweb.ForPrograms), &dept, body, nil)
	if err := refuseAll(notes, func() []fault.Field { return inventory.CheckDepartment(&dept) }); err != nil {
		return nil, err
	}
	dept, remarks, err := d.Registry.AddDepartment(ctx, call.By, dept, in.Reason)
	if err != nil {
		return nil, err
	}
	return d.departmentAnswer(ctx, call, dept, append(notes, remarks...))
}

func (d *desk) apiPutDepartment(ctx context.Context, call web.Call, in *changeIn) (*departmentOut, error) {
	return d.apiChangeDepartment(ctx, call, in, func(present inventory.Department) inventory.Department {
		return inventory.Department{Origin: present.Origin}
	})
}

func (d *desk) apiPatchDepartment(ctx context.Context, call web.Call, in *changeIn) (*departmentOut, error) {
	return d.apiChangeDepartment(ctx, call, in, func(present inventory.Department) inventory.Department { return present })
}

func (d *desk) apiChangeDepartment(ctx context.Context, call web.Call, in *changeIn, from func(inventory.Department) inventory.Department) (*departmentOut, error) {
	next, remarks, err := changeRecord(ctx, call, in, from, changing[inventory.Department]{
		find:   d.Registry.FindDepartment,
		names:  func(*inventory.Department) (names, error) { return d.names(ctx, call.By) },
		reader: d.departmentReader,
		document: func(dept *inventory.Department, n names) (json.RawMessage, error) {
			doc, err := departmentDocument(dept, n, nil)
			return doc.raw, err
		},
		check:  inventory.CheckDepartment,
		change: d.Registry.ChangeDepartment,
	})
	if err != nil {
		return nil, err
	}
	return d.departmentAnswer(ctx, call, next, remarks)
}
