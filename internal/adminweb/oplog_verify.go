package adminweb

import (
	"io"
	"strconv"
	"time"

	"qingce/internal/fault"
	"qingce/internal/oplog"
	"qingce/internal/web"
	"qingce/templates"
)

// OplogVerifyPage is the data of admin/oplog_verify: the log is checked, and
// what it is checked against is handed out.
type OplogVerifyPage struct {
	Head     templates.Head
	Callouts []templates.Callout
	Run      templates.Act
	Result   *OplogResult
	Newest   templates.Facts
	Key      templates.Copy
	Steps    []string
	Handout  templates.Act // of the key
}

// OplogResult is what the last verification found.
type OplogResult struct {
	OK       bool
	Title    string
	Text     string
	When     string
	Facts    []templates.Row
	Findings []string
	Omitted  string
}

// verification is one that was run, kept until the next one or the end of the
// process.
type verification struct {
	report oplog.Report
	by     string
	at     time.Time
	took   time.Duration
}

// errVerifying says that one verification is enough at a time.
var errVerifying = fault.New(fault.Conflict, "oplog.err.verifying")

// verifyFacts are what the log keeps of its own check.
type verifyFacts struct {
	Entries int64 `json:"entries"`
	Heads   int64 `json:"heads"`
}

func (d *oplogDesk) verifyForm(r *web.Request, _ struct{}) (web.Response, error) {
	return d.verifyView(r, nil)
}

func (d *oplogDesk) verifyView(r *web.Request, refused error) (web.Response, error) {
	page := OplogVerifyPage{
		Head: templates.Head{Title: r.T("oplog.verify.page"), Lead: r.T("oplog.verify.lead")},
		Run: templates.Act{
			Text: r.T("oplog.verify.run"), Post: verifyPath, Icon: "shield", Kind: templates.ActPrimary, Note: r.T("oplog.verify.run.note"),
		},
		Key:     templates.Copy{Text: d.Anchor.Verifier()},
		Handout: templates.Act{Text: r.T("oplog.verifier.download"), Href: verifierPath, Icon: "key", Download: true},
		Steps:   []string{r.T("oplog.verify.step.copy"), r.T("oplog.verify.step.command"), r.T("oplog.verify.step.entry")},
	}
	if refused != nil {
		page.Callouts = []templates.Callout{{Kind: "warning", Text: r.P.Error(refused)}}
	}
	newest, err := d.newestFacts(r)
	if err != nil {
		return nil, err
	}
	page.Newest = newest
	d.mu.Lock()
	last := d.last
	d.mu.Unlock()
	if last != nil {
		page.Result = resultOf(r, *last)
	}
	return web.View{
		Template: "admin/oplog_verify", Title: page.Head.Title, Data: page, Err: refused,
		Crumbs: oplogCrumbs(r, crumb(r, "oplog.verify.page", "")),
	}, nil
}

// newestFacts tell of the newest signed head; a head that cannot be read is
// told as such, for it is what a verification will find.
func (d *oplogDesk) newestFacts(r *web.Request) (templates.Facts, error) {
	f := templates.Facts{Title: r.T("oplog.head"), Lead: r.T("oplog.head.lead")}
	head, err := d.Anchor.Newest()
	switch kind := fault.KindOf(err); {
	case err == nil:
		f.Rows = []templates.Row{
			{Label: r.T("oplog.head.size"), Text: r.T("oplog.head.entries", "n", r.P.Number(head.Size))},
			{Label: r.T("oplog.head.at"), Text: secondText(head.At)},
			{Label: r.T("oplog.head.root"), Text: head.Hash.String(), Copy: true},
		}
		f.Action = &templates.Act{Text: r.T("oplog.head.download"), Href: headPath, Icon: "download", Download: true}
	case kind == fault.NotFound || kind == fault.Conflict:
		f.Rows = []templates.Row{{Label: r.T("oplog.head.size"), Text: r.T("oplog.head.none"), Warning: r.P.Error(err)}}
	default:
		return f, err
	}
	return f, nil
}

// verify reads the whole log. The page that follows shows what was found.
func (d *oplogDesk) verify(r *web.Request, _ struct{}) (web.Response, error) {
	if !d.begin() {
		return d.verifyView(r, errVerifying)
	}
	defer d.end()
	began := d.DB.Now()
	report, err := oplog.Verify(r.Ctx, d.DB, d.Anchor)
	if err != nil {
		return nil, err
	}
	d.mu.Lock()
	d.last = &verification{report: report, by: r.By.Name, at: r.Now, took: d.DB.Now().Sub(began)}
	d.mu.Unlock()
	if report.OK { // of a damaged log not an entry is changed, so that the evidence stays as it is
		err = d.record(r, oplog.Entry{
			Action: "verify", Kind: oplog.KindAnchor, ID: strconv.FormatInt(report.Head.Size, 10), After: verifyFacts{report.Entries, report.Heads},
		})
	}
	return web.Redirect{To: verifyPath + "#result"}, err
}

// begin tells whether no other verification is running.
func (d *oplogDesk) begin() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.running {
		return false
	}
	d.running = true
	return true
}

func (d *oplogDesk) end() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.running = false
}

// resultOf puts a report into words.
func resultOf(r *web.Request, v verification) *OplogResult {
	rep := v.report
	out := &OplogResult{
		OK: rep.OK, Title: r.T("oplog.result.damaged", "n", int64(len(rep.Findings))+rep.Omitted), Text: r.T("oplog.result.damaged.text"),
		When: r.T("oplog.result.when", "name", v.by, "time", secondText(v.at), "took", v.took.Round(time.Millisecond)),
		Facts: []templates.Row{
			{Label: r.T("oplog.result.entries"), Text: r.P.Number(rep.Entries)}, {Label: r.T("oplog.result.heads"), Text: r.P.Number(rep.Heads)},
		},
	}
	if rep.OK {
		out.Title, out.Text = r.T("oplog.result.ok"), r.T("oplog.result.ok.text", "n", r.P.Number(rep.Entries))
	}
	if rep.Head.Size > 0 {
		out.Facts = append(out.Facts,
			templates.Row{Label: r.T("oplog.head.at"), Text: secondText(rep.Head.At)},
			templates.Row{Label: r.T("oplog.head.root"), Text: rep.Head.Hash.String(), Code: true})
	}
	if n := rep.Unsigned(); n > 0 {
		out.Facts = append(out.Facts, templates.Row{Label: r.T("oplog.result.unsigned"), Text: r.P.Number(n)})
	}
	for _, f := range rep.Findings {
		out.Findings = append(out.Findings, r.P.Field(f.Field()))
	}
	if rep.Omitted > 0 {
		out.Omitted = r.T("oplog.result.omitted", "n", rep.Omitted)
	}
	return out
}

// head gives the newest signed head, to be kept elsewhere.
func (d *oplogDesk) head(*web.Request, struct{}) (web.Response, error) {
	h, err := d.Anchor.Newest()
	if err != nil {
		return nil, err
	}
	return textFile("head-"+strconv.FormatInt(h.Size, 10)+".txt", h.Note), nil
}

// verifier gives the public key by which heads and proofs are checked.
func (d *oplogDesk) verifier(*web.Request, struct{}) (web.Response, error) {
	return textFile("verifier.pub", d.Anchor.Verifier()+"\n"), nil
}

func textFile(name, text string) web.File {
	return web.File{Name: name, MediaType: "text/plain; charset=utf-8", Write: func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	}}
}
