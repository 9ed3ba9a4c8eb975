package inventoryweb

import (
	"time"

	"qingce/internal/evidence"
	"qingce/internal/fieldweb"
	"qingce/internal/web"
)

// Limits of routes that take longer or more than the usual.
const (
	slowWork  = 2 * time.Minute
	formBytes = 1 << 20
)

// Mount adds the pages. Each group names who may call its routes; whose rows
// they then see is for the register.
func Mount(s *web.Server, deps Deps) {
	d := newDesk(deps)
	d.mountSystems(s)
	d.mountDepartments(s)
	d.mountChanges(s)
}

func (d *desk) mountSystems(s *web.Server) {
	view := s.Group(web.For(viewers()...))
	web.Get(view, "/systems", d.listSystems)
	web.Post(view, "/systems/columns", d.chooseColumns)
	web.Get(view.Within(slowWork), "/systems/export.xlsx", asPage(d.exportSystems("xlsx", fieldweb.ForReading)))
	web.Get(view.Within(slowWork), "/systems/export.csv", asPage(d.exportSystems("csv", fieldweb.ForReading)))
	web.Get(view, "/systems/lookup", d.lookupSystems)
	d.mountNumbers(view)
	web.Get(view, "/systems/:code", d.showSystem)
	web.Get(view, "/systems/:code/history", d.systemHistory)
	web.Get(view, "/systems/:code/relations", d.showRelations)
	web.Get(view, "/systems/:code/evidence", d.showFiles)
	web.Get(view.Within(slowWork), "/systems/:code/evidence/:id", d.openFile)

	write := s.Group(web.For(writers()...)).Upto(formBytes)
	web.Get(write, "/systems/new", d.newSystem)
	web.Post(write, "/systems", d.registerSystem)
	web.Post(write, "/systems/new/draft", d.autosaveSystem)
	web.Post(write, "/systems/new/draft/drop", d.dropSystemDraft)
	web.Get(write, "/systems/:code/edit", d.editSystem)
	web.Post(write, "/systems/:code", d.changeSystem)
	web.Post(write, "/systems/:code/draft", d.autosaveSystem)
	web.Post(write, "/systems/:code/draft/drop", d.dropSystemDraft)
	web.Post(write, "/systems/:code/relations", d.relate)
	web.Post(write, "/systems/:code/relations/:id/remove", d.unrelate)

	keep := s.Group(web.For(keepers()...))
	web.Post(keep.Upto(evidence.MaxSize+formOverhead).Within(slowWork), "/systems/:code/evidence", d.addFile)
	web.Post(keep, "/systems/:code/evidence/:id/remove", d.removeFile)

	move := s.Group(web.For(movers()...))
	web.Post(move, "/systems/:code/moves", d.moveSystem)
	web.Post(move.Within(slowWork), "/systems/moves", d.moveMany)

	office := s.Group(web.For(deciders()...))
	web.Post(office, "/systems/:code/decision", d.decide)
}

func (d *desk) mountDepartments(s *web.Server) {
	view := s.Group(web.For(departmentViewers()...))
	web.Get(view, "/departments", d.listDepartments)
	web.Get(view, "/departments/lookup", d.lookupDepartments)
	web.Get(view.Within(slowWork), "/departments/export.xlsx", d.exportDepartments("xlsx"))
	web.Get(view.Within(slowWork), "/departments/export.csv", d.exportDepartments("csv"))
	web.Get(view, "/departments/:code", d.showDepartment)
	web.Get(view, "/departments/:code/history", d.departmentHistory)

	edit := s.Group(web.For(departmentEditors()...)).Upto(formBytes)
	web.Get(edit, "/departments/new", d.newDepartment)
	web.Post(edit, "/departments", d.addDepartment)
	web.Get(edit, "/departments/:code/edit", d.editDepartment)
	web.Post(edit, "/departments/:code", d.changeDepartment)

	reform := s.Group(web.For(reorganisers()...)).Upto(2 * greatestPlan).Within(slowWork)
	web.Get(reform, "/departments/reorganise", d.startReorganisation)
	web.Get(reform, "/departments/reorganise/plan.csv", d.shippedPlan)
	web.Post(reform, "/departments/reorganise", d.previewPlan)
	web.Post(reform, "/departments/reorganise/confirm", d.confirmPlan)
}

// asPage is a handler that reads its address itself.
func asPage(h func(*web.Request) (web.Response, error)) func(*web.Request, struct{}) (web.Response, error) {
	return func(r *web.Request, _ struct{}) (web.Response, error) { return h(r) }
}
