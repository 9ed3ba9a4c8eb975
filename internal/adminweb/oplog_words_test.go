package adminweb_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"qingce/internal/adminweb"
	"qingce/internal/locale"
	"qingce/internal/oplog"
	"qingce/internal/web/webtest"
	"qingce/inventory"
)

// root is the folder of the whole project.
const root = "../.."

// recorded are the acts and the kinds of objects that the program records, as
// far as its text tells.
type recorded struct {
	actions map[string]string // with the place
	kinds   map[string]string
}

// actionName is what an act is called; what the register does is called after
// the object by the place that records it.
var actionName = regexp.MustCompile(`^[a-z]+(\.[a-z_]+)*$`)

// recorders are the functions that take an act by name.
var recorders = []string{"note", "noteService", "entry"}

func readActs(t *testing.T) recorded {
	t.Helper()
	out := recorded{map[string]string{}, map[string]string{}}
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
			if err == nil && d.IsDir() && (d.Name() == "inventorytest" || strings.HasPrefix(d.Name(), ".") && name != root) {
				return filepath.SkipDir
			}
			return err
		}
		files := token.NewFileSet()
		file, err := parser.ParseFile(files, name, nil, 0)
		if err == nil {
			out.read(file, strings.TrimPrefix(name, root+"/"))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func (out recorded) read(file *ast.File, name string) {
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CompositeLit:
			for _, e := range n.Elts {
				out.member(typeName(n.Type), e, name)
			}
		case *ast.CallExpr:
			for _, arg := range n.Args {
				switch fun := typeName(n.Fun); {
				case slices.Contains(recorders, fun):
					out.act(textOf(arg), name)
				case fun == "recordExport" && textOf(arg) != "":
					out.kinds[textOf(arg)] = name
				}
			}
		}
		return true
	})
}

// member reads Action: "…" and Kind: "…" of an oplog.Entry, and action: "…" of
// the types that carry an act to the place that records it.
func (out recorded) member(of string, e ast.Expr, name string) {
	pair, ok := e.(*ast.KeyValueExpr)
	if !ok {
		return
	}
	key, text := typeName(pair.Key), textOf(pair.Value)
	switch {
	case of == "Entry" && key == "Kind":
		if text == "" { // oplog.KindSchema
			text = strings.ToLower(strings.TrimPrefix(typeName(pair.Value), "Kind"))
		}
		if slices.Contains(oplog.TechnicalKinds(), text) || textOf(pair.Value) != "" {
			out.kinds[text] = name
		}
	case of == "act" && key == "action" && path.Dir(name) == "inventory":
		out.register(text, name)
	case of == "act" && key == "action" && path.Dir(name) == "inventory/sharing":
		if text != "" {
			out.act("sharing."+text, name)
		}
	case of == "act" && key == "action" && path.Dir(name) == "scoring/funding":
		if text != "" {
			out.act("funding."+text, name)
		}
	case of == "act" && key == "action" && path.Dir(name) == "scoring/rectification":
		if text != "" {
			out.act("rectify."+text, name)
		}
	case of == "Entry" && key == "Action", key == "action":
		out.act(text, name)
	}
}

// registerActs are the acts of the register by what they are done to: both
// sorts go through one type there.
var registerActs = map[string][]string{
	"system":     {"registered", "changed", "imported", "decided", "transferred"},
	"department": {"added", "changed", "imported", "reorganised"},
}

func (out recorded) register(act, name string) {
	found := false
	for object, acts := range registerActs {
		if slices.Contains(acts, act) {
			out.actions[object+"."+act], found = name, true
		}
	}
	if !found && act != "" && act != "moved." { // moves follow the table of steps
		out.actions["system."+act] = name
	}
}

func (out recorded) act(text, name string) {
	if actionName.MatchString(text) {
		out.actions[text] = name
	}
}

func typeName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	}
	return ""
}

func textOf(e ast.Expr) string {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return ""
	}
	text, _ := strconv.Unquote(lit.Value)
	return text
}

func TestEveryActThatIsRecordedHasAName(t *testing.T) {
	acts := readActs(t)
	for _, step := range inventory.Steps() {
		acts.actions["system.moved."+string(step.Move)] = "inventory/state.go"
	}
	known := adminweb.OplogActions()
	for _, lang := range locale.Languages() {
		p := webtest.Catalog(t).Printer(lang)
		for act, place := range acts.actions {
			if !p.Has("oplog." + act) {
				t.Errorf("%s records %q, which has no text oplog.%s in %s", place, act, act, lang)
			}
		}
		for kind, place := range acts.kinds {
			if !p.Has("oplog.kind." + kind) {
				t.Errorf("%s records about %q, which has no text oplog.kind.%s in %s", place, kind, kind, lang)
			}
		}
	}
	for act, place := range acts.actions {
		if !slices.Contains(known, act) {
			t.Errorf("%s records %q, by which nobody can filter: add it to actGroups", place, act)
		}
	}
	for kind, place := range acts.kinds {
		if !slices.Contains(adminweb.OplogKinds(), kind) {
			t.Errorf("%s records about %q, by which nobody can filter: add it to OplogKinds", place, kind)
		}
	}
	for _, act := range known {
		if _, ok := acts.actions[act]; !ok && !slices.Contains(byVariable, act) {
			t.Errorf("nobody records %q", act)
		}
	}
}

// byVariable are acts whose name reaches the place that records it by another
// way than a literal there.
var byVariable = []string{
	"catalog.submitted", "catalog.endorsed", "catalog.returned", "catalog.published", "catalog.withdrawal_asked", "catalog.withdrawn",
	"catalog.discarded", "catalog.mounted", "catalog.refreshed", "catalog.unmounted", "catalog.class_added", "catalog.class_changed",
	"catalog.filing_asked", "catalog.filing_submitted", "catalog.filing_accepted", "catalog.filing_returned",
	"catalog.overlap_confirmed", "catalog.overlap_dismissed", "catalog.import_received", "catalog.import_confirmed", "catalog.import_dropped",
	"zombie.run_released", "zombie.run_discarded", "zombie.policy_drafted", "zombie.policy_changed", "zombie.policy_in_force",
	"zombie.policy_dropped", "zombie.declaration_accepted", "zombie.declaration_refused", "zombie.declaration_withdrawn",
	"sharing.request.granted", "sharing.request.partial", "sharing.request.refused", "sharing.agreement.suspended", "sharing.agreement.resumed",
	"sharing.agreement.revoked", "sharing.misuse.confirmed", "sharing.misuse.dismissed", "sharing.objection.correcting",
	"sharing.objection.corrected", "sharing.objection.confirmed", "sharing.objection.unverifiable", "sharing.demand.asked",
	"sharing.demand.matched", "sharing.demand.unmet", "sharing.relief.accepted", "sharing.relief.withdrawn",
	"rectify.reply_written", "rectify.replied", "rectify.closed_late", "rectify.proven_misuse", "rectify.proven_false_report",
	"monthly.computed", "monthly.corrected", "monthly.recompute", "monthly.freeze", "monthly.open_appeal", "monthly.review", "monthly.approve", "monthly.send_back", "monthly.publish", "monthly.superseded",
	"monthly.objected", "monthly.objection_upheld", "monthly.objection_rejected", "monthly.objection_withdrawn", "monthly.proposal_approved", "monthly.proposal_declined", "monthly.policy_drafted", "monthly.policy_set", "monthly.policy_dropped",
	"tasks.marked", "tasks.unmarked",
	"tasks.evidence.saved", "tasks.evidence.handed_in", "tasks.evidence.accepted", "tasks.evidence.returned",
	"funding.opinion_office", "funding.opinion_reform", "funding.decided", "funding.plea_appeal", "funding.plea_recheck", "funding.plea_withdrawn", "funding.verified_changed",
	"funding.verified_support", "funding.verified_uphold", "funding.consulted", "funding.excepted", "funding.upheld", "funding.rechecked",
	"tasks.report.saved", "tasks.report.copied", "tasks.report.ready", "tasks.report.filed", "tasks.report.accepted", "tasks.report.returned",
	"account.session_end", "account.sign_out", "backup", "restore",
	"form_row.saved", "form_row.added", "form_row.found", "form_row.removed", "form_row.restored", "form_row.gone",
	"form.answered", "form.zero_filed", "form.zero_withdrawn", "form.handed_to_head", "form.taken_back", "form.submitted", "form.returned",
	"form.reopened", "form.accepted",
	"campaign.created", "campaign.changed", "campaign.opened", "campaign.closed", "campaign.locked", "campaign.exception", "campaign.exception_dropped",
	"questionnaire.created", "questionnaire.versioned", "questionnaire.changed", "questionnaire.published", "questionnaire.withdrawn",
	"census.decided", "census.chosen", "census.reconsidered",
	"probe.changed", "probe.stopped", "probe.resumed", "probe.token_issued", "probe.token_rotated", "probe.token_revoked",
	"series.rule_added", "series.rule_changed", "series.rule_moved", "series.rule_removed",
	"usage.upload.received", "usage.upload.submitted", "usage.upload.accepted", "usage.upload.returned",
	"usage.upload.confirmed", "usage.upload.withdrawn", "usage.upload.dropped",
	"hub.exemption_asked", "hub.basis", "hub.transferred", "hub.down", "hub.restored", "hub.stable", "hub.hand_in", "hub.confirm", "hub.withdraw", "hub.accept",
	"hub.return", "hub.verify", "hub.send_back", "hub.province", "hub.exemption_decided", "hub.exemption_ended", "hub.exemption_withdrawn",
	"hub.upload_received", "hub.upload_confirmed", "hub.upload_withdrawn", "hub.upload_dropped",
	"cleanup.opened", "cleanup.found_anew", "cleanup.closed_itself", "cleanup.reopened", "cleanup.prepared", "cleanup.notify", "cleanup.admit",
	"cleanup.contest", "cleanup.confirm", "cleanup.dismiss", "cleanup.plan", "cleanup.approve_plan", "cleanup.return_plan", "cleanup.submit",
	"cleanup.accept", "cleanup.return", "cleanup.exempt",
}
