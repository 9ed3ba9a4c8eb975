package fundingweb

import (
	"strconv"
	"time"

	"qingce/internal/auth"
	"qingce/internal/evidence"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/scoring/funding"
)

// Deps are the rooms behind the pages.
type Deps struct {
	Registry *inventory.Registry
	Funding  *funding.Desk
	Box      *evidence.Box
	// Key signs statements; nil where the service has no key.
	Key funding.Signer
}

// desk is what all handlers share.
type desk struct{ Deps }

const (
	slowWork     = 2 * time.Minute
	formOverhead = 64 << 10 // what a form with a file takes besides the file
	fundingPath  = "/funding"
	xlsxType     = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
)

func yearPath(year int, parts ...string) string {
	return web.Join(fundingPath+"/"+strconv.Itoa(year), parts...)
}

// Mount adds the pages. Each group names who may call its routes; whose rows they
// then see is for the verbs.
func Mount(s *web.Server, deps Deps) {
	d := &desk{deps}
	view, watch := s.Group(web.For(funding.Viewers()...)), s.Group(web.For(funding.Watchers()...)).Within(slowWork)
	web.Get(view, fundingPath, d.showYears)
	web.Get(view, fundingPath+"/results.svg", d.yearsFile("svg", "image/svg+xml"))
	web.Get(view, fundingPath+"/results.png", d.yearsFile("png", "image/png"))
	web.Get(view, fundingPath+"/:year", d.showYear)
	web.Get(view, fundingPath+"/:year/departments", d.showBodies)
	web.Get(view, fundingPath+"/:year/print", d.showPrint)
	web.Get(view, fundingPath+"/:year/:code", d.showItem)
	web.Get(view.Within(slowWork), fundingPath+"/:year/:code/files/:file", d.openFile)
	web.Get(watch, fundingPath+"/:year/statement.xlsx", d.statementBook)
	web.Get(watch, fundingPath+"/:year/statement.json", d.statementFile)

	finance := s.Group(web.For(auth.Finance)).Within(slowWork)
	web.Post(finance, fundingPath, d.freeze)
	web.Post(finance, fundingPath+"/:year/decisions", d.decideMany)
	web.Post(s.Group(web.For(auth.Office, auth.Reform)).Within(slowWork), fundingPath+"/:year/opinions", d.opineMany)
	mountSteps(s, d)
}

// mountSteps adds what is done with one item.
func mountSteps(s *web.Server, d *desk) {
	const one = fundingPath + "/:year/:code"
	web.Post(s.Group(web.For(funding.Opiners()...)), one+"/opinion", d.opine)
	web.Post(s.Group(web.For(funding.Deciders()...)), one+"/decision", d.decide)
	heads := s.Group(web.For(funding.Heads()...))
	for _, kind := range []funding.PleaKind{funding.Appeal, funding.Recheck} {
		web.Post(heads.Upto(evidence.MaxSize+formOverhead).Within(slowWork), one+"/"+string(kind), d.plead(kind))
	}
	web.Post(heads, one+"/withdraw", d.withdraw)
	office := s.Group(web.For(auth.Office, auth.Leader))
	web.Post(office, one+"/verify", d.verify)
	web.Post(office, one+"/again", d.lookAgain)
	web.Post(s.Group(web.For(funding.Consulters()...)), one+"/consult", d.consult)
	leader := s.Group(web.For(auth.Leader))
	web.Post(leader, one+"/grant", d.grant)
	web.Post(leader, one+"/uphold", d.uphold)
}

// itemIn names an item in a path and the version of it that was read.
type itemIn struct {
	Year    int    `uri:"year"`
	Code    string `uri:"code"`
	File    int64  `uri:"file"`
	Version int64  `form:"version"`
}

func (in itemIn) ref() funding.Ref {
	return funding.Ref{Year: in.Year, Code: in.Code, Version: in.Version}
}
