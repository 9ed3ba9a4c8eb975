package main

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/jobs"
	"qingce/internal/store"
	"qingce/internal/web"
	"qingce/inventory/sharing"
	"qingce/scoring/programme"
	"qingce/scoring/rectification"
	"qingce/scoring/rectification/rectificationweb"
)

// newRectification makes the desk of rectification notices.
func (r *rooms) newRectification() *rectification.Desk {
	return rectification.NewDesk(rectification.Deps{
		DB: r.db, Registry: r.registry, Book: r.book, Box: r.box, Resolve: r.noticeRecord,
	})
}

// noticeRecord finds the record that a notice is to speak of in its own room.
func (r *rooms) noticeRecord(tx *store.Tx, kind rectification.FactKind, ref string) (rectification.Record, error) {
	switch kind {
	case rectification.FactSystem:
		s, err := r.registry.SystemIn(tx, ref)
		return rectification.Record{Title: s.Name, Path: "/systems/" + s.Code, Departments: []auth.DepartmentID{s.OwnerID}, SystemID: &s.ID}, err
	case rectification.FactCatalog:
		e, err := r.resources.EntryByCodeIn(tx, ref)
		return rectification.Record{Title: e.Name, Path: e.ID.Address(), Departments: []auth.DepartmentID{e.ProviderID}}, err
	case rectification.FactObligation:
		return obligationRecord(ref)
	}
	id, err := strconv.ParseInt(ref, 10, 64)
	if err != nil {
		return rectification.Record{}, fault.New(fault.NotFound, "err.not_found")
	}
	if kind == rectification.FactRequest {
		q, err := r.sharing.RequestIn(tx, sharing.RequestID(id))
		return rectification.Record{Title: q.EntryName, Path: q.Address(), Departments: []auth.DepartmentID{q.UserID, q.ProviderID}}, err
	}
	m, err := r.sharing.MisuseIn(tx, sharing.MisuseID(id))
	return rectification.Record{Title: m.EntryName, Path: m.Address(), Departments: []auth.DepartmentID{m.UserID}}, err
}

// obligationRecord is an obligation of the programme, which has the same words
// for everybody.
func obligationRecord(id string) (rectification.Record, error) {
	pack, err := programme.Shipped(programme.Keys()[0])
	if err != nil {
		return rectification.Record{}, err
	}
	o, ok := pack.Find(id)
	if !ok {
		return rectification.Record{}, fault.New(fault.NotFound, "err.not_found")
	}
	return rectification.Record{Title: o.Article, Path: "/programme/" + o.ID}, nil
}

// mountRectification adds the pages and the API of rectification notices.
func (r *rooms) mountRectification(s *web.Server) {
	deps := rectificationweb.Deps{Registry: r.registry, Desk: r.rectify, Box: r.box}
	rectificationweb.Mount(s, deps)
	rectificationweb.MountAPI(s, deps)
}

// rectificationJob notes what is overdue and reports it to the leading group.
func (r *rooms) rectificationJob() jobs.Job {
	return jobs.Job{
		Name: "rectification", Plan: "3 * * * *", Limit: 5 * time.Minute,
		About: "Note rectification notices whose term has passed, and report them to the leading group on the next working day.",
		Do: func(ctx context.Context, _ time.Time) (string, error) {
			n, err := r.rectify.Sweep(ctx)
			return fmt.Sprintf("overdue %d, reported %d", n.Overdue, n.Escalated), err
		},
	}
}
