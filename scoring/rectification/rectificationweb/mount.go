package rectificationweb

import (
	"time"

	"qingce/internal/auth"
	"qingce/internal/evidence"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/scoring/rectification"
)

// Deps are the rooms behind the pages.
type Deps struct {
	Registry *inventory.Registry
	Desk     *rectification.Desk
	Box      *evidence.Box
}

// desk is what all handlers share.
type desk struct{ Deps }

const (
	slowWork     = 2 * time.Minute
	formOverhead = 64 << 10 // what a form with a file takes besides the file
)

// Addresses of the pages.
const (
	listPath    = "/rectifications"
	numbersPath = listPath + "/numbers"
	policyPath  = listPath + "/policy"
)

// Mount adds the pages. Each group names who may call its routes; whose notices
// they then see is for the verbs.
func Mount(s *web.Server, deps Deps) {
	d := &desk{deps}
	view := s.Group(web.For(rectification.Viewers()...))
	web.Get(view, listPath, d.list)
	web.Get(view, numbersPath, d.numbers)
	for _, kind := range []string{"png", "svg"} {
		web.Get(view, numbersPath+"/situations."+kind, d.numbersFile(kind))
	}
	web.Get(view, policyPath, d.policy)
	web.Get(view, listPath+"/:id", d.show)
	web.Get(view, listPath+"/:id/paper", d.paper)
	web.Get(view.Within(slowWork), listPath+"/:id/files/:file", d.openFile)

	draft := s.Group(web.For(rectification.Drafters()...))
	web.Get(draft, listPath+"/new", d.newNotice)
	web.Post(draft, listPath, d.draft)
	web.Get(draft, listPath+"/:id/edit", d.edit)
	web.Post(draft, listPath+"/:id", d.revise)
	web.Post(draft, listPath+"/:id/withdraw", d.withdraw)

	reply := s.Group(web.For(rectification.Repliers()...)).Upto(evidence.MaxSize + formOverhead).Within(slowWork)
	web.Post(reply, listPath+"/:id/reply", d.reply)

	office := s.Group(web.For(auth.Office))
	web.Post(office, listPath+"/:id/issue", d.issue)
	web.Post(office, listPath+"/:id/accept", d.accept)
	web.Post(office, listPath+"/:id/reject", d.reject)
	web.Post(office, listPath+"/:id/prove", d.prove)
	web.Post(office, policyPath, d.setPolicy)
	web.Post(s.Group(web.For(auth.Leader)), listPath+"/:id/decide", d.decide)
}

type noInput struct{}

// idIn names a notice in a path.
type idIn struct {
	ID      int64 `uri:"id"`
	File    int64 `uri:"file"`
	Version int64 `form:"version"`
}

func (in idIn) notice() rectification.NoticeID { return rectification.NoticeID(in.ID) }
