package main

import (
	"context"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/inventory"
	"qingce/inventory/catalog"
)

// Days of the sample catalog, from today.
const (
	demoFilingIn  = 12 // until the catalogs are due
	demoChangeAgo = 8  // since a law was revised
)

// demoEntry is a line of demo/catalog.csv.
type demoEntry struct {
	department, class, name, abstract, format, formatType, share, condition, cycle, state, system, total, shared, items string
}

// loadDemoCatalog fills the catalog of the sample city: entries in every state,
// with and without data, some of them too old; catalogs that are due, and a law
// that was revised.
func (r *rooms) loadDemoCatalog(ctx context.Context) error {
	if _, err := r.resources.AddClass(ctx, auth.Command("demo", "何思源"), catalog.ClassForm{
		Parent: "30702004", Code: "3070200406", Name: "襄阳市（本地暂编）", Note: "市州编号以省目录公布的为准",
	}); err != nil {
		return err
	}
	entries, err := demoEntries()
	if err != nil {
		return err
	}
	for _, e := range entries {
		if err := r.loadDemoEntry(ctx, e); err != nil {
			return fmt.Errorf("%s: %w", e.name, err)
		}
	}
	if err := r.askDemoFilings(ctx); err != nil {
		return err
	}
	_, err = r.resources.ProposeOverlaps(ctx, auth.Command("demo", "何思源"))
	return err
}

func demoEntries() ([]demoEntry, error) {
	f, err := demoFiles.Open("demo/catalog.csv")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("demo/catalog.csv: %w", err)
	}
	var out []demoEntry
	for _, c := range rows[1:] {
		out = append(out, demoEntry{c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7], c[8], c[9], c[10], c[11], c[12], c[13]})
	}
	return out, nil
}

// content is what a line says.
func (e demoEntry) content(dept catalog.DepartmentID, system *inventory.SystemID, today calendar.Date) catalog.Content {
	b := catalog.Body{
		ClassCode: e.class, Name: e.name, ProviderID: dept, Abstract: e.abstract, FormatCategory: e.format, FormatType: e.formatType,
		ShareType: catalog.ShareType(e.share), ShareCondition: e.condition, OpenToPublic: new(false), UpdateCycle: catalog.Cycle(e.cycle), SystemID: system,
		SecrecyResult: catalog.SecrecyPassed, SecrecyReviewer: "保密审查小组", SecrecyOn: today, TotalRecords: demoCount(e.total), SharedRecords: demoCount(e.shared),
	}
	if b.ShareType == catalog.NotShared {
		b.BasisLevel, b.BasisText = "law", "《中华人民共和国人民警察法》第二十二条"
	} else {
		b.ShareMethodCategory, b.ShareMethod = "platform", "service"
	}
	if e.class != "30702004" { // a base or theme library, led by who compiles it
		b.LeadID = &dept
	}
	c := catalog.Content{Body: b}
	for _, text := range strings.Split(e.items, ";") {
		c.Items = append(c.Items, demoItem(text))
	}
	return c
}

// demoItem reads "公民身份号码:C:18:base".
func demoItem(text string) catalog.Item {
	parts := strings.Split(text, ":")
	i := catalog.Item{Name: parts[0], DataType: parts[1]}
	for _, p := range parts[2:] {
		if p == "base" {
			i.BaseItem = true
		} else {
			i.Length = demoCount(p)
		}
	}
	i.Sensitive = i.Name == "公民身份号码"
	return i
}

func demoCount(text string) *int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n == 0 {
		return nil
	}
	return &n
}

// loadDemoEntry brings an entry as far as its line says.
func (r *rooms) loadDemoEntry(ctx context.Context, e demoEntry) error {
	by, err := r.demoPerson(ctx, "周敏", e.department)
	if err != nil {
		return err
	}
	var system *inventory.SystemID
	if e.system != "" {
		s, err := r.registry.FindSystem(ctx, by, e.system)
		if err != nil {
			return err
		}
		system = &s.ID
	}
	today := calendar.DateOf(r.db.Now())
	saved, err := r.resources.Create(ctx, by, catalog.EntryForm{Content: e.content(by.DepartmentID, system, today)})
	if err != nil || e.state == "draft" {
		return err
	}
	entry, err := r.resources.Submit(ctx, by, saved.Entry.ID, saved.Entry.Version)
	if err != nil || e.state == "review" {
		return err
	}
	office := auth.Command("demo", "何思源")
	if e.state == "returned" {
		_, err = r.resources.Return(ctx, office, entry.ID, entry.Version, "共享条件请写明需要哪些手续；信息项缺少骨灰安放地点。")
		return err
	}
	if entry, err = r.resources.Publish(ctx, office, entry.ID, entry.Version); err != nil || e.state == "published" {
		return err
	}
	updated := today
	if e.state == "stale" {
		updated = today.AddDays(-80)
	}
	_, err = r.resources.Mount(ctx, by, entry.ID, entry.Version, catalog.MountForm{
		Kind: "api", Address: "share/" + entry.ID.String(), Rows: entry.SharedRecords, UpdatedOn: updated,
	})
	return err
}

// askDemoFilings asks the departments of the key areas for their catalogs, and
// records the revision of a law.
func (r *rooms) askDemoFilings(ctx context.Context) error {
	office := auth.Command("demo", "何思源")
	dir, err := r.registry.Directory(ctx)
	if err != nil {
		return err
	}
	today := calendar.DateOf(r.db.Now())
	var asked, touched []catalog.DepartmentID
	for _, d := range dir.ActiveOn(today) {
		if d.KeyArea || d.Kind == inventory.County {
			asked = append(asked, d.ID)
		}
		if d.Code == "XY107" || d.Code == "XY105" {
			touched = append(touched, d.ID)
		}
	}
	if err := r.resources.AskFilings(ctx, office, today.AddDays(demoFilingIn), asked); err != nil {
		return err
	}
	if err := r.handInDemo(ctx); err != nil {
		return err
	}
	_, err = r.resources.RecordChange(ctx, office, catalog.ChangeForm{
		Kind: catalog.LawChange, Title: "《社会救助暂行办法》修订", DocNo: "国务院令第709号", ChangedOn: today.AddDays(-demoChangeAgo), Departments: touched,
	})
	return err
}

// handInDemo has two departments hand their catalogs in; one is accepted.
func (r *rooms) handInDemo(ctx context.Context) error {
	for i, code := range []string{"XY117", "XY104"} {
		head, err := r.demoPerson(ctx, "李卫国", code)
		if err != nil {
			return err
		}
		f, err := r.resources.HandIn(ctx, head, head.DepartmentID, 1, false, "")
		if err != nil {
			return err
		}
		if i == 0 {
			if _, err := r.resources.AcceptFiling(ctx, auth.Command("demo", "何思源"), head.DepartmentID, f.Version); err != nil {
				return err
			}
		}
	}
	return nil
}
