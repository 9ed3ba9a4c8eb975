package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"qingce/internal/auth"
	"qingce/internal/field"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/survey"
	"qingce/survey/census"
	"qingce/survey/questionnaire"
)

// demoFound is the system that its department did not declare, as the register
// names it: it comes through the census, which gives it the next code.
const demoFound = "LY-0002"

// demoCounty is the system that the county registers, ZY-01 of the story.
const demoCounty = "ZY-0001"

// demoCloud is the list of the operator of the government cloud.
const demoCloud = "序号,应用系统名称,使用单位,内网IP,网络区域\n" +
	"1,社会保险核心业务系统,襄阳市人社局,,电子政务外网\n" +
	"2,游客投诉登记系统,襄阳市旅游局,,互联网\n"

// demoCensusEvents are the steps 7 and 8: a system that was left out is found, a
// county registers its own, and the census is locked with 25 systems and one.
func demoCensusEvents() []demoEvent {
	return []demoEvent{
		{"2017-10-13 09:00", "centre", "holds the list of the cloud against the forms and finds LY-02", (*demoCity).matchCloud},
		{"2017-10-13 10:30", "zy.region", "registers ZY-01", func(d *demoCity, by auth.Principal) error {
			if err := d.importAll(by, "systems_county.csv"); err != nil {
				return err
			}
			return d.moveSystem(by, demoCounty, inventory.Declare, "")
		}},
		{"2017-10-13 11:00", "office", "verifies ZY-01", func(d *demoCity, by auth.Principal) error {
			return d.moveSystem(by, demoCounty, inventory.Verify, "")
		}},
		{"2017-10-13 14:00", "ly.clerk", "fills in what the census found", (*demoCity).fillFound},
		{"2017-10-13 16:00", "ly.head", "confirms the form", func(d *demoCity, by auth.Principal) error { return d.submitForm(by, demoForm("LY")) }},
		{"2017-10-14 10:00", "centre", "accepts the form of LY", func(d *demoCity, by auth.Principal) error { return d.acceptForm(by, demoForm("LY")) }},
		{"2017-10-15 15:00", "office", "locks the census", func(d *demoCity, by auth.Principal) error {
			_, err := d.census.Lock(d.ctx, by, demoCensus)
			return err
		}},
		{"2017-10-15 15:30", "rs.clerk", "changes a locked record", func(d *demoCity, by auth.Principal) error {
			s, err := d.registry.FindSystem(d.ctx, by, "RS-01")
			if err != nil {
				return err
			}
			s.ShortName = "社保"
			_, _, err = d.registry.Change(d.ctx, by, s.Code, s.Version, s, "")
			return demoRefused(err, "err.locked")
		}},
	}
}

// matchCloud hands the list of the cloud in and puts what is missing onto the
// form of its department.
func (d *demoCity) matchCloud(by auth.Principal) error {
	src, err := d.census.ReceiveSource(d.ctx, by, demoCensus, census.NewSource{
		Kind: census.Cloud, Title: "政务云资源清单", FileName: "政务云资源清单.csv", Data: []byte(demoCloud),
	})
	if err != nil {
		return err
	}
	mapping := census.Mapping{{Column: 2, Field: "name"}, {Column: 3, Field: "owner_id"}, {Column: 5, Field: "network"}}
	if _, err = d.census.MapSource(d.ctx, by, demoCensus, src.ID, src.Version, mapping); err != nil {
		return err
	}
	page, err := d.census.ListItems(d.ctx, by, demoCensus, census.ItemQuery{Decisions: []census.Decision{census.Open}})
	if err != nil {
		return err
	}
	for _, item := range page.Items {
		ruling := census.Ruling{Decision: census.Agreed}
		if item.Result == census.Omitted {
			ruling.Decision = census.Added
		}
		if _, err := d.census.Decide(d.ctx, by, demoCensus, item.ID, item.Version, ruling); err != nil {
			return fmt.Errorf("settle %s: %w", item.Name, err)
		}
	}
	return nil
}

// demoFoundSays is what is different about LY-02 from the other system of its
// department.
func demoFoundSays() map[string]json.RawMessage {
	out := map[string]json.RawMessage{}
	for key, value := range map[string]any{
		"short_name": "游客投诉", "function_desc": "游客投诉、举报的受理、登记、分派和转办。", "om_amount_year": 3_600_000, "visit_url": nil,
		"server_ips": "10.111.1.20", "last_release_date": "2015-03-12", "last_maintenance_date": "2016-05-30", "approval_date": "2012-06-27",
		"approval_doc_no": "襄财信〔2012〕36号", "enabled_date": "2012-11-01", "built_date": "2012-10-15",
	} {
		out[key], _ = json.Marshal(value) // texts and numbers
	}
	return out
}

// fillFound answers for the system that was found, with what is known of the
// other one of the department.
func (d *demoCity) fillFound(by auth.Principal) error {
	known, err := d.formRow(by, "LY", "LY-01")
	if err != nil {
		return err
	}
	page, err := d.surveys.FormRows(d.ctx, by, demoForm("LY"), survey.RowQuery{Size: 100})
	if err != nil {
		return err
	}
	i := slices.IndexFunc(page.Rows, func(r survey.Row) bool { return r.Code == "" })
	if i < 0 {
		return fmt.Errorf("nothing was put onto the form of LY")
	}
	row := page.Rows[i]
	answers, err := d.answersOf(by, known.ID)
	if err != nil {
		return err
	}
	delete(answers, "name")
	maps.Copy(answers, demoFoundSays())
	if _, _, err := d.surveys.SaveRow(d.ctx, by, demoForm("LY"), row.ID, row.Version, survey.Input{Fields: answers}); err != nil {
		return err
	}
	return d.readyForm(by, demoForm("LY"))
}

// answersOf are the answers of a row of LY, as programs write them.
func (d *demoCity) answersOf(by auth.Principal, id survey.RowID) (map[string]json.RawMessage, error) {
	view, err := d.surveys.FindRow(d.ctx, by, demoForm("LY"), id)
	if err != nil {
		return nil, err
	}
	var out map[string]json.RawMessage
	err = d.db.Read(d.ctx, func(tx *store.Tx) error {
		names, err := d.registry.Names(tx, by)
		if err != nil {
			return err
		}
		said := field.Answers(view.Row.Body)
		raw, err := view.Ask.Catalog(questionnaire.OfSystem).AppendJSON(&said, names)
		if err != nil {
			return err
		}
		return json.Unmarshal(raw, &out)
	})
	return out, err
}
