package usageweb

import (
	"time"

	"qingce/internal/fault"
	"qingce/inventory/usage"
	"qingce/templates"
)

// head says how a file stands and whose turn it is.
func (v fileView) head() templates.Head {
	u := &v.file
	h := templates.Head{Title: u.FileName, Lead: v.p.T(v.lead()), Badges: []templates.Badge{uploadBadge(v.p, u)}}
	fact := func(key, text string) {
		if text != "" {
			h.Facts = append(h.Facts, templates.Row{Label: v.p.T("usage.files." + key), Text: text})
		}
	}
	done := func(key string, at *time.Time, name string) {
		if at != nil {
			fact(key, v.p.Time(*at)+" "+name)
		}
	}
	fact("department", v.department)
	fact("by", u.AccountName)
	fact("at", v.p.Time(u.CreatedAt))
	fact("span", daysText(u))
	done("submitted_at", u.SubmittedAt, u.SubmittedName)
	switch u.Review {
	case usage.ReviewReturned:
		done("returned_at", u.ReviewedAt, u.ReviewedName)
	case usage.ReviewAccepted:
		done("accepted_at", u.ReviewedAt, u.ReviewedName)
	default:
		done("confirmed_at", u.ConfirmedAt, u.ConfirmedName)
	}
	done("withdrawn_at", u.WithdrawnAt, u.WithdrawnName)
	return h
}

// lead is the key of what the state means: the centre's own files need no
// review.
func (v fileView) lead() string {
	key := "usage.files.lead." + string(v.file.Standing())
	if v.file.Standing() == usage.UploadReady && v.file.Review == usage.ReviewOwn {
		key += "_own"
	}
	return key
}

func (v fileView) callouts() []templates.Callout {
	var out []templates.Callout
	say := func(kind, key, text string) {
		if text != "" {
			out = append(out, templates.Callout{Kind: kind, Title: v.p.T("usage.files." + key), Text: text})
		}
	}
	if v.cause != nil && len(fault.FieldsOf(v.cause)) == 0 {
		out = append(out, templates.Callout{Kind: "error", Text: v.p.Error(v.cause)})
	}
	say("warning", "return.was", v.file.ReviewReason)
	say("warning", "reason.was", v.file.Reason)
	say("info", "source.was", v.file.SourceNote)
	if v.file.Standing() == usage.UploadWaiting && v.by.Is(usage.Reviewers()...) && !v.may(usage.MoveAccept) {
		out = append(out, templates.Callout{Kind: "info", Text: v.p.Error(usage.ErrOwnUpload)})
	}
	if notes := v.file.Remarks(); len(notes) > 0 {
		c := templates.Callout{Kind: "info", Title: v.p.T("usage.files.notes")}
		for _, f := range notes {
			c.Items = append(c.Items, v.p.Field(f))
		}
		out = append(out, c)
	}
	return out
}

// first is the step that lies nearest, if anything in the file would count.
func (v fileView) first() *templates.Form {
	switch {
	case !v.file.Writes():
		return nil
	case v.may(usage.MoveSubmit):
		return v.submit()
	case v.may(usage.MoveAccept):
		return v.letCount("accept")
	case v.may(usage.MoveConfirm):
		return v.letCount("confirm")
	}
	return nil
}

// letCount lets the good rows count.
func (v fileView) letCount(step string) *templates.Form {
	return &templates.Form{
		ID: step + "-form", Action: filePath(v.file.ID, step), Hidden: v.version(),
		Acts: []templates.Act{{
			Text: v.p.T("usage.files."+step, "n", v.file.Good()), Kind: templates.ActPrimary, Icon: "check", Note: v.effect("usage.files.confirm"),
		}},
	}
}

// effect says what a step does, and that wrong rows stay out.
func (v fileView) effect(key string) string {
	if v.file.RowsWrong > 0 {
		return v.p.T(key+".some", "n", v.file.RowsWrong)
	}
	return v.p.T(key + ".note")
}

// submit hands the file in; the department says where the figures come from.
func (v fileView) submit() *templates.Form {
	source := templates.Field{
		Name: "source", Kind: templates.KindLongText, Label: v.p.T("usage.files.source"), Help: v.p.T("usage.files.source.help"),
		Required: true, MaxLength: 300, Value: v.in.Source,
	}
	return v.ask("submit", source, templates.Act{
		Text: v.p.T("usage.files.submit"), Kind: templates.ActPrimary, Icon: "check", Note: v.effect("usage.files.submit"),
	})
}

// last takes away, with a reason: sends back what waits, or withdraws what
// counts.
func (v fileView) last() *templates.Form {
	for _, m := range []usage.UploadMove{usage.MoveReturn, usage.MoveWithdraw} {
		if v.may(m) {
			return v.takeAway(string(m))
		}
	}
	return nil
}

func (v fileView) takeAway(step string) *templates.Form {
	text := func(key string) string { return v.p.T("usage.files." + step + key) }
	reason := templates.Field{
		Name: "reason", Label: text(".reason"), Help: text(".help"), Required: true, MaxLength: 300, Value: v.in.Reason,
	}
	return v.ask(step, reason, templates.Act{Text: text(""), Kind: templates.ActDanger, Note: text(".note")})
}

// ask is a step that wants something said.
func (v fileView) ask(step string, field templates.Field, act templates.Act) *templates.Form {
	f := &templates.Form{ID: step + "-form", Action: filePath(v.file.ID, step), Hidden: v.version(), Acts: []templates.Act{act}}
	for _, wrong := range fault.FieldsOf(v.cause) {
		if wrong.Name == field.Name {
			field.Error = v.p.Field(wrong)
			f.Errors = &templates.Errors{Items: []templates.ErrorItem{{Text: field.Error, Href: "#f-" + field.Name}}}
		}
	}
	key := "usage.files." + step
	f.Sections = []templates.Section{{ID: "s-" + step, Title: v.p.T(key + ".title"), Lead: v.p.T(key + ".lead"), Fields: []templates.Field{field}}}
	return f
}
