package fundingweb

import (
	"io"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/evidence"
	"qingce/internal/fault"
	"qingce/internal/web"
	"qingce/scoring/eligibility"
	"qingce/scoring/funding"
)

func (d *desk) opine(r *web.Request, in itemIn) (web.Response, error) {
	t := &reader{Values: r.Form}
	_, err := d.Funding.Opine(r.Ctx, r.By, in.ref(), funding.Opinion{
		As: auth.Role(t.Get("as")), Result: eligibility.Result(t.Get("opinion")), Text: t.text("opinion_text"),
	})
	return d.stepped(r, in, "opinion", err)
}

func (d *desk) decide(r *web.Request, in itemIn) (web.Response, error) {
	t := &reader{Values: r.Form}
	decision := funding.Decision{Result: eligibility.Result(t.Get("decision")), Text: t.text("decision_text"), Kept: t.money("kept"), KeptNote: t.text("kept_note")}
	err := t.either(func() error {
		_, err := d.Funding.Decide(r.Ctx, r.By, in.ref(), decision)
		return err
	})
	return d.stepped(r, in, "decision", err)
}

// plead puts an appeal forward, or asks for a re-check; the file of a re-check may
// be left out.
func (d *desk) plead(kind funding.PleaKind) func(*web.Request, itemIn) (web.Response, error) {
	return func(r *web.Request, in itemIn) (web.Response, error) {
		up, err := r.Upload("file", evidence.MaxSize)
		var files []evidence.Upload
		switch {
		case err == nil:
			files = append(files, uploadOf(up.Name, up.Data))
		case fault.KindOf(err) == fault.Invalid: // none was chosen
			err = nil
		}
		if err == nil {
			err = d.received(r.Ctx, files, func(got []evidence.Received) error {
				t := &reader{Values: r.Form}
				_, err := d.Funding.Plead(r.Ctx, r.By, in.ref(), funding.Petition{Kind: kind, Text: t.text("plea_text"), Evidence: got})
				return err
			})
		}
		return d.stepped(r, in, string(kind), err)
	}
}

func (d *desk) withdraw(r *web.Request, in itemIn) (web.Response, error) {
	_, err := d.Funding.Withdraw(r.Ctx, r.By, in.ref(), r.Form.Get("reason"))
	return d.stepped(r, in, "withdraw", err)
}

func (d *desk) verify(r *web.Request, in itemIn) (web.Response, error) {
	t := &reader{Values: r.Form}
	_, err := d.Funding.Verify(r.Ctx, r.By, in.ref(), funding.Check{Verdict: funding.Verdict(t.Get("verdict")), Text: t.text("verdict_text")})
	return d.stepped(r, in, "verify", err)
}

func (d *desk) lookAgain(r *web.Request, in itemIn) (web.Response, error) {
	_, err := d.Funding.LookAgain(r.Ctx, r.By, in.ref(), strings.TrimSpace(r.Form.Get("note")))
	return d.stepped(r, in, "again", err)
}

func (d *desk) consult(r *web.Request, in itemIn) (web.Response, error) {
	t := &reader{Values: r.Form}
	meeting := funding.Consultation{On: t.day("meeting_on"), Text: t.text("meeting_text")}
	err := t.either(func() error {
		_, err := d.Funding.Consult(r.Ctx, r.By, in.ref(), meeting)
		return err
	})
	return d.stepped(r, in, "consult", err)
}

func (d *desk) grant(r *web.Request, in itemIn) (web.Response, error) {
	t := &reader{Values: r.Form}
	e := funding.Exception{Until: t.day("until"), Reason: t.text("exception_reason")}
	err := t.either(func() error {
		_, err := d.Funding.Grant(r.Ctx, r.By, in.ref(), e)
		return err
	})
	return d.stepped(r, in, "grant", err)
}

func (d *desk) uphold(r *web.Request, in itemIn) (web.Response, error) {
	_, err := d.Funding.Uphold(r.Ctx, r.By, in.ref(), r.Form.Get("reason"))
	return d.stepped(r, in, "uphold", err)
}

// openFile gives out a file beside a plea that the reader sees.
func (d *desk) openFile(r *web.Request, in itemIn) (web.Response, error) {
	content, err := d.Funding.OpenFile(r.Ctx, r.By, in.Year, in.Code, evidence.LinkID(in.File))
	if err != nil {
		return nil, err
	}
	return web.File{Name: content.Link.Name, MediaType: evidence.SafeMediaType(content.File.MediaType), Write: func(w io.Writer) error {
		defer content.Close()
		_, err := io.Copy(w, content)
		return err
	}}, nil
}
