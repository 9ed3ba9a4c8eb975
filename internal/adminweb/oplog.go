package adminweb

import (
	"context"
	"fmt"
	"sync"
	"time"

	"qingce/internal/auth"
	"qingce/internal/oplog"
	"qingce/internal/store"
	"qingce/internal/web"
	"qingce/templates"
)

// OplogDeps are what the pages of the operation log stand on. All must be set.
type OplogDeps struct {
	DB     *store.DB
	Log    *oplog.Log
	Anchor *oplog.Anchor
	// Departments lists the departments by which entries are named and found.
	Departments func(ctx context.Context) ([]Choice, error)
}

// oplogDesk is the handlers of the operation log.
type oplogDesk struct {
	OplogDeps

	mu      sync.Mutex
	running bool
	last    *verification
}

const (
	oplogPath    = "/audit"
	verifyPath   = oplogPath + "/verify"
	headPath     = oplogPath + "/head.txt"
	verifierPath = oplogPath + "/verifier.pub"
)

// oplogViewers read the log, each as much of it as the matrix gives them
// (DOMAIN §1.3, row "Audit log"); oplogAuditors read all of it, but the
// technical entries of the administrator are only a part.
func oplogViewers() []auth.Role {
	return []auth.Role{auth.Clerk, auth.Head, auth.Region, auth.Office, auth.Centre, auth.Auditor, auth.Admin}
}

func oplogAuditors() []auth.Role { return []auth.Role{auth.Office, auth.Centre, auth.Auditor} }

// A verification reads the whole log and an export up to mostExported entries:
// both take longer than a page.
const slowWork = 100 * time.Second

// MountOplog adds the pages and the API of the operation log.
func MountOplog(s *web.Server, deps OplogDeps) {
	d := &oplogDesk{OplogDeps: deps}

	view := s.Group(web.For(oplogViewers()...))
	web.Get(view, oplogPath, d.list)
	web.Get(view.Within(slowWork), oplogPath+"/export.xlsx", d.exportWorkbook)
	web.Get(view.Within(slowWork), oplogPath+"/export.csv", d.exportText)
	web.Get(view, oplogPath+"/:id", d.entry)
	web.Get(view, oplogPath+"/:id/proof.json", d.proof)

	audit := s.Group(web.For(oplogAuditors()...))
	web.Get(audit, verifyPath, d.verifyForm)
	web.Post(audit.Within(slowWork), verifyPath, d.verify)
	web.Get(audit, headPath, d.head)
	web.Get(audit, verifierPath, d.verifier)

	d.mountAPI(s)
}

func entryPath(id oplog.EntryID) string { return fmt.Sprintf("%s/%d", oplogPath, id) }

func oplogCrumbs(r *web.Request, steps ...templates.Crumb) []templates.Crumb {
	first := crumb(r, "menu.oplog", oplogPath)
	if len(steps) == 0 {
		first.Href = ""
	}
	return crumbs(r, append([]templates.Crumb{first}, steps...)...)
}
