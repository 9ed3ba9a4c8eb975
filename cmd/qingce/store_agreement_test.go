package main_test

import (
	"database/sql/driver"
	"go/ast"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"gorm.io/gorm/schema"

	"qingce/internal/account"
	"qingce/internal/calendar"
	"qingce/internal/evidence"
	"qingce/internal/jobs"
	"qingce/internal/oplog"
	"qingce/internal/schedule"
	"qingce/internal/store"
	"qingce/internal/store/storetest"
	"qingce/inventory"
	"qingce/inventory/catalog"
	"qingce/inventory/hub"
	"qingce/inventory/sharing"
	"qingce/inventory/usage"
	"qingce/inventory/zombie"
	"qingce/inventory/zombie/cleanup"
	"qingce/scoring"
	"qingce/scoring/funding"
	"qingce/scoring/monthly"
	"qingce/scoring/rectification"
	"qingce/survey"
	"qingce/survey/census"
)

// models are the row structs that can be named from here. Those that a package
// keeps to itself are read from its source.
func models() []any {
	return append([]any{
		inventory.Department{}, inventory.DepartmentVersion{}, inventory.System{}, inventory.SystemVersion{},
		inventory.Relation{}, inventory.Import{}, inventory.ChangeRequest{}, inventory.ChangeStep{},
		oplog.Row{}, jobs.Run{}, evidence.File{}, evidence.Link{},
		schedule.Year{}, schedule.Closure{}, schedule.Due{},
		survey.Campaign{}, survey.Exception{}, survey.Questionnaire{}, survey.Form{}, survey.Row{}, survey.Comment{}, survey.Draft{},
		survey.Submission{}, survey.Upload{}, survey.Reminder{}, survey.ReminderDepartment{},
		usage.Policy{}, usage.Upload{}, usage.Rule{}, usage.Unmapped{},
		usage.Probe{}, usage.ProbeSystem{}, usage.Token{}, usage.Contact{}, usage.Rejection{}, usage.Silence{},
		hub.Connection{}, hub.Event{}, hub.Exemption{}, hub.Node{}, hub.Link{}, hub.Party{}, hub.Exchange{}, hub.Upload{}, hub.UploadRow{}, hub.Policy{},
		zombie.Declaration{}, zombie.Simulation{},
		cleanup.Case{}, cleanup.Step{}, cleanup.Terms{},
		catalog.Class{}, catalog.ClassVersion{}, catalog.Entry{}, catalog.Version{}, catalog.Draft{}, catalog.StepTaken{}, catalog.Filing{},
		catalog.Overlap{}, catalog.Change{}, catalog.Touched{}, catalog.Import{}, catalog.ImportRow{},
		sharing.Policy{}, sharing.Request{}, sharing.Agreement{}, sharing.Use{}, sharing.Misuse{}, sharing.Objection{}, sharing.Demand{},
		sharing.Relief{}, sharing.Step{},
		rectification.Policy{}, rectification.Notice{}, rectification.Fact{}, rectification.Reply{}, rectification.Step{},
		funding.Run{}, funding.Item{}, funding.Finding{}, funding.Plea{}, funding.Step{},
		monthly.Policy{}, monthly.Month{}, monthly.Step{}, monthly.Objection{}, monthly.Proposal{}, catalog.MountState{},
		scoring.Adoption{}, scoring.Handing{}, scoring.Mark{}, scoring.Step{}, scoring.Report{},
		census.Source{}, census.Item{}, census.Visit{}, census.Certificate{}, census.CertifiedSystem{},
	}, account.Models()...)
}

// field is a column as a struct has it.
type field struct {
	class string
	null  bool // "not given" can be told apart
	any   bool // fits a column that may be empty as well as one that may not
}

// column is a column as the database has it.
type column struct {
	class string
	null  bool
}

// classes are the names of types in both engines. SQLite has no days: they are
// TEXT, in capitals, where plain text is text.
var classes = map[string]string{
	"integer": "number", "bigint": "number", "smallint": "number", "INTEGER": "number",
	"text": "text", "TEXT": "day", "date": "day", "boolean": "truth", "BOOLEAN": "truth",
	"timestamp with time zone": "instant", "DATETIME": "instant", "bytea": "octets", "BLOB": "octets", "ARRAY": "array",
	"double precision": "real",
}

// withoutStruct are tables that are read and written by statements.
var withoutStruct = []string{
	"goose_db_version", "register_revisions", "preferences", "system_counters", "system_search",
	"catalog_search", "registration_keys", "similar_texts", "hub_progress", "oplog_hashes", "oplog_tips", "oplog_anchors",
	"usage_hour", "usage_hour_past", "usage_day", "usage_day_ext", "usage_day_given", "usage_month", "usage_dirty", "usage_progress", "usage_series_state",
	"zombie_states", "zombie_changes", "zombie_lots", "zombie_late", "zombie_replaced", "zombie_weather",
}

// TestRowsAgreeWithColumns compares every row struct with the columns of its
// table, on both engines: what is missing, what is too much, of another sort,
// or empty where the struct cannot be.
func TestRowsAgreeWithColumns(t *testing.T) {
	rows := map[string]map[string]field{}
	for _, m := range models() {
		table, fields := reflected(t, m)
		rows[table] = fields
	}
	for table, fields := range unexported(t) {
		if _, ok := rows[table]; !ok {
			rows[table] = fields
		}
	}
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		for _, table := range tables(t, db) {
			fields, ok := rows[table]
			switch {
			case strings.HasPrefix(table, "system_grams"), strings.HasPrefix(table, "catalog_grams"): // an index
			case !ok && !slices.Contains(withoutStruct, table):
				t.Errorf("no row struct for the table %s", table)
			case ok:
				for _, wrong := range differences(fields, columns(t, db, table)) {
					t.Errorf("%s: %s", table, wrong)
				}
			}
		}
		for table := range rows {
			if !slices.Contains(tables(t, db), table) {
				t.Errorf("a row struct is of the table %s, which is not there", table)
			}
		}
	})
}

func differences(fields map[string]field, columns map[string]column) []string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		f, c := fields[name], columns[name]
		switch {
		case c.class == "":
			out = append(out, "the struct has "+name+", the table has not")
		case f.class != c.class && !(f.class == "text" && c.class == "day"): // JSON is TEXT as well
			out = append(out, name+" is a "+f.class+" in the struct and a "+c.class+" in the table")
		case f.null != c.null && !f.any:
			out = append(out, name+": one of struct and table knows \"not given\", the other does not")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(columns)) {
		if _, ok := fields[name]; !ok {
			out = append(out, "the table has "+name+", the struct has not")
		}
	}
	return out
}

func TestDifferencesAreFound(t *testing.T) {
	fields := map[string]field{"a": {class: "text"}, "b": {class: "number", null: true}, "c": {class: "day", any: true}}
	same := map[string]column{"a": {class: "text"}, "b": {class: "number", null: true}, "c": {class: "day", null: true}}
	if got := differences(fields, same); len(got) != 0 {
		t.Errorf("found %v in what agrees", got)
	}
	for what, change := range map[string]func(map[string]column){
		"a column less":     func(c map[string]column) { delete(c, "a") },
		"a column more":     func(c map[string]column) { c["d"] = column{class: "text"} },
		"another sort":      func(c map[string]column) { c["a"] = column{class: "number"} },
		"a dropped null":    func(c map[string]column) { c["b"] = column{class: "number"} },
		"a null on a text":  func(c map[string]column) { c["a"] = column{class: "text", null: true} },
		"an instant, a day": func(c map[string]column) { c["c"] = column{class: "instant"} },
	} {
		changed := maps.Clone(same)
		change(changed)
		if got := differences(fields, changed); len(got) != 1 {
			t.Errorf("%s: found %v, want one difference", what, got)
		}
	}
}

func columns(t *testing.T, db *store.DB, table string) map[string]column {
	t.Helper()
	sql := `SELECT name, type, NOT "notnull" AND pk = 0 AS "null" FROM pragma_table_info(?)`
	if db.Engine() == store.Postgres {
		sql = `SELECT column_name AS name, data_type AS type, is_nullable = 'YES' AS "null" FROM information_schema.columns
			WHERE table_schema = current_schema() AND table_name = ?`
	}
	type row struct {
		Name, Type string
		Null       bool
	}
	out := map[string]column{}
	for _, r := range query[row](t, db, sql, table) {
		class, ok := classes[r.Type]
		if !ok {
			t.Errorf("%s.%s has the unknown type %q", table, r.Name, r.Type)
		}
		out[r.Name] = column{class: class, null: r.Null}
	}
	return out
}

// reflected reads a struct as gorm does.
func reflected(t *testing.T, model any) (table string, fields map[string]field) {
	t.Helper()
	s, err := schema.Parse(model, &sync.Map{}, schema.NamingStrategy{})
	if err != nil {
		t.Fatalf("%T: %v", model, err)
	}
	fields = map[string]field{}
	for _, f := range s.Fields {
		if f.DBName == "" {
			continue
		}
		c := field{class: classOf(f.IndirectFieldType), null: f.FieldType.Kind() == reflect.Pointer}
		if f.Serializer != nil && f.TagSettings["SERIALIZER"] != "" {
			c.class = "text"
		}
		c.any = c.class == "day" // its zero is NULL
		if c.class == "" {
			t.Errorf("%T.%s: what is a %v in the database?", model, f.Name, f.FieldType)
		}
		fields[f.DBName] = c
	}
	return s.Table, fields
}

func classOf(t reflect.Type) string {
	switch {
	case t == reflect.TypeFor[time.Time]():
		return "instant"
	case t == reflect.TypeFor[calendar.Date]():
		return "day"
	case t == reflect.TypeFor[[]byte]():
		return "octets"
	case t.Implements(reflect.TypeFor[driver.Valuer]()):
		return "text" // lists
	}
	switch t.Kind() {
	case reflect.String:
		return "text"
	case reflect.Bool:
		return "truth"
	case reflect.Int, reflect.Int16, reflect.Int32, reflect.Int64:
		return "number"
	case reflect.Float64:
		return "real"
	}
	return ""
}

// unexported reads the row structs that packages keep to themselves from their
// source: types with a method TableName.
func unexported(t *testing.T) map[string]map[string]field {
	t.Helper()
	types, named := map[string]ast.Expr{}, map[string]string{} // both by package and name
	for _, s := range sources(t) {
		if s.test {
			continue
		}
		for _, d := range s.file.Decls {
			switch d := d.(type) {
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					if spec, ok := spec.(*ast.TypeSpec); ok {
						types[s.pkg+"."+spec.Name.Name] = spec.Type
					}
				}
			case *ast.FuncDecl:
				if table, typ := tableName(d); table != "" && !ast.IsExported(typ) {
					named[s.pkg+"."+typ] = table
				}
			}
		}
	}
	out := map[string]map[string]field{}
	for name, table := range named {
		out[table] = written(t, name, types)
	}
	return out
}

// tableName reads "func (T) TableName() string { return "table" }".
func tableName(f *ast.FuncDecl) (table, typ string) {
	if f.Name.Name != "TableName" || f.Recv == nil || len(f.Body.List) != 1 {
		return "", ""
	}
	ret, ok := f.Body.List[0].(*ast.ReturnStmt)
	if !ok {
		return "", ""
	}
	lit, ok := ret.Results[0].(*ast.BasicLit)
	id, isName := f.Recv.List[0].Type.(*ast.Ident)
	if !ok || !isName {
		return "", ""
	}
	return strings.Trim(lit.Value, `"`), id.Name
}

func written(t *testing.T, name string, types map[string]ast.Expr) map[string]field {
	t.Helper()
	st, ok := types[name].(*ast.StructType)
	if !ok {
		t.Errorf("%s is no struct", name)
		return nil
	}
	pkg, _, _ := strings.Cut(name, ".")
	out := map[string]field{}
	for _, f := range st.Fields.List {
		typ, null := f.Type, false
		if star, ok := typ.(*ast.StarExpr); ok {
			typ, null = star.X, true
		}
		class := classOfExpr(pkg, typ, types)
		if f.Tag != nil && strings.Contains(f.Tag.Value, "serializer:json") {
			class = "text"
		}
		if len(f.Names) == 1 && !f.Names[0].IsExported() { // not of the table
			continue
		}
		if class == "" || len(f.Names) == 0 {
			t.Errorf("%s: cannot tell what %v is in the database: export the struct, or teach this test", name, f.Names)
		}
		for _, n := range f.Names {
			out[schema.NamingStrategy{}.ColumnName("", n.Name)] = field{class: class, null: null, any: class == "day"}
		}
	}
	return out
}

func classOfExpr(pkg string, e ast.Expr, types map[string]ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		if under, ok := types[pkg+"."+e.Name]; ok {
			return classOfExpr(pkg, under, types)
		}
		return map[string]string{"string": "text", "bool": "truth", "int": "number", "int64": "number", "float64": "real"}[e.Name]
	case *ast.SelectorExpr:
		known := map[string]string{
			"time.Time": "instant", "calendar.Date": "day", "auth.AccountID": "number", "auth.DepartmentID": "number", "field.List": "text",
			"calendar.Kind": "text", "inventory.SystemID": "number", "wire.Hour": "number", "detect.Day": "number", "detect.Result": "number",
		}
		return known[name(e)]
	case *ast.ArrayType:
		if id, ok := e.Elt.(*ast.Ident); ok && id.Name == "byte" {
			return "octets"
		}
	}
	return ""
}
