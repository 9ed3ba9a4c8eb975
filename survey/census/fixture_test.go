package census_test

import (
	"net/url"
	"strconv"
	"testing"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/inventorytest"
	"qingce/survey"
	"qingce/survey/census"
	"qingce/survey/surveytest"
)

// code is the census of the story.
const code = "pc-2017"

// town is a city with a self-survey and the census that verifies it, both open
// since 2017-09-11.
type town struct {
	*surveytest.Survey
	desk *census.Desk
	t    testing.TB
}

// each runs a test in towns on both engines.
func each(t *testing.T, test func(t *testing.T, tn *town)) {
	t.Helper()
	inventorytest.Each(t, func(t *testing.T, city *inventorytest.City) { test(t, opened(t, city)) })
}

func opened(t testing.TB, city *inventorytest.City) *town {
	t.Helper()
	tn := &town{Survey: surveytest.Opened(t, city), t: t}
	tn.desk = census.NewDesk(census.Deps{DB: tn.DB, Registry: tn.Registry, Surveys: tn.Desk, Catalog: inventorytest.Messages(t)})
	base := tn.Campaign(surveytest.Code).ID
	c := tn.Prepared(survey.Campaign{
		Code: code, Kind: survey.Census, Title: "2017年政务信息系统普查", Basis: "方案第二部分第二项", Scope: survey.MunicipalOnly,
		BasedOnID: &base, OpensOn: surveytest.Day("2017-09-11"), DueOn: surveytest.Day("2017-10-15"), MendWd: 3,
	})
	if _, err := tn.Desk.OpenCampaign(t.Context(), tn.Centre(), c.Code, c.Version); err != nil {
		t.Fatal(surveytest.Explain(err))
	}
	return tn
}

// rows are the rows of a form by name.
func (tn *town) rows(prefix string) map[string]survey.Row {
	tn.t.Helper()
	page, err := tn.Desk.FormRows(tn.t.Context(), tn.Clerk(prefix), tn.Form(prefix), survey.RowQuery{Size: 200})
	if err != nil {
		tn.t.Fatal(err)
	}
	out := map[string]survey.Row{}
	for _, r := range page.Rows {
		out[r.Name] = r
	}
	return out
}

// handedIn registers systems of a department and has its form confirmed as it
// stands.
func (tn *town) handedIn(prefix string, systems ...inventory.System) {
	tn.t.Helper()
	for _, s := range systems {
		if _, _, err := tn.Registry.Register(tn.t.Context(), tn.Clerk(prefix), inventory.Registration{System: s}); err != nil {
			tn.t.Fatalf("register %s: %v", s.Name, surveytest.Explain(err))
		}
	}
	if _, err := tn.Desk.OpenForm(tn.t.Context(), tn.Clerk(prefix), tn.Form(prefix)); err != nil {
		tn.t.Fatal(err)
	}
	tn.submitted(prefix)
}

// submitted confirms what is pending and hands the form in.
func (tn *town) submitted(prefix string) {
	tn.t.Helper()
	var ids []survey.RowID
	standing := 0
	for _, r := range tn.rows(prefix) {
		if r.Decision == survey.Pending {
			ids = append(ids, r.ID)
		}
		if r.Stands() {
			standing++
		}
	}
	if len(ids) > 0 {
		if _, refused, err := tn.Desk.ConfirmRows(tn.t.Context(), tn.Clerk(prefix), tn.Form(prefix), ids...); err != nil || len(refused) > 0 {
			tn.t.Fatalf("confirm the rows of %s: %v %v", prefix, err, refused)
		}
	}
	in := survey.Input{Form: url.Values{
		survey.CountField: {strconv.Itoa(standing)}, survey.NoneCleanField: {"true"}, survey.NoneConnectField: {"true"}, survey.NoneDemandField: {"true"},
	}}
	if _, found, err := tn.Desk.SaveAnswers(tn.t.Context(), tn.Clerk(prefix), tn.Form(prefix), 0, in); err != nil || fault.AnyError(found) {
		tn.t.Fatalf("answer for %s: %v %v", prefix, err, found)
	}
	if _, err := tn.Desk.Submit(tn.t.Context(), tn.Head(prefix), tn.Form(prefix), 0, ""); err != nil {
		tn.t.Fatalf("hand in the form of %s: %v", prefix, surveytest.Explain(err))
	}
}

func (tn *town) zero(prefix string) {
	tn.t.Helper()
	if _, err := tn.Desk.FileZero(tn.t.Context(), tn.Clerk(prefix), tn.Form(prefix), 0, "本单位没有信息系统"); err != nil {
		tn.t.Fatal(err)
	}
	if _, err := tn.Desk.Submit(tn.t.Context(), tn.Head(prefix), tn.Form(prefix), 0, ""); err != nil {
		tn.t.Fatal(err)
	}
}

func (tn *town) accepted(prefixes ...string) {
	tn.t.Helper()
	for _, p := range prefixes {
		if _, err := tn.Desk.Accept(tn.t.Context(), tn.Office(), tn.Form(p), 0); err != nil {
			tn.t.Fatalf("accept the form of %s: %v", p, surveytest.Explain(err))
		}
	}
}

// filled answers a row as a complete system of the same name.
func (tn *town) filled(prefix, name string) {
	tn.t.Helper()
	p, err := tn.Desk.OpenForm(tn.t.Context(), tn.Clerk(prefix), tn.Form(prefix))
	if err != nil {
		tn.t.Fatal(err)
	}
	row := tn.rows(prefix)[name]
	s := tn.System(prefix, name)
	body := inventory.SystemFields.Values(&s)
	typed := url.Values{}
	err = tn.DB.Read(tn.t.Context(), func(tx *store.Tx) error {
		names, err := tn.Registry.Names(tx, auth.System("test"))
		for i := range p.Ask.System.All() {
			f := &p.Ask.System.All()[i]
			v := body[f.Key]
			if v == "" || f.Given {
				continue
			}
			typed[f.Key] = []string{f.Typed(names, v)}
			if f.Kind == "multi" {
				typed[f.Key] = []string{v}
			}
		}
		return err
	})
	if err != nil {
		tn.t.Fatal(err)
	}
	if _, found, err := tn.Desk.SaveRow(tn.t.Context(), tn.Clerk(prefix), tn.Form(prefix), row.ID, 0, survey.Input{Form: typed}); err != nil || fault.AnyError(found) {
		tn.t.Fatalf("fill in %s: %v %v", name, err, found)
	}
}

// received hands a list in as the centre.
func (tn *town) received(kind census.SourceKind, title, csv string) census.Source {
	tn.t.Helper()
	src, err := tn.desk.ReceiveSource(tn.t.Context(), tn.Centre(), code, census.NewSource{Kind: kind, Title: title, FileName: title + ".csv", Data: []byte(csv)})
	if err != nil {
		tn.t.Fatalf("receive %s: %v", title, surveytest.Explain(err))
	}
	return src
}

// matched hands a list in and maps it as it is proposed.
func (tn *town) matched(kind census.SourceKind, title, csv string) census.Source {
	tn.t.Helper()
	src := tn.received(kind, title, csv)
	src, err := tn.desk.MapSource(tn.t.Context(), tn.Centre(), code, src.ID, src.Version, src.Mapping)
	if err != nil {
		tn.t.Fatalf("map %s as %v: %v", title, src.Mapping, surveytest.Explain(err))
	}
	return src
}

// items are the items of the census by name.
func (tn *town) items(q census.ItemQuery) map[string]census.ItemLine {
	tn.t.Helper()
	q.Size = 200
	page, err := tn.desk.ListItems(tn.t.Context(), tn.Centre(), code, q)
	if err != nil {
		tn.t.Fatal(err)
	}
	out := map[string]census.ItemLine{}
	for _, i := range page.Items {
		out[i.Name] = i
	}
	return out
}

// system is a system with what a list may know of it.
func (tn *town) system(prefix, name, visit, ips string) inventory.System {
	s := tn.System(prefix, name)
	s.VisitUrl, s.ServerIps = visit, ips
	return s
}

func kind(err error) fault.Kind { return fault.KindOf(err) }
