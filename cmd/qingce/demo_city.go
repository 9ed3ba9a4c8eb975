package main

import (
	"embed"
	"fmt"

	"qingce/internal/auth"
	"qingce/inventory"
	"qingce/inventory/catalog"
	"qingce/inventory/zombie"
)

// demoFiles are the sample city as files that anybody could import: the bodies
// of Xiangyang in 2017, invented systems, and what is in the catalog.
//
//go:embed demo/*.csv
var demoFiles embed.FS

// demoCityEvents put in what the city knew before: the bodies, and the systems
// that were on a list of last year. LY-02 and ZY-01 are on none. What belongs to
// no chapter stands here too.
func demoCityEvents() []demoEvent {
	return []demoEvent{
		{"2017-09-11 08:00", "", "puts in the bodies and the people", (*demoCity).found},
		{"2017-09-11 08:10", "", "puts in the systems of the list of last year", func(d *demoCity, by auth.Principal) error {
			return d.importAll(by, "systems.csv", "systems_merging.csv")
		}},
		{"2017-10-16 08:50", "centre", "adds a local class of the catalog", func(d *demoCity, by auth.Principal) error {
			_, err := d.resources.AddClass(d.ctx, by, catalog.ClassForm{
				Parent: "30702004", Code: "3070200406", Name: "襄阳市（本地暂编）", Note: "市州编号以省目录公布的为准",
			})
			return err
		}},
		{"2017-10-20 16:30", "office", "puts the numbers of the clean-up campaign in force", func(d *demoCity, by auth.Principal) error {
			return d.campaignPolicy(by)
		}},
		{"2018-01-09 18:30", "", "looks for systems that do the same", func(d *demoCity, _ auth.Principal) error {
			_, err := d.compareSystems(d.ctx)
			return err
		}},
	}
}

// found puts in the bodies and their people.
func (d *demoCity) found(by auth.Principal) error {
	if err := d.importFile(by, inventory.ImportDepartments, "departments.csv"); err != nil {
		return err
	}
	return d.hire(by)
}

// importAll imports files of systems, in order: systems that are to be merged
// name the one they go into.
func (d *demoCity) importAll(by auth.Principal, files ...string) error {
	for _, name := range files {
		if err := d.importFile(by, inventory.ImportSystems, name); err != nil {
			return err
		}
	}
	return nil
}

func (d *demoCity) importFile(by auth.Principal, kind, name string) error {
	data, err := demoFiles.ReadFile("demo/" + name)
	if err != nil {
		return err
	}
	file, err := d.receive(d.ctx, by, kind, name, data)
	if err == nil {
		file, err = d.confirm(d.ctx, by, file, "")
	}
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if file.RowsWrong == 0 && file.RowsApplied == file.RowsTotal {
		return nil
	}
	rows, _, err := d.importer.Rows(d.ctx, by, file.ID, inventory.RowWrong, 1, 1)
	if err != nil {
		return err
	}
	err = fmt.Errorf("%s: %d of %d rows were saved", name, file.RowsApplied, file.RowsTotal)
	for _, row := range rows {
		err = fmt.Errorf("%w; %s: %v", err, row.Code, row.Found)
	}
	return err
}

// moveSystem takes a step with a record as it stands.
func (d *demoCity) moveSystem(by auth.Principal, code string, move inventory.Move, reason string) error {
	s, err := d.registry.FindSystem(d.ctx, by, code)
	if err == nil {
		_, err = d.registry.Move(d.ctx, by, code, s.Version, move, reason)
	}
	if err != nil {
		return fmt.Errorf("%s %s: %w", move, code, err)
	}
	return nil
}

// decideSystem has the Office decide what becomes of a system.
func (d *demoCity) decideSystem(by auth.Principal, code, final, reason string) error {
	s, err := d.registry.FindSystem(d.ctx, by, code)
	if err == nil {
		_, err = d.registry.Decide(d.ctx, by, code, s.Version, inventory.Decision{Final: final, Reason: reason})
	}
	if err != nil {
		return fmt.Errorf("decide about %s: %w", code, err)
	}
	return nil
}

// campaignPolicy puts the numbers of the campaign of 2017 in force: 90 days
// without use are enough.
func (d *demoCity) campaignPolicy(by auth.Principal) error {
	for _, pack := range zombie.Packs() {
		if pack.Name != zombie.CampaignPack {
			continue
		}
		p, err := d.detector.Draft(d.ctx, by, zombie.PolicyForm{Name: "2017年专项清理", Reason: "专项清理须于10月底前完成", Numbers: pack.Numbers})
		if err == nil {
			_, err = d.detector.PutInForce(d.ctx, by, p.Version, p.Revision, d.today().AddDays(1), "领导小组同意")
		}
		return err
	}
	return fmt.Errorf("no policy %s", zombie.CampaignPack)
}
