package main

import (
	"fmt"
	"slices"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/inventory/catalog"
)

// demoRefreshes are the days on which data behind entries were brought up to
// date, by the cycle of the entry: what is weekly is getting old when the
// demonstration opens.
func demoRefreshes() []struct {
	day    string
	cycles []string
} {
	return []struct {
		day    string
		cycles []string
	}{
		{"2017-11-30", []string{"daily", "weekly"}},
		{"2017-12-15", []string{"daily", "weekly", "monthly"}},
		{"2017-12-25", []string{"weekly"}},
		{"2017-12-31", []string{"daily"}},
		{"2018-01-09", []string{"daily"}},
	}
}

// demoDataEvents put data behind entries and bring them up to date.
func demoDataEvents() []demoEvent {
	var out []demoEvent
	for _, e := range demoEntries() {
		if e.mounted != "" {
			out = append(out, demoEvent{e.mounted + " 15:30", demoClerkOf(e.body), "mounts " + e.name, func(d *demoCity, by auth.Principal) error {
				return d.mountEntry(by, e.name)
			}})
		}
	}
	for _, r := range demoRefreshes() {
		for _, e := range demoEntries() {
			if e.mounted == "" || e.mounted >= r.day || !slices.Contains(r.cycles, e.cycle) {
				continue
			}
			out = append(out, demoEvent{r.day + " 17:30", demoClerkOf(e.body), "brings up to date " + e.name, func(d *demoCity, by auth.Principal) error {
				return d.refreshEntry(by, e.name)
			}})
		}
	}
	return append(out, demoEvent{"2018-01-02 15:00", "centre", "records the revision of a law", (*demoCity).recordLaw})
}

func (d *demoCity) mountEntry(by auth.Principal, name string) error {
	return d.withEntry(by, name, func(e catalog.Entry) error {
		_, err := d.resources.Mount(d.ctx, by, e.ID, e.Version, catalog.MountForm{
			Kind: "api", Address: "share/" + e.ID.String(), Rows: e.SharedRecords, UpdatedOn: d.today(),
		})
		return err
	})
}

func (d *demoCity) refreshEntry(by auth.Principal, name string) error {
	return d.withEntry(by, name, func(e catalog.Entry) error {
		_, err := d.resources.Refresh(d.ctx, by, e.ID, e.Version, d.today(), nil)
		return err
	})
}

// recordLaw leaves something to answer for two departments: which of their
// entries a revised regulation touches.
func (d *demoCity) recordLaw(by auth.Principal) error {
	_, err := d.resources.RecordChange(d.ctx, by, catalog.ChangeForm{
		Kind: catalog.LawChange, Title: "《社会救助暂行办法》配套规定修订", DocNo: "襄政发〔2017〕46号", ChangedOn: calendar.NewDate(2017, 12, 28),
		Departments: []catalog.DepartmentID{d.body("RS"), d.body("MZ")},
	})
	if err != nil {
		return fmt.Errorf("record the change: %w", err)
	}
	_, err = d.resources.ProposeOverlaps(d.ctx, by)
	return err
}
