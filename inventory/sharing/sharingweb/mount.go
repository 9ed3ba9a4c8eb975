package sharingweb

import (
	"context"
	"time"

	"qingce/internal/auth"
	"qingce/internal/evidence"
	"qingce/internal/store"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/inventory/catalog"
	"qingce/inventory/sharing"
)

// Deps are the rooms behind the pages.
type Deps struct {
	DB       *store.DB
	Registry *inventory.Registry
	Catalog  *catalog.Desk
	Sharing  *sharing.Desk
	Box      *evidence.Box
}

// desk is what all handlers share.
type desk struct{ Deps }

const (
	slowWork     = 2 * time.Minute
	formOverhead = 64 << 10 // what a form with a file takes besides the file
)

// Addresses of the lists.
const (
	requestsPath   = "/sharing/requests"
	agreementsPath = "/sharing/agreements"
	usesPath       = "/sharing/uses"
	misusesPath    = "/sharing/misuses"
	objectionsPath = "/sharing/objections"
	demandsPath    = "/sharing/demands"
	reliefsPath    = "/sharing/reliefs"
	lookupPath     = "/sharing/lookup"
	termsPath      = "/sharing/terms"
)

// Mount adds the pages. Each group names who may call its routes; whose rows
// they then see is for the verbs.
func Mount(s *web.Server, deps Deps) {
	d := &desk{deps}
	d.mountRequests(s)
	d.mountAgreements(s)
	d.mountObjections(s)
	d.mountDemands(s)
	d.mountPolicy(s)
	d.mountExports(s)
}

// mountExports adds the lists as workbooks, for those who see the lists.
func (d *desk) mountExports(s *web.Server) {
	view := s.Group(web.For(sharing.Viewers()...)).Within(slowWork)
	web.Get(view, requestsPath+asFile, d.exportRequests)
	web.Get(view, agreementsPath+asFile, d.exportAgreements)
	web.Get(view, usesPath+asFile, d.exportUses)
	web.Get(view, misusesPath+asFile, d.exportMisuses)
	web.Get(view, objectionsPath+asFile, d.exportObjections)
	demands := s.Group(web.For(sharing.DemandViewers()...)).Within(slowWork)
	web.Get(demands, demandsPath+asFile, d.exportDemands)
	web.Get(demands, reliefsPath+asFile, d.exportReliefs)
}

func (d *desk) mountRequests(s *web.Server) {
	view := s.Group(web.For(sharing.Viewers()...))
	web.Get(view, requestsPath, d.listRequests)
	web.Get(view, requestsPath+"/:id", d.showRequest)
	web.Get(view.Within(slowWork), requestsPath+"/:id/files/:file", d.openFile)

	write := s.Group(web.For(sharing.Writers()...))
	web.Get(write, lookupPath, d.lookupEntries)
	web.Get(write, requestsPath+"/new", d.newRequest)
	web.Post(write, requestsPath, d.askFor)
	web.Get(write, requestsPath+"/:id/edit", d.editRequest)
	web.Post(write, requestsPath+"/:id", d.reviseRequest)
	web.Post(write, requestsPath+"/:id/withdraw", d.withdrawRequest)

	heads := s.Group(web.For(sharing.Heads()...))
	web.Post(heads, requestsPath+"/:id/submit", d.submitRequest)
	web.Post(heads, requestsPath+"/:id/rest", d.restRequest)
	web.Post(heads, requestsPath+"/:id/reply", d.replyRequest)
	papers := heads.Upto(evidence.MaxSize + formOverhead).Within(slowWork)
	web.Post(papers, requestsPath+"/:id/escalate", d.escalateRequest)

	office := s.Group(web.For(auth.Office))
	web.Post(office, requestsPath+"/:id/convene", d.conveneRequest)
	web.Post(office.Upto(evidence.MaxSize+formOverhead).Within(slowWork), requestsPath+"/:id/settle", d.settleRequest)
}

func (d *desk) mountAgreements(s *web.Server) {
	view := s.Group(web.For(sharing.Viewers()...))
	web.Get(view, agreementsPath, d.listAgreements)
	web.Get(view, agreementsPath+"/:id", d.showAgreement)
	web.Get(view, usesPath, d.listUses)
	web.Get(view, misusesPath, d.listMisuses)
	web.Get(view, misusesPath+"/:id", d.showMisuse)

	write := s.Group(web.For(sharing.Writers()...))
	web.Get(write, usesPath+"/new", d.newUse)
	web.Post(write, usesPath, d.fetch)
	web.Post(write, agreementsPath+"/:id/uses", d.recordUse)

	halt := s.Group(web.For(auth.Head, auth.Region, auth.Office, auth.Centre))
	web.Post(halt, agreementsPath+"/:id/halt", d.haltAgreement)
	web.Post(s.Group(web.For(sharing.Reporters()...)), agreementsPath+"/:id/misuses", d.reportMisuse)
	web.Post(s.Group(web.For(auth.Office)), misusesPath+"/:id/decision", d.decideMisuse)
}

func (d *desk) mountObjections(s *web.Server) {
	view := s.Group(web.For(sharing.Viewers()...))
	web.Get(view, objectionsPath, d.listObjections)
	web.Get(view, objectionsPath+"/:id", d.showObjection)

	write := s.Group(web.For(sharing.Writers()...))
	web.Get(write, objectionsPath+"/new", d.newObjection)
	web.Post(write, objectionsPath, d.raise)
	web.Post(write, objectionsPath+"/:id/withdraw", d.takeBack)
	web.Post(s.Group(web.For(sharing.Heads()...)), objectionsPath+"/:id/verify", d.verify)
	web.Post(s.Group(web.For(auth.Centre, auth.Office)), objectionsPath+"/:id/dispatch", d.dispatch)
}

func (d *desk) mountDemands(s *web.Server) {
	view := s.Group(web.For(sharing.DemandViewers()...))
	web.Get(view, demandsPath, d.listDemands)
	web.Get(view, demandsPath+"/:id", d.showDemand)
	web.Get(view, reliefsPath, d.listReliefs)

	write := s.Group(web.For(sharing.Writers()...))
	web.Get(write, demandsPath+"/new", d.newDemand)
	web.Post(write, demandsPath, d.need)
	web.Get(write, demandsPath+"/:id/edit", d.editDemand)
	web.Post(write, demandsPath+"/:id", d.reviseDemand)
	web.Get(write, reliefsPath+"/new", d.newRelief)
	web.Post(write, reliefsPath, d.declareRelief)

	heads := s.Group(web.For(sharing.Heads()...))
	web.Post(heads, demandsPath+"/:id/submit", d.submitDemand)
	web.Post(heads, demandsPath+"/:id/answer", d.answerDemand)
	web.Post(s.Group(web.For(sharing.Matchers()...)), demandsPath+"/:id/match", d.matchDemand)
	web.Post(s.Group(web.For(append(sharing.Writers(), auth.Office)...)), reliefsPath+"/:id/decision", d.decideRelief)
}

// directory is all bodies by which records are named.
func (d *desk) directory(ctx context.Context) (*inventory.Directory, error) {
	return d.Registry.Directory(ctx)
}

type noInput struct{}

// idIn names a record in a path.
type idIn struct {
	ID      int64 `uri:"id"`
	File    int64 `uri:"file"`
	Version int64 `form:"version"`
}
