package inventoryweb

import (
	"time"

	"qingce/internal/evidence"
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
}

func (d *desk) mountSystems(s *web.Server) {
	view := s.Group(web.For(viewers()...))
	web.Get(view, "/systems", d.listSystems)
	web.Post(view, "/systems/columns", d.chooseColumns)
	web.Get(view, "/systems/lookup", d.lookupSystems)
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
