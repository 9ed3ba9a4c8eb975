package census

import (
	"context"
	"fmt"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/locale"
	"qingce/internal/oplog"
	"qingce/internal/store"
	"qingce/inventory"
)

// Lock locks a census (方案 part 2 (2)) in one transaction: the forms and both
// campaigns take nothing any more, every verified system of the bodies that
// were asked, and of the counties and zones beside them, is certified, and the certificate says how many there are, with a hash over each
// of them. Only the Office locks, and only when nothing is missing (see
// Readiness); otherwise the error is ErrNotReady and names what is. A census
// that is locked already is survey.ErrCampaignLocked.
func (d *Desk) Lock(ctx context.Context, by auth.Principal, census string) (Certificate, error) {
	if err := by.Require(auth.Office); err != nil {
		return Certificate{}, err
	}
	var out Certificate
	err := d.deps.DB.Write(ctx, func(tx *store.Tx) error {
		c, err := d.forWork(tx, by, census)
		if err != nil {
			return err
		}
		ready, err := d.readiness(tx, c)
		if err != nil {
			return err
		}
		if err := ready.refuse(); err != nil {
			return err
		}
		if err := d.lockCampaigns(tx, by, c); err != nil {
			return err
		}
		out, err = d.certify(tx, by, c, ready)
		return err
	})
	if err != nil {
		return Certificate{}, err
	}
	return out, nil
}

// refuse names everything that keeps a census from being locked.
func (r Readiness) refuse() error {
	var wrong []fault.Field
	refuse := func(bad bool, name, code string, args ...any) {
		if bad {
			wrong = append(wrong, fault.At(name, code, args...))
		}
	}
	refuse(!r.Base.State.Takes(), "base", "census.err.base", "title", r.Base.Title)
	refuse(r.Bodies == 0 || r.Accepted < r.Bodies, "coverage", "census.err.coverage", "accepted", r.Accepted, "bodies", r.Bodies)
	refuse(r.Unmatched > 0, "sources", "census.err.unmatched", "n", r.Unmatched)
	refuse(r.Counts.Undecided > 0, "items", "census.err.undecided", "n", r.Counts.Undecided)
	refuse(r.Unsettled > 0, "systems", "census.err.unsettled", "n", r.Unsettled)
	if len(wrong) == 0 {
		return nil
	}
	return &fault.Error{Kind: ErrNotReady.Kind, Code: ErrNotReady.Code, Args: fault.Pairs("n", len(wrong)), Fields: wrong}
}

func (d *Desk) lockCampaigns(tx *store.Tx, by auth.Principal, c campaigns) error {
	if _, err := d.deps.Surveys.LockIn(tx, by, c.Base.Code); err != nil {
		return err
	}
	if c.Census.ID == c.Base.ID {
		return nil
	}
	_, err := d.deps.Surveys.LockIn(tx, by, c.Census.Code)
	return err
}

// certify locks the register and writes the certificate.
func (d *Desk) certify(tx *store.Tx, by auth.Principal, c campaigns, ready Readiness) (Certificate, error) {
	dir, err := d.deps.Registry.DirectoryIn(tx)
	if err != nil {
		return Certificate{}, err
	}
	asked, _, err := formStates(tx, c.Base.ID)
	if err != nil {
		return Certificate{}, err
	}
	if _, err := d.deps.Registry.CertifyIn(tx, by, certified(dir, c.Base, asked), c.Census.Title, pathOf(c.Census.Code)); err != nil {
		return Certificate{}, fmt.Errorf("certify the register: %w", err)
	}
	out := Certificate{
		CampaignID: c.Census.ID, SurveyID: c.Base.ID, Title: c.Census.Title, CertifiedAt: tx.Now(), CertifiedOn: calendar.DateOf(tx.Now()),
		SignedBy: by.AccountID, SignedName: by.Name, Bodies: ready.Bodies, Method: method, Fields: inventory.SystemFields.Keys(),
	}
	out.Year = out.CertifiedOn.Year()
	if out.Serial, err = nextSerial(tx, out.Year); err != nil {
		return Certificate{}, err
	}
	out.Number = d.number(out.Year, out.Serial)
	systems, err := d.take(tx, c, ready, &out)
	if err != nil {
		return Certificate{}, err
	}
	if out.Hash, err = hashOf(&out, func(yield func(CertifiedSystem) error) error { return each(systems, yield) }); err != nil {
		return Certificate{}, err
	}
	if err := insertCertificate(tx, &out, systems); err != nil {
		return Certificate{}, err
	}
	return out, oplog.Record(tx, by, oplog.Entry{
		Action: "census.locked", Kind: "certificate", ID: fmt.Sprint(out.ID), Name: out.Number,
		After: certificateFacts{out.Systems, out.Municipal, out.Others, out.Bodies, out.Hash},
	})
}

// certificateFacts are a certificate as the operation log keeps it: the log is
// signed, so that the hash is kept in a second place.
type certificateFacts struct {
	Systems   int    `json:"systems"`
	Municipal int    `json:"municipal"`
	Others    int    `json:"others"`
	Bodies    int    `json:"bodies"`
	Hash      string `json:"sha256"`
}

// number is the number of a certificate. The document gives none; the pattern is
// that of official papers.
func (d *Desk) number(year, serial int) string {
	return d.deps.Catalog.Printer(locale.Chinese).T("census.certificate.number", "year", year, "serial", serial)
}

func each[T any](all []T, fn func(T) error) error {
	for _, one := range all {
		if err := fn(one); err != nil {
			return err
		}
	}
	return nil
}

// take reads every system that is under lock, digests and counts it.
func (d *Desk) take(tx *store.Tx, c campaigns, ready Readiness, out *Certificate) ([]CertifiedSystem, error) {
	dir, err := d.deps.Registry.DirectoryIn(tx)
	if err != nil {
		return nil, err
	}
	digest, err := newDigester(out.Fields)
	if err != nil {
		return nil, err
	}
	count := newCounter(dir)
	var systems []CertifiedSystem
	err = eachLocked(tx, func(s *inventory.System) {
		count.add(s)
		systems = append(systems, CertifiedSystem{SystemID: s.ID, Version: s.Version, Code: s.Code, DepartmentID: s.OwnerID, Digest: digest.of(s)})
	})
	if err != nil {
		return nil, err
	}
	out.Systems, out.Municipal, out.Others = len(systems), count.city, len(systems)-count.city
	out.Totals = Totals{Sum: count.all, Accepted: ready.Accepted, By: count.breakdowns(), Visits: ready.Visits}
	if out.Totals.Zero, out.Totals.Late, err = countForms(tx, c.Base.ID); err != nil {
		return nil, err
	}
	if out.Totals.Way, err = wayOf(tx, c, len(systems)); err != nil {
		return nil, err
	}
	out.Totals.Lists, err = listTotals(tx, c.Census.ID)
	return systems, err
}
