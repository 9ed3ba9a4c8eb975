package scoringweb

import (
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/evidence"
	"qingce/internal/fault"
	"qingce/internal/web"
	"qingce/scoring"
	"qingce/templates"
)

// listTasks shows the tasks of the reader's department, or of all: what is late
// or due next first. For the Office the papers that wait stand above.
func (d *desk) listTasks(r *web.Request, _ noInput) (web.Response, error) {
	pack, err := d.Board.Pack(r.Ctx)
	if err != nil {
		return nil, err
	}
	dir, err := d.Registry.Directory(r.Ctx)
	if err != nil {
		return nil, err
	}
	q := r.URL.Query()
	body, _ := dir.Lookup(q.Get("department"))
	all, err := d.Board.Tasks(r.Ctx, r.By, scoring.TaskQuery{Department: body.ID})
	if err != nil {
		return nil, err
	}
	out := listPage{
		Head:  templates.Head{Title: r.T("menu.duties"), Lead: r.T("tasks.list.lead")},
		Stats: stateStats(r.P, all, tasksPath),
		Filters: &templates.Filters{
			Action: tasksPath, Main: []templates.Filter{stateFilter(r.P, q), {
				Name: "department", Label: r.T("tasks.department"), Kind: templates.FilterText, Value: q.Get("department"),
			}, d.waitingFilter(r, q)}, ClearAll: tasksPath,
		},
	}
	states := chosen(q, "state", scoring.TaskStates())
	all = slices.DeleteFunc(all, func(t scoring.Task) bool {
		return len(states) > 0 && !slices.Contains(states, t.State) || q.Get("waiting") == "true" && !t.Waiting
	})
	slices.SortStableFunc(all, func(a, b scoring.Task) int { return urgency(&a) - urgency(&b) })
	rows, pager := pageOf(r, all)
	out.Table, out.Pager = taskTable(r.P, pack, dir, rows, false), pager
	if len(all) == 0 {
		out.Table, out.Empty = nil, &templates.Empty{Title: r.T("tasks.none"), Text: r.T("tasks.none.note")}
	}
	return web.View{Template: "tasks/list", Title: out.Head.Title, Crumbs: crumbs(r.P, "menu.duties", tasksPath), Data: out}, nil
}

func (d *desk) waitingFilter(r *web.Request, q url.Values) templates.Filter {
	return templates.Filter{Name: "waiting", Label: r.T("tasks.waiting"), Kind: templates.FilterChoice, Options: []templates.Option{
		{Value: "true", Text: r.T("tasks.waiting"), Chosen: q.Get("waiting") == "true"},
	}}
}

// urgency puts what is owed first, then what is to come, then what is done.
func urgency(t *scoring.Task) int {
	switch t.State {
	case scoring.Overdue:
		return 0
	case scoring.NotDue:
		return 1
	}
	return 2
}

// typedStep is a step that was refused: what was typed, and why.
type typedStep struct {
	what string
	form url.Values
	err  error
}

func (d *desk) showTask(r *web.Request, in taskIn) (web.Response, error) {
	return d.taskPage(r, in, typedStep{})
}

func (d *desk) taskPage(r *web.Request, in taskIn, a typedStep) (web.Response, error) {
	dir, err := d.Registry.Directory(r.Ctx)
	if err != nil {
		return nil, err
	}
	body, err := bodyOf(dir, in.Dept)
	if err != nil {
		return nil, err
	}
	s, err := d.Board.FindTask(r.Ctx, r.By, keyOf(in.Key), body.ID)
	if err != nil {
		return nil, err
	}
	v := taskView{r, s, a}
	title := s.Task.Key + " " + s.Obligation.Title[r.P.Lang()]
	return web.View{
		Template: "tasks/record", Title: title, Crumbs: crumbs(r.P, "menu.duties", tasksPath, s.Task.Key), Data: v.page(), Err: a.err,
	}, nil
}

// taskView turns a task into the data of its page.
type taskView struct {
	r *web.Request
	scoring.TaskSheet
	typedStep
}

func (v taskView) path() string { return scoring.TaskPath(v.Task.Key, v.Body.Code) }

func (v taskView) page() recordPage {
	p, lang := v.r.P, v.r.P.Lang()
	out := recordPage{
		Head: templates.Head{
			Code: v.Task.Key, Title: v.Obligation.Title[lang], Badges: []templates.Badge{*stateBadge(p, &v.Task)},
			Deadline: deadline(v.r, v.Task.Due.String(), v.Standing, articleName(p, v.Task.Article)),
			Facts: []templates.Row{
				{Label: p.T("tasks.department"), Text: v.Body.Name}, {Label: p.T("tasks.due"), Text: v.Task.Due.String()},
				{Label: p.T("tasks.obligation"), Text: v.Obligation.ID, Href: web.Join(programmePath, v.Obligation.ID)},
			},
		},
		Callouts: v.callouts(), Facts: []templates.Facts{v.facts()}, Steps: v.steps(),
	}
	if len(v.Files) > 0 {
		out.Files = v.files()
	}
	if len(v.TaskSheet.Steps) > 0 {
		out.Timeline = timeline(p, v.TaskSheet.Steps)
	}
	return out
}

func (v taskView) callouts() []templates.Callout {
	p := v.r.P
	say := func(kind, key string, args ...any) []templates.Callout {
		return []templates.Callout{{Kind: kind, Text: p.T(key, args...)}}
	}
	switch {
	case v.Task.Mark != nil:
		return say("info", "tasks.say.marked", "kind", p.T(string(v.Task.Mark.Kind.Label())), "name", v.Task.Mark.MadeName, "reason", v.Task.Mark.Reason)
	case v.Handing.State == scoring.HandingReturned:
		return say("warning", "tasks.say.returned", "reason", v.Handing.Reason, "n", 3)
	case v.Handing.State == scoring.HandingIn:
		return say("info", "tasks.say.waiting")
	case !v.Task.Evidence && !v.Task.Done():
		return say("info", "tasks.say.by_facts")
	}
	return nil
}

func (v taskView) facts() templates.Facts {
	p := v.r.P
	f := templates.Facts{Title: p.T("tasks.proof")}
	f.Rows = append(f.Rows, templates.Row{Label: p.T("tasks.evidence"), Text: v.Obligation.Evidence[p.Lang()]})
	for _, proof := range v.Task.Proof {
		f.Rows = append(f.Rows, templates.Row{Label: p.T("tasks.proof.row"), Text: proof.Title, Href: proof.Path})
	}
	if on := dayOr(v.Task.DoneOn); on != "" {
		f.Rows = append(f.Rows, templates.Row{Label: p.T("tasks.done_on"), Text: on})
	}
	if v.Handing.Text != "" {
		f.Rows = append(f.Rows, templates.Row{Label: p.T("tasks.text"), Text: v.Handing.Text, Long: true})
	}
	return f
}

func (v taskView) files() *templates.Files {
	out := &templates.Files{}
	for _, item := range v.Files {
		out.Files = append(out.Files, templates.File{
			Name: item.Link.Name, Href: web.Join(v.path(), "files", item.Link.ID.String()),
			Kind: strings.ToUpper(item.Link.Name[strings.LastIndexByte(item.Link.Name, '.')+1:]), Size: v.r.P.Size(item.File.Size),
			At: v.r.P.Time(item.Link.AddedAt), By: item.Link.AddedName, Hash: item.File.SHA256,
		})
	}
	return out
}

// steps are what the reader may do with the task.
func (v taskView) steps() []templates.Step {
	var out []templates.Step
	if v.Own && v.Task.Evidence && v.Handing.State.Open() {
		out = append(out, v.handInStep())
	}
	switch {
	case !officeOf(v.r.By, v.Body.ID):
	case v.Handing.State == scoring.HandingIn: // first what waits, then corrections
		out = append(out, v.decisionStep())
	default:
		out = append(out, v.markStep())
	}
	return out
}

func (v taskView) step(what, icon string, fields []templates.Field, acts ...templates.Act) templates.Step {
	p := v.r.P
	f := &templates.Form{
		ID: what, Action: v.path() + "/" + what, Guard: true, Acts: acts,
		Hidden:   []templates.Pair{{Name: "version", Value: strconv.FormatInt(v.Handing.Version, 10)}},
		Sections: []templates.Section{{ID: "s-" + what, Fields: fields}},
	}
	s := templates.Step{ID: "step-" + what, Title: p.T("tasks.step." + what), Note: p.T("tasks.step." + what + ".note"), Icon: icon, Form: f}
	if v.what == what {
		s.Open = true
		web.Mistakes(p, f, v.err)
	}
	return s
}

// value is what was typed into a step that was refused, or what is there.
func (v taskView) value(what, name, kept string) string {
	if v.what == what {
		return v.form.Get(name)
	}
	return kept
}

func (v taskView) handInStep() templates.Step {
	p := v.r.P
	s := v.step("evidence", "send", []templates.Field{
		{Name: "text", Kind: templates.KindLongText, Label: p.T("tasks.text"), Value: v.value("evidence", "text", v.Handing.Text), MaxLength: 4000},
		{Name: "file", Kind: templates.KindFile, Label: p.T("tasks.file"), Help: p.T("tasks.file.help"), Accept: ".pdf,.ofd,.jpg,.jpeg,.png,.docx,.xlsx", MaxBytes: evidence.MaxSize},
	}, templates.Act{Text: p.T("tasks.act.save"), Name: "do", Value: "save", NoCheck: true})
	s.Form.Upload, s.Open = true, true
	if v.r.By.Is(scoring.Heads()...) {
		s.Form.Acts = append([]templates.Act{{
			Text: p.T("tasks.act.hand_in"), Note: p.T("tasks.act.hand_in.note"), Kind: templates.ActPrimary, Name: "do", Value: "hand_in", Icon: "send",
		}}, s.Form.Acts...)
	}
	return s
}

func (v taskView) decisionStep() templates.Step {
	p := v.r.P
	s := v.step("decision", "check", []templates.Field{
		{Name: "reason", Kind: templates.KindLongText, Label: p.T("tasks.reason"), Help: p.T("tasks.reason.help"), Value: v.value("decision", "reason", ""), MaxLength: 1000},
	},
		templates.Act{Text: p.T("tasks.act.accept"), Note: p.T("tasks.act.accept.note"), Kind: templates.ActPrimary, Name: "verdict", Value: "accept"},
		templates.Act{Text: p.T("tasks.act.return"), Note: p.T("tasks.act.return.note"), Name: "verdict", Value: "return"},
	)
	s.Open = true
	return s
}

func (v taskView) markStep() templates.Step {
	p := v.r.P
	kind := templates.Field{Name: "kind", Kind: templates.KindEnum, Label: p.T("tasks.kind"), Required: true, Value: v.value("mark", "kind", "")}
	for _, k := range scoring.MarkKinds() {
		kind.Options = append(kind.Options, templates.Option{Value: string(k), Text: p.T(string(k.Label()))})
	}
	if v.Task.Mark != nil {
		kind.Options = append(kind.Options, templates.Option{Value: "none", Text: p.T("tasks.mark.none")})
	}
	return v.step("mark", "edit", []templates.Field{
		kind, {
			Name: "done_on", Kind: templates.KindDate, Label: p.T("tasks.done_on"), ShownWhen: "kind=done", Hidden: v.value("mark", "kind", "") != "done",
			Value: v.value("mark", "done_on", ""), Width: "short",
		},
		{Name: "reason", Kind: templates.KindLongText, Label: p.T("tasks.reason"), Required: true, Value: v.value("mark", "reason", ""), MaxLength: 1000},
	}, templates.Act{Text: p.T("tasks.act.mark"), Kind: templates.ActPrimary})
}

func (d *desk) handIn(r *web.Request, in taskIn) (web.Response, error) {
	return d.taskDo(r, in, "evidence", func(key string, dept auth.DepartmentID) error {
		err := d.withFile(r, func(f evidence.Received) error {
			_, err := d.Board.Attach(r.Ctx, r.By, key, dept, f)
			return err
		})
		if err != nil {
			return err
		}
		text := r.Form.Get("text")
		if r.Form.Get("do") == "hand_in" {
			_, err = d.Board.HandIn(r.Ctx, r.By, key, dept, in.Version, text)
		} else {
			_, err = d.Board.SaveHanding(r.Ctx, r.By, key, dept, in.Version, text)
		}
		return err
	})
}

func (d *desk) decideTask(r *web.Request, in taskIn) (web.Response, error) {
	return d.taskDo(r, in, "decision", func(key string, dept auth.DepartmentID) error {
		_, err := d.Board.Decide(r.Ctx, r.By, key, dept, in.Version, r.Form.Get("verdict") == "accept", r.Form.Get("reason"))
		return err
	})
}

func (d *desk) markTask(r *web.Request, in taskIn) (web.Response, error) {
	return d.taskDo(r, in, "mark", func(key string, dept auth.DepartmentID) error {
		if r.Form.Get("kind") == "" {
			return fault.Refuse([]fault.Field{fault.At("kind", "err.required", "field", fault.Label("tasks.kind"))})
		}
		return d.mark(r.Ctx, r.By, key, dept, r.Form.Get("kind"), r.Form.Get("done_on"), r.Form.Get("reason"))
	})
}

// taskDo takes a step with a task and leads back to it; what was typed into a
// step that was refused stays.
func (d *desk) taskDo(r *web.Request, in taskIn, what string, do func(key string, dept auth.DepartmentID) error) (web.Response, error) {
	dir, err := d.Registry.Directory(r.Ctx)
	if err != nil {
		return nil, err
	}
	body, err := bodyOf(dir, in.Dept)
	if err != nil {
		return nil, err
	}
	err = do(keyOf(in.Key), body.ID)
	switch {
	case err != nil && shown(err):
		return d.taskPage(r, in, typedStep{what, r.Form, err})
	case err != nil:
		return nil, err
	}
	return web.Redirect{To: scoring.TaskPath(keyOf(in.Key), in.Dept), Said: web.Said(r.T("tasks.said"))}, nil
}

// openFile gives out a file beside a task that the reader sees.
func (d *desk) openFile(r *web.Request, in taskIn) (web.Response, error) {
	dir, err := d.Registry.Directory(r.Ctx)
	if err != nil {
		return nil, err
	}
	body, err := bodyOf(dir, in.Dept)
	if err != nil {
		return nil, err
	}
	content, err := d.Board.OpenFile(r.Ctx, r.By, keyOf(in.Key), body.ID, evidence.LinkID(in.File))
	if err != nil {
		return nil, err
	}
	return web.File{Name: content.Link.Name, MediaType: evidence.SafeMediaType(content.File.MediaType), Write: func(w io.Writer) error {
		defer content.Close()
		_, err := io.Copy(w, content)
		return err
	}}, nil
}
