package scoringweb

import (
	"strings"
	"time"

	"qingce/internal/auth"
	"qingce/internal/evidence"
	"qingce/internal/fault"
	"qingce/internal/store"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/scoring"
)

// Deps are the rooms behind the pages.
type Deps struct {
	DB       *store.DB
	Registry *inventory.Registry
	Box      *evidence.Box
	Board    *scoring.Board
	Reports  *scoring.Reports
}

// desk is what all handlers share.
type desk struct{ Deps }

const (
	slowWork     = 2 * time.Minute
	formOverhead = 64 << 10 // what a form with a file takes besides the file
)

// Addresses of the lists.
const (
	programmePath = "/programme"
	tasksPath     = "/tasks"
	reportsPath   = "/reports"
)

// Mount adds the pages. Each group names who may call its routes; whose rows
// they then see is for the verbs.
func Mount(s *web.Server, deps Deps) {
	d := &desk{deps}
	view := s.Group(web.For(scoring.Viewers()...))
	web.Get(view, programmePath, d.showProgramme)
	web.Get(view, programmePath+"/:id", d.showObligation)
	web.Get(view, tasksPath, d.listTasks)
	web.Get(view, tasksPath+"/:dept/:key", d.showTask)
	web.Get(view.Within(slowWork), tasksPath+"/:dept/:key/files/:file", d.openFile)
	web.Get(view, reportsPath, d.showMatrix)
	web.Get(view, reportsPath+"/:period/:dept", d.showReport)
	web.Get(view, reportsPath+"/:period/:dept/print", d.printReport)

	write := s.Group(web.For(scoring.Writers()...))
	web.Post(write.Upto(evidence.MaxSize+formOverhead).Within(slowWork), tasksPath+"/:dept/:key/evidence", d.handIn)
	web.Post(write, reportsPath+"/:period/:dept", d.writeReport)

	office := s.Group(web.For(auth.Office))
	web.Post(office, tasksPath+"/:dept/:key/decision", d.decideTask)
	web.Post(office, tasksPath+"/:dept/:key/mark", d.markTask)
	web.Post(office, reportsPath+"/:period/:dept/decision", d.decideReport)
}

type noInput struct{}

// taskIn names a task in a path.
type taskIn struct {
	Dept    string `uri:"dept"`
	Key     string `uri:"key"`
	File    int64  `uri:"file"`
	Version int64  `form:"version"`
}

// reportIn names a report in a path.
type reportIn struct {
	Period  string `uri:"period"`
	Dept    string `uri:"dept"`
	Version int64  `form:"version"`
}

var errAbsent = fault.New(fault.NotFound, "err.not_found")

// keyOf is the key of a term as addresses have it: P-39_2017-10.
func keyOf(text string) string { return strings.ReplaceAll(text, "_", "/") }

func addressKey(key string) string { return strings.ReplaceAll(key, "/", "_") }

// bodyOf finds a body by its code.
func bodyOf(dir *inventory.Directory, code string) (inventory.Department, error) {
	body, ok := dir.ByCode(code)
	if !ok {
		return inventory.Department{}, errAbsent
	}
	return body, nil
}

// reportKey reads which report an address means: 2017 is a year, 2017-10 a month.
func reportKey(dir *inventory.Directory, period, code string) (scoring.ReportKey, error) {
	body, err := bodyOf(dir, code)
	kind := scoring.Monthly
	if len(period) == len("2017") {
		kind = scoring.Annual
	}
	return scoring.ReportKey{Kind: kind, Period: period, Department: body.ID}, err
}
