package main

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/prometheus/client_golang/prometheus"

	"qingce/internal/account"
	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/evidence"
	"qingce/internal/locale"
	"qingce/internal/oplog"
	"qingce/internal/schedule"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/catalog"
	"qingce/inventory/hub"
	"qingce/inventory/inventoryweb"
	"qingce/inventory/sharing"
	"qingce/inventory/similar"
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

// rooms are the packages of the house over one database, told what they need
// to know of each other. They do nothing by themselves.
type rooms struct {
	db       *store.DB
	log      *slog.Logger
	catalog  *locale.Catalog
	accounts *account.Accounts
	book     *schedule.Book
	box      *evidence.Box
	registry *inventory.Registry
	importer *inventory.Importer
	surveys  *survey.Desk
	census   *census.Desk
	probes   *usage.Probes
	ledger   *usage.Ledger
	backfill *usage.Backfill
	intake   *usage.Intake // nil until openIntake
	rules    *usage.Rules
	inbox    *usage.Inbox
	// resources is the catalog of information resources.
	resources *catalog.Desk
	similar   *similar.Desk
	sharing   *sharing.Desk
	hub       *hub.Hub
	journal   *oplog.Log
	detector  *zombie.Detector
	cases     *cleanup.Desk
	funding   *funding.Desk
	rectify   *rectification.Desk
	duties    *scoring.Board
	months    *monthly.Desk
	reports   *scoring.Reports

	anchorDir  string
	anchor     *oplog.Anchor // nil until openAnchor
	board      board
	health     *health
	metrics    *meters
	registerer *prometheus.Registry
}

func newRooms(db *store.DB, s Settings, catalog *locale.Catalog, log *slog.Logger) *rooms {
	r := &rooms{db: db, log: log, catalog: catalog, anchorDir: s.anchorDir(), registerer: prometheus.NewRegistry()}
	r.metrics = newMeters(r.registerer, s.Data)
	r.health = &health{db: db, metrics: r.registerer}
	r.accounts = account.New(db, account.Options{DepartmentName: r.departmentName, Region: r.below})
	r.book = schedule.New(db, schedule.Options{Below: r.within})
	r.box = evidence.New(db, evidence.Options{Below: r.within})
	r.registry = inventory.NewRegistry(db, inventory.Options{
		Returned: r.mendReturned, Settled: r.closeReturned, Transferred: r.handOver, Evidence: r.countEvidence,
		ChangeSubmitted: r.askAnswer, ChangeSettled: r.closeAnswer,
	})
	r.importer = inventory.NewImporter(r.registry, catalog, log)
	r.surveys = survey.NewDesk(survey.Deps{
		DB: db, Registry: r.registry, Book: r.book, Box: r.box, Catalog: catalog, People: r.accounts.Fillers,
	})
	r.census = census.NewDesk(census.Deps{DB: db, Registry: r.registry, Surveys: r.surveys, Catalog: catalog})
	r.probes = usage.NewProbes(db, r.registry)
	r.ledger = usage.NewLedger(db, r.registry)
	r.backfill = usage.NewBackfill(db, r.registry, r.ledger, catalog)
	r.rules = usage.NewRules(db, r.registry)
	r.inbox = usage.NewInbox(db, r.ledger, r.rules, usage.InboxOptions{Hub: r.hearHub, Report: func(err error) {
		log.Warn("samples could not be folded; they are kept", "error", err)
	}})
	r.detector = zombie.New(zombie.Deps{DB: db, Registry: r.registry, Book: r.book, Exempt: r.exempt})
	r.cases = cleanup.NewDesk(cleanup.Deps{
		DB: db, Registry: r.registry, Book: r.book, Box: r.box, Detector: r.detector, Deciding: r.accounts.Deciders,
	})
	r.ledger.OnRedone(r.detector.Late)
	r.hub = hub.New(db, r.registry, r.box, catalog, r.book)
	r.similar = similar.NewDesk(db, r.registry)
	r.resources = r.newCatalog()
	r.sharing = r.newSharing()
	r.rectify = r.newRectification()
	r.duties = r.newTasks()
	r.funding = r.newFunding()
	r.reports = scoring.NewReports(r.duties)
	r.months = r.newMonths()
	r.journal = oplog.NewLog(db, r.below)
	return r
}

// exempt tells which systems the Office has put aside on a day.
func (r *rooms) exempt(tx *store.Tx, systems []inventory.SystemID, day calendar.Date) (map[inventory.SystemID]bool, error) {
	return r.cases.ExemptIn(tx, systems, day)
}

// openAnchor opens the directory of the signed heads, making it and its key on
// first use.
func (r *rooms) openAnchor() error {
	if r.anchor != nil {
		return nil
	}
	a, err := oplog.OpenAnchor(r.anchorDir)
	if err != nil {
		return fmt.Errorf("signed heads of the operation log: %w", err)
	}
	r.anchor = a
	return nil
}

func (r *rooms) departmentName(tx *store.Tx, id auth.DepartmentID) (string, error) {
	d, err := r.registry.DirectoryIn(tx)
	if err != nil {
		return "", err
	}
	return d.Name(id), nil
}

// below lists the bodies of a region, its authority included (办法 art. 9).
func (r *rooms) below(tx *store.Tx, authority auth.DepartmentID) ([]auth.DepartmentID, error) {
	d, err := r.registry.DirectoryIn(tx)
	if err != nil {
		return nil, err
	}
	return d.Below(authority), nil
}

func (r *rooms) within(tx *store.Tx, s auth.Scope) ([]auth.DepartmentID, error) {
	d, err := r.registry.DirectoryIn(tx)
	if err != nil {
		return nil, err
	}
	return d.Within(s), nil
}

const (
	// mendTerm is how long a department has to mend a record that was sent
	// back, in working days. The document names no term; five is the one that
	// it gives for objections.
	mendTerm = 5
	// mendTitle names that duty.
	mendTitle = "due.system_returned"
)

// mendReturned opens the due date of a record that was sent back.
func (r *rooms) mendReturned(tx *store.Tx, by auth.Principal, s inventory.System) error {
	subject := inventoryweb.DueOf(s.Code)
	_, err := r.book.Set(tx, by, schedule.Due{
		SubjectKind: subject.Kind, SubjectID: subject.ID, DepartmentID: s.OwnerID,
		Title: mendTitle, TitleArgs: map[string]string{"code": s.Code, "name": s.Name},
		EventOn: calendar.DateOf(tx.Now()), TermWD: mendTerm,
	})
	return err
}

// closeReturned ends the due date when the record has moved on.
func (r *rooms) closeReturned(tx *store.Tx, by auth.Principal, s inventory.System) error {
	return r.closeDues(tx, by, inventoryweb.DueOf(s.Code), mendTitle)
}

// closeDues ends the open due dates that a subject has under a title.
func (r *rooms) closeDues(tx *store.Tx, by auth.Principal, subject schedule.Subject, title string) error {
	open, err := r.book.Of(tx, subject)
	if err != nil {
		return err
	}
	for _, due := range open {
		if due.Title != title {
			continue
		}
		if err := r.book.Close(tx, by, due.ID); err != nil {
			return err
		}
	}
	return nil
}

// handOver gives files and due dates to the department that a record went to,
// and the files of its change requests and its clean-up.
func (r *rooms) handOver(tx *store.Tx, s inventory.System) error {
	if err := r.box.Hand(tx, inventoryweb.EvidenceOf(s.ID, s.OwnerID), s.OwnerID); err != nil {
		return err
	}
	if err := r.hub.HandOver(tx, s); err != nil {
		return err
	}
	requests, err := r.registry.ChangesOfIn(tx, s.ID)
	if err != nil {
		return err
	}
	for _, c := range requests {
		if err := r.box.Hand(tx, inventoryweb.ChangeEvidenceOf(c), s.OwnerID); err != nil {
			return err
		}
	}
	if err := r.cases.HandIn(tx, s.ID, s.OwnerID); err != nil {
		return err
	}
	return r.book.Hand(tx, inventoryweb.DueOf(s.Code), s.OwnerID)
}

// countEvidence counts the files of a purpose beside a system.
func (r *rooms) countEvidence(tx *store.Tx, id inventory.SystemID, purpose string) (int64, error) {
	items, err := r.box.List(tx, inventoryweb.EvidenceOf(id, 0)) // whose it is matters to people only
	if err != nil {
		return 0, err
	}
	n := int64(0)
	for _, item := range items {
		if item.Link.Purpose == purpose {
			n++
		}
	}
	return n, nil
}

// seed puts in the schedules and questionnaires that ship with the program.
func (r *rooms) seed(ctx context.Context) error {
	if err := r.book.Seed(ctx); err != nil {
		return err
	}
	if err := r.surveys.SeedQuestionnaires(ctx); err != nil {
		return fmt.Errorf("put in the shipped questionnaires: %w", err)
	}
	if err := r.resources.Seed(ctx); err != nil {
		return fmt.Errorf("put in the classification tree: %w", err)
	}
	return r.detector.Seed(ctx)
}

// prepare puts in what every database of this service has, at each start: what
// ships with the program, and somebody who can administer it.
func (r *rooms) prepare(ctx context.Context) (Administrator, error) {
	if err := r.seed(ctx); err != nil {
		return Administrator{}, err
	}
	if err := r.importer.Recover(ctx); err != nil {
		return Administrator{}, fmt.Errorf("settle unfinished imports: %w", err)
	}
	return r.firstAdministrator(ctx)
}

// Administrator is the first one with the password that is to be shown, which
// is empty when there is nothing to show.
type Administrator struct{ Login, Password string }

// firstAdministrator makes the administrator of a new database. As long as
// that account is the only one and nobody ever signed in with it, every start
// gives it a new password: the one printed before may have been lost with the
// process that printed it.
func (r *rooms) firstAdministrator(ctx context.Context) (Administrator, error) {
	login, password, created, err := r.accounts.EnsureAdministrator(ctx)
	if err != nil || created {
		return Administrator{login, password}, err
	}
	by := auth.System("first-start")
	all, total, err := r.accounts.List(ctx, by, account.Filter{Size: 1})
	if err != nil {
		return Administrator{}, err
	}
	if total != 1 || all[0].Login != account.FirstLogin || !all[0].LastLoginAt.IsZero() || !all[0].MustChange {
		return Administrator{}, nil
	}
	_, password, err = r.accounts.Reset(ctx, by, all[0].ID, "")
	return Administrator{all[0].Login, password}, err
}
