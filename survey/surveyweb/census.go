package surveyweb

import (
	"strconv"
	"time"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/internal/fieldweb"
	"qingce/internal/locale"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/survey"
	"qingce/survey/census"
	"qingce/templates"
)

const certificatesPath = "/certificates"

func censusAt(code string, more ...string) string {
	return web.Join(censusPath, append([]string{code}, more...)...)
}

func certificateAt(id census.CertificateID, more ...string) string {
	return web.Join(certificatesPath, append([]string{strconv.FormatInt(int64(id), 10)}, more...)...)
}

func sourceAt(code string, id census.SourceID, more ...string) string {
	return web.Join(censusAt(code, "sources", strconv.FormatInt(int64(id), 10)), more...)
}

func itemAt(code string, id census.ItemID) string {
	return censusAt(code, "items", strconv.FormatInt(int64(id), 10))
}

// slowCensus is how long a list may be read and matched, and a census locked.
const slowCensus = 2 * time.Minute

func (d *desk) mountCensus(s *web.Server) {
	view := s.Group(web.For(viewers()...))
	web.Get(view, "/census", d.listCensuses)
	web.Get(view, "/census/:code", d.showCensus)
	web.Get(view, "/census/:code/items", d.listItems)
	web.Get(view, "/census/:code/items/:id", d.showItem)
	web.Get(view, "/census/:code/visits", d.listVisits)
	web.Get(view, "/certificates/:id", d.showCertificate)
	web.Get(view, "/certificates/:id/numbers/:part", d.showPart)
	web.Get(view.Within(slowCensus), "/certificates/:id/workbook", d.certificateWorkbook)
	web.Post(view.Within(slowCensus), "/certificates/:id/verify", d.verifyCertificate)

	oversee := s.Group(web.For(overseers()...))
	web.Get(oversee, "/census/:code/sources/:id", d.showSource)

	work := s.Group(web.For(reviewers()...))
	slow := work.Within(slowCensus)
	web.Get(work, "/census/:code/sources/new", d.newSource)
	web.Post(slow.Upto(census.MaxFile+(1<<20)), "/census/:code/sources", d.receiveSource)
	web.Post(slow, "/census/:code/sources/:id/map", d.mapSource)
	web.Post(slow, "/census/:code/sources/:id/rematch", d.rematchSource)
	web.Post(work, "/census/:code/sources/:id/drop", d.dropSource)
	web.Post(slow, "/census/:code/items", d.decideMany)
	web.Post(work, "/census/:code/items/:id", d.decideItem)
	web.Get(work, "/census/:code/visits/new", d.newVisit)
	web.Post(work, "/census/:code/visits", d.recordVisit)
	web.Post(work, "/census/:code/visits/:id/withdraw", d.withdrawVisit)

	lock := s.Group(web.For(auth.Office))
	web.Get(lock, "/census/:code/lock", d.askToLock)
	web.Post(lock.Within(slowCensus), "/census/:code/lock", d.lockCensus)
}

// censusIn is what all pages of a census have.
type censusIn struct {
	Code string `uri:"code"`
}

// censusView is what all pages of a census are made from.
type censusView struct {
	p            *locale.Printer
	by           auth.Principal
	census, base survey.Campaign
	dir          *inventory.Directory
	when         when
}

func (d *desk) censusView(r *web.Request, code string) (censusView, error) {
	v := censusView{p: r.P, by: r.By}
	var err error
	if v.census, v.base, err = d.Census.Pair(r.Ctx, r.By, code); err != nil {
		return v, err
	}
	if v.dir, err = d.Registry.Directory(r.Ctx); err != nil {
		return v, err
	}
	cal, err := d.Book.Load(r.Ctx)
	v.when = when{d.Book, cal, r.Now}
	return v, err
}

func (v censusView) path(more ...string) string { return censusAt(v.census.Code, more...) }

func (v censusView) crumbs(more ...templates.Crumb) []templates.Crumb {
	own := []templates.Crumb{{Text: v.census.Title, Href: v.path()}}
	if len(more) == 0 {
		own[0].Href = ""
	}
	return crumbs(v.p, templates.Crumb{Text: v.p.T("menu.census"), Href: censusPath}, append(own, more...))
}

// works tells whether the reader can work on the census now.
func (v censusView) works() bool { return v.by.Is(reviewers()...) && v.census.State.Takes() }

// writer writes values of the register.
func (v censusView) writer() fieldweb.Writer {
	return fieldweb.Writer{P: v.p, Names: censusNames{v.dir}}
}

// text is a value of a field in words.
func (v censusView) text(key, canonical string) string {
	f, ok := inventory.SystemFields.Find(key)
	if !ok || canonical == "" {
		return canonical
	}
	return fieldweb.TextWithUnit(v.writer(), f, canonical)
}

// censusNames knows the departments.
type censusNames struct{ dir *inventory.Directory }

// In implements fieldweb.Names.
func (n censusNames) In(fieldweb.Style) field.Names {
	return field.Names{
		Show: func(_, id string) string {
			number, _ := strconv.ParseInt(id, 10, 64)
			return n.dir.Name(auth.DepartmentID(number))
		},
		Find: func(string, string) (string, bool) { return "", false },
	}
}

// Href implements fieldweb.Names.
func (n censusNames) Href(string, string) string { return "" }

// listCensuses lists the censuses and their certificates.
func (d *desk) listCensuses(r *web.Request, _ struct{}) (web.Response, error) {
	lines, err := d.Surveys.ListCampaigns(r.Ctx, r.By)
	if err != nil {
		return nil, err
	}
	certificates, err := d.Census.ListCertificates(r.Ctx, r.By)
	if err != nil {
		return nil, err
	}
	page := censusesView{p: r.P, by: r.By, lines: lines, certificates: certificates}.page()
	return web.View{Template: "survey/census_list", Title: r.T("menu.census"), Crumbs: crumbs(r.P, crumb(r.T("menu.census")), nil), Data: page}, nil
}

// showCensus is the page of a census.
func (d *desk) showCensus(r *web.Request, in censusIn) (web.Response, error) {
	v, err := d.censusView(r, in.Code)
	if err != nil {
		return nil, err
	}
	page := censusHomeView{censusView: v}
	if page.items, err = d.Census.ListItems(r.Ctx, r.By, in.Code, census.ItemQuery{Size: 1}); err != nil {
		return nil, err
	}
	certificates, err := d.Census.ListCertificates(r.Ctx, r.By)
	if err != nil {
		return nil, err
	}
	for _, c := range certificates {
		if c.CampaignID == v.census.ID {
			page.certificate = &c
		}
	}
	if r.By.View().All {
		if page.ready, err = d.Census.Readiness(r.Ctx, r.By, in.Code); err != nil {
			return nil, err
		}
		if page.sources, err = d.Census.ListSources(r.Ctx, r.By, in.Code); err != nil {
			return nil, err
		}
	}
	return web.View{Template: "survey/census", Title: v.census.Title, Crumbs: v.crumbs(), Data: page.page()}, nil
}

// askToLock shows what stands between a census and its lock, and asks.
func (d *desk) askToLock(r *web.Request, in censusIn) (web.Response, error) {
	return d.lockView(r, in.Code, nil)
}

func (d *desk) lockView(r *web.Request, code string, cause error) (web.Response, error) {
	v, err := d.censusView(r, code)
	if err != nil {
		return nil, err
	}
	if v.census.State == survey.Locked {
		return web.Redirect{To: v.path()}, nil
	}
	page := censusHomeView{censusView: v}
	if page.ready, err = d.Census.Readiness(r.Ctx, r.By, code); err != nil {
		return nil, err
	}
	return web.View{
		Template: "survey/census_lock", Title: r.T("census.lock"), Crumbs: v.crumbs(crumb(r.T("census.lock"))), Data: page.lockPage(cause), Err: cause,
	}, nil
}

type lockIn struct {
	Code    string `uri:"code"`
	Confirm string `form:"confirm"`
}

// lockCensus locks a census. The person types its title, so that nobody locks by
// a slip.
func (d *desk) lockCensus(r *web.Request, in lockIn) (web.Response, error) {
	census, _, err := d.Census.Pair(r.Ctx, r.By, in.Code)
	if err != nil {
		return nil, err
	}
	if field.Fold(in.Confirm) != field.Fold(census.Title) {
		return d.lockView(r, in.Code, fault.Refuse([]fault.Field{fault.At("confirm", "census.err.confirm", "title", census.Title)}))
	}
	made, err := d.Census.Lock(r.Ctx, r.By, in.Code)
	if len(fault.FieldsOf(err)) > 0 {
		return d.lockView(r, in.Code, err)
	}
	if err != nil {
		return nil, err
	}
	return web.Redirect{To: certificateAt(made.ID), Said: web.Said(r.T("census.locked", "number", made.Number, "n", made.Systems))}, nil
}
