package main

import (
	"bytes"
	"context"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/evidence"
	"qingce/scoring/funding"
)

// demoFunder runs this year's funding of the sample city, each step by the person
// whose it is.
type demoFunder struct {
	*rooms
	ctx  context.Context
	year int
}

// loadDemoFunding leaves something to do for everybody: opinions, decisions, and
// an appeal that the Office is to verify.
func (r *rooms) loadDemoFunding(ctx context.Context) error {
	d := demoFunder{r, ctx, calendar.DateOf(r.db.Now()).Year()}
	finance, err := d.demoPerson(ctx, "蒋芳", "XY201")
	if err != nil {
		return err
	}
	if _, err := d.funding.Freeze(ctx, finance, funding.Order{Year: d.year}); err != nil {
		return err
	}
	office, err := d.demoPerson(ctx, "张明", "XY001")
	if err != nil {
		return err
	}
	reform, err := d.demoPerson(ctx, "彭勇", "XY101")
	if err != nil {
		return err
	}
	most := &funding.Query{Groups: []funding.Group{funding.GroupEligible, funding.GroupExempt, funding.GroupNo, funding.GroupHold}}
	if _, err := d.funding.OpineMany(ctx, office, funding.Batch{Year: d.year, List: most}, auth.Office, "同意核定结果。"); err != nil {
		return err
	}
	paid := &funding.Query{Groups: []funding.Group{funding.GroupEligible, funding.GroupNo}}
	if _, err := d.funding.OpineMany(ctx, reform, funding.Batch{Year: d.year, List: paid}, auth.Reform, "同意核定结果。"); err != nil {
		return err
	}
	if _, err := d.funding.DecideMany(ctx, finance, funding.Batch{Year: d.year, List: &funding.Query{Groups: []funding.Group{funding.GroupEligible}}}, ""); err != nil {
		return err
	}
	return d.appeal()
}

// appeal has the head of transport appeal for the first of its systems that gets
// no money.
func (d demoFunder) appeal() error {
	head, err := d.demoPerson(d.ctx, "赵江", "XY109")
	if err != nil {
		return err
	}
	dir, err := d.registry.Directory(d.ctx)
	if err != nil {
		return err
	}
	body, _ := dir.ByCode("XY109")
	y, err := d.funding.List(d.ctx, head, d.year, funding.Query{Groups: []funding.Group{funding.GroupNo, funding.GroupHold}, Departments: []auth.DepartmentID{body.ID}})
	if err != nil || len(y.Items) == 0 {
		return err
	}
	i := y.Items[0].Item
	raw := []byte("%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\nstartxref\n9\n%%EOF\n")
	up := evidence.Upload{Name: "专线割接通知.pdf", Reader: bytes.NewReader(raw), Size: int64(len(raw))}
	return d.box.Receive(d.ctx, up, func(f evidence.Received) error {
		_, err := d.funding.Plead(d.ctx, head, funding.Ref{Year: d.year, Code: i.Code, Version: i.Version}, funding.Petition{
			Kind: funding.Appeal, Text: "专线割接时间已经确定，割接后一周内即可接入。", Evidence: []evidence.Received{f},
		})
		return err
	})
}
