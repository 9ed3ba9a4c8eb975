package main

import (
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/inventory/catalog"
)

// demoEntry is a line of demo/catalog.csv, and what became of it.
type demoEntry struct {
	body, class, name, abstract, format, formatType, share, condition, cycle, system, total, items string
	mounted                                                                                        string // day, empty for never
	november, december                                                                             string // who used it then

	id   catalog.EntryID
	code string
}

// demoEntries are the 52 entries of the story.
func demoEntries() []demoEntry {
	f, err := demoFiles.Open("demo/catalog.csv")
	if err != nil {
		return nil
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil
	}
	var out []demoEntry
	for _, c := range rows[1:] {
		out = append(out, demoEntry{
			body: c[0], class: c[1], name: c[2], abstract: c[3], format: c[4], formatType: c[5], share: c[6], condition: c[7], cycle: c[8],
			system: c[9], total: c[10], items: c[11], mounted: c[12], november: c[13], december: c[14],
		})
	}
	return out
}

// demoOfBody keeps the entries of a body.
func demoOfBody(prefix string) []demoEntry {
	return slices.DeleteFunc(demoEntries(), func(e demoEntry) bool { return e.body != prefix })
}

const (
	demoPeopleEntry   = "户籍人口信息" // step 9: a base item that is not shared with everybody
	demoWatchedEntry  = "重点人员信息" // step 9: not shared, without a law
	demoMarriageEntry = "婚姻登记信息"
)

// demoCatalogEvents are the steps 9, 10 and 21: the catalogs, all but one accepted
// on the due day, and what was put behind their entries.
func demoCatalogEvents() []demoEvent {
	out := []demoEvent{
		{"2017-10-16 09:00", "office", "asks the bodies for their catalogs", (*demoCity).askCatalogs},
		{"2017-10-18 10:00", "ga.clerk", "files an entry as not shared for the needs of work", (*demoCity).fileWithoutLaw},
		{"2017-10-18 14:00", "ga.clerk", "files a base item that is shared on conditions", (*demoCity).fileBaseItem},
		{"2017-10-20 10:00", "mzj.head", "states that there is nothing to share", func(d *demoCity, by auth.Principal) error {
			return d.handCatalogIn(by, "MZJ", true, "没有政务信息系统，也不产生可共享的信息资源。")
		}},
		{"2017-10-20 16:50", "office", "accepts the statement of MZJ", func(d *demoCity, by auth.Principal) error { return d.acceptCatalog(by, "MZJ") }},
	}
	for i, prefix := range []string{"RS", "MZ", "JY", "GA", "GS", "FC", "LY", "JT", "ZY"} {
		out = append(out, demoCompiling(prefix, "2017-10-20", 10+3*i)...)
	}
	out = append(out, demoCompiling("WJ", "2017-11-22", 10)...)
	return append(out, demoDataEvents()...)
}

// demoCompiling is the catalog of a body from its first entry to acceptance.
func demoCompiling(prefix, day string, minute int) []demoEvent {
	at := func(hour int) string { return fmt.Sprintf("%s %02d:%02d", day, hour, minute) }
	return []demoEvent{
		{at(9), demoClerkOf(prefix), "compiles the entries", func(d *demoCity, by auth.Principal) error {
			return d.eachEntry(prefix, func(e demoEntry) error { return d.compileEntry(by, e) })
		}},
		{at(11), demoHeadOf(prefix), "hands the entries to the centre", func(d *demoCity, by auth.Principal) error {
			return d.eachEntry(prefix, func(e demoEntry) error { return d.submitEntry(by, e.name) })
		}},
		{at(14), "office", "publishes the entries of " + prefix, func(d *demoCity, by auth.Principal) error {
			return d.eachEntry(prefix, func(e demoEntry) error { return d.publishEntry(by, e.name) })
		}},
		{at(15), demoHeadOf(prefix), "hands the catalog in", func(d *demoCity, by auth.Principal) error { return d.handCatalogIn(by, prefix, false, "") }},
		{at(16), "office", "accepts the catalog of " + prefix, func(d *demoCity, by auth.Principal) error { return d.acceptCatalog(by, prefix) }},
	}
}

// eachEntry does something with every entry of a body; those of step 9 are done.
func (d *demoCity) eachEntry(prefix string, do func(demoEntry) error) error {
	for _, e := range demoOfBody(prefix) {
		if e.name == demoPeopleEntry || e.name == demoWatchedEntry {
			continue
		}
		if err := do(e); err != nil {
			return fmt.Errorf("%s: %w", e.name, err)
		}
	}
	return nil
}

func (d *demoCity) askCatalogs(by auth.Principal) error {
	var all []catalog.DepartmentID
	for prefix := range demoBodies() {
		all = append(all, d.body(prefix))
	}
	slices.Sort(all)
	return d.resources.AskFilings(d.ctx, by, calendar.NewDate(2017, 10, 20), all)
}

// content is what a line says.
func (d *demoCity) content(by auth.Principal, e demoEntry) (catalog.Content, error) {
	b := catalog.Body{
		ClassCode: e.class, Name: e.name, ProviderID: d.body(e.body), Abstract: e.abstract, FormatCategory: e.format, FormatType: e.formatType,
		ShareType: catalog.ShareType(e.share), ShareCondition: e.condition, OpenToPublic: new(false), UpdateCycle: catalog.Cycle(e.cycle),
		SecrecyResult: catalog.SecrecyPassed, SecrecyReviewer: "保密审查小组", SecrecyOn: d.today(), TotalRecords: demoCount(e.total), SharedRecords: demoCount(e.total),
	}
	if e.system != "" {
		s, err := d.registry.FindSystem(d.ctx, by, e.system)
		if err != nil {
			return catalog.Content{}, err
		}
		b.SystemID = &s.ID
	}
	if b.ShareType == catalog.NotShared {
		b.BasisLevel, b.BasisText = "law", demoBasis(e.body)
	} else {
		b.ShareMethodCategory, b.ShareMethod = "platform", "service"
	}
	c := catalog.Content{Body: b}
	for _, text := range strings.Split(e.items, ";") {
		c.Items = append(c.Items, demoItem(text))
	}
	return c, nil
}

// demoBasis is the law by which a body does not share something.
func demoBasis(prefix string) string {
	switch prefix {
	case "RS":
		return "《中华人民共和国档案法》第二十二条"
	case "JT":
		return "《中华人民共和国反恐怖主义法》第四十八条"
	}
	return "《中华人民共和国人民警察法》第二十二条"
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

// compileEntry writes an entry.
func (d *demoCity) compileEntry(by auth.Principal, e demoEntry) error {
	c, err := d.content(by, e)
	if err != nil {
		return err
	}
	return d.createEntry(by, e, c)
}

func (d *demoCity) createEntry(by auth.Principal, e demoEntry, c catalog.Content) error {
	saved, err := d.resources.Create(d.ctx, by, catalog.EntryForm{Content: c})
	if err != nil {
		return err
	}
	e.id, e.code = saved.Entry.ID, saved.Entry.Code
	d.entries[e.name] = e
	return nil
}

// withEntry does something with an entry as it stands.
func (d *demoCity) withEntry(by auth.Principal, name string, do func(catalog.Entry) error) error {
	e, ok := d.entries[name]
	if !ok {
		return fmt.Errorf("no entry %s", name)
	}
	r, err := d.resources.Find(d.ctx, by, e.id)
	if err == nil {
		err = do(r.Entry)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

func (d *demoCity) submitEntry(by auth.Principal, name string) error {
	return d.withEntry(by, name, func(e catalog.Entry) error {
		_, err := d.resources.Submit(d.ctx, by, e.ID, e.Version)
		return err
	})
}

func (d *demoCity) publishEntry(by auth.Principal, name string) error {
	return d.withEntry(by, name, func(e catalog.Entry) error {
		_, err := d.resources.Publish(d.ctx, by, e.ID, e.Version)
		return err
	})
}

// fileWithoutLaw is the first half of step 9: what is not shared needs a law.
func (d *demoCity) fileWithoutLaw(by auth.Principal) error {
	return d.fileWrongly(by, demoWatchedEntry, "catalog.err.v01", func(c *catalog.Content) {
		c.Body.BasisLevel, c.Body.BasisText = "", "工作需要"
	})
}

// fileBaseItem is the other half: base items are shared with everybody.
func (d *demoCity) fileBaseItem(by auth.Principal) error {
	return d.fileWrongly(by, demoPeopleEntry, "catalog.err.v04", func(c *catalog.Content) { c.Items[0].ShareType = catalog.Conditional })
}

// fileWrongly files an entry with a mistake, which is refused, and then as its
// line says; the Office publishes it.
func (d *demoCity) fileWrongly(by auth.Principal, name, code string, spoil func(*catalog.Content)) error {
	all := demoEntries()
	e := all[slices.IndexFunc(all, func(e demoEntry) bool { return e.name == name })]
	right, err := d.content(by, e)
	if err != nil {
		return err
	}
	wrong := right
	wrong.Items = slices.Clone(right.Items)
	spoil(&wrong)
	if err := d.createEntry(by, e, wrong); err != nil {
		return err
	}
	head, err := d.as(demoHeadOf(e.body))
	if err != nil {
		return err
	}
	if err := demoRefused(d.submitEntry(head, name), code); err != nil {
		return err
	}
	if c := code; c == "catalog.err.v04" {
		right.Items[0].ShareType = catalog.Unconditional
	}
	err = d.withEntry(by, name, func(now catalog.Entry) error {
		_, err := d.resources.Save(d.ctx, by, now.ID, now.Version, catalog.EntryForm{Content: right})
		return err
	})
	if err == nil {
		err = d.submitEntry(head, name)
	}
	if err != nil {
		return err
	}
	office, err := d.as("office")
	if err != nil {
		return err
	}
	return d.publishEntry(office, name)
}

// filing is the version of the catalog of a body.
func (d *demoCity) filing(by auth.Principal, prefix string) (int64, error) {
	all, err := d.resources.Filings(d.ctx, by)
	if err != nil {
		return 0, err
	}
	for i := range all {
		if all[i].DepartmentID == d.body(prefix) {
			return all[i].Version, nil
		}
	}
	return 0, fmt.Errorf("%s was not asked for its catalog", prefix)
}

func (d *demoCity) handCatalogIn(by auth.Principal, prefix string, nothing bool, statement string) error {
	version, err := d.filing(by, prefix)
	if err == nil {
		_, err = d.resources.HandIn(d.ctx, by, d.body(prefix), version, nothing, statement)
	}
	return err
}

func (d *demoCity) acceptCatalog(by auth.Principal, prefix string) error {
	version, err := d.filing(by, prefix)
	if err == nil {
		_, err = d.resources.AcceptFiling(d.ctx, by, d.body(prefix), version)
	}
	return err
}
