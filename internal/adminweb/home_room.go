package adminweb

import (
	"errors"
	"strconv"

	"qingce/internal/account"
	"qingce/internal/fault"
	"qingce/internal/oplog"
	"qingce/internal/web"
	"qingce/templates"
)

// HomeRoom is the machine room as the administrator looks after it.
type HomeRoom struct {
	Accounts []templates.Stat
	Calendar templates.Facts
	Log      templates.Facts
}

func (d *homeDesk) room(r *web.Request) (*HomeRoom, error) {
	out := &HomeRoom{}
	for _, c := range []struct {
		word   string
		filter account.Filter
		href   string
	}{
		{"all", account.Filter{Size: 1}, "/accounts"},
		{"active", account.Filter{Size: 1, State: account.Active}, "/accounts?state=active"},
		{"locked", account.Filter{Size: 1, Locked: true}, "/accounts?state=" + stateLocked},
		{"disabled", account.Filter{Size: 1, State: account.Disabled}, "/accounts?state=disabled"},
	} {
		_, n, err := d.Accounts.List(r.Ctx, r.By, c.filter)
		if err != nil {
			return nil, err
		}
		s := templates.Stat{Label: r.T("home.accounts." + c.word), Value: r.P.Number(n), Href: c.href}
		if c.word == "locked" && n > 0 {
			s.Tone = templates.ToneAmber
		}
		out.Accounts = append(out.Accounts, s)
	}
	var err error
	if out.Calendar, err = d.calendarFacts(r); err != nil {
		return nil, err
	}
	out.Log, err = d.logFacts(r)
	return out, err
}

// calendarFacts say how far the calendar reaches.
func (d *homeDesk) calendarFacts(r *web.Request) (templates.Facts, error) {
	f := templates.Facts{Title: r.T("menu.calendar"), Action: &templates.Act{Text: r.T("home.open"), Href: calendarPath, Kind: templates.ActQuiet}}
	outlook, err := d.Book.Years(r.Ctx, r.By)
	if err != nil || len(outlook.Years) == 0 {
		return f, err
	}
	first, last := outlook.Years[0].Year.Year, outlook.Years[len(outlook.Years)-1].Year.Year
	f.Rows = []templates.Row{{Label: r.T("home.calendar.known"), Text: r.T("home.calendar.span", "first", first, "last", last), Href: yearPath(last)}}
	for _, year := range outlook.Missing {
		f.Rows = append(f.Rows, templates.Row{Label: strconv.Itoa(year), Badge: &templates.Badge{Text: r.T("calendar.missing"), Tone: templates.ToneRed}})
	}
	return f, nil
}

// logFacts say how far the operation log is signed.
func (d *homeDesk) logFacts(r *web.Request) (templates.Facts, error) {
	f := templates.Facts{Title: r.T("menu.oplog"), Action: &templates.Act{Text: r.T("home.open"), Href: oplogPath, Kind: templates.ActQuiet}}
	head, err := d.Anchor.Newest()
	switch {
	case err == nil:
		f.Rows = []templates.Row{
			{Label: r.T("oplog.place.signed"), Badge: &templates.Badge{Text: r.T("home.log.signed"), Tone: templates.ToneGreen}},
			{Label: r.T("oplog.head.size"), Text: r.T("oplog.head.entries", "n", r.P.Number(head.Size))},
			{Label: r.T("oplog.head.at"), Text: secondText(head.At)},
		}
	case errors.Is(err, oplog.ErrNoHead):
		f.Rows = []templates.Row{{Label: r.T("oplog.place.signed"), Badge: &templates.Badge{Text: r.T("oplog.place.waits"), Tone: templates.ToneAmber}}}
	case fault.KindOf(err) == fault.Conflict:
		f.Rows = []templates.Row{{
			Label: r.T("oplog.place.signed"), Badge: &templates.Badge{Text: r.T("oplog.place.unreadable"), Tone: templates.ToneRed}, Warning: r.P.Error(err),
		}}
	default:
		return f, err
	}
	return f, nil
}
