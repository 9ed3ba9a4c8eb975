package similarweb

import (
	"strings"

	"qingce/internal/fault"
	"qingce/internal/locale"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/inventory/similar"
	"qingce/templates"
)

// checkPage is the data of similar/check.
type checkPage struct {
	Head    templates.Head
	Action  string
	Text    string
	Error   string
	Asked   bool
	Found   []foundRow
	Caption string
	Empty   *templates.Empty
}

// foundRow is a system that is like the text.
type foundRow struct {
	System templates.Cell
	State  string
	Score  string
	Degree templates.Badge
	Words  []string
}

type checkIn struct {
	Text string `form:"text"`
}

// showCheck finds the systems that a text may describe again.
func (d *desk) showCheck(r *web.Request, in checkIn) (web.Response, error) {
	page := checkPage{Head: templates.Head{Title: r.T("similar.check"), Lead: r.T("similar.check.lead")}, Action: checkPath, Text: in.Text}
	view := web.View{Template: "similar/check", Title: r.T("similar.check"), Crumbs: crumbs(r, r.T("similar.check"))}
	if strings.TrimSpace(in.Text) == "" {
		view.Data = page
		return view, nil
	}
	found, err := d.Similar.Check(r.Ctx, r.By, in.Text, 0)
	switch {
	case fault.KindOf(err) == fault.Invalid && err != nil:
		view.Err = err
		for _, f := range fault.FieldsOf(err) {
			page.Error = r.P.Field(f)
		}
		view.Data = page
		return view, nil
	case err != nil:
		return nil, err
	}
	dir, err := d.Registry.Directory(r.Ctx)
	if err != nil {
		return nil, err
	}
	page.Asked, page.Found, page.Caption = true, foundRows(r.P, dir, found), r.T("similar.check.found", "n", len(found))
	if len(found) == 0 {
		page.Empty = &templates.Empty{Title: r.T("similar.check.none"), Text: r.T("similar.check.none.text"), Icon: "check"}
	}
	view.Data = page
	return view, nil
}

func foundRows(p *locale.Printer, dir *inventory.Directory, found []similar.Found) []foundRow {
	out := make([]foundRow, len(found))
	for i, f := range found {
		out[i] = foundRow{
			System: sideCell(p, dir, f.Side), Score: percent(f.Score), Words: f.Words,
			Degree: templates.Badge{Text: degreeText(p, f.Score), Tone: degreeTone(f.Score)},
		}
		if !f.Hidden {
			out[i].State = p.T(string(f.State.Label()))
		}
	}
	return out
}

// blockSystems is how many systems stand on the page of another one.
const blockSystems = 3

// Block is what stands of like systems on the page of a record: the check for
// duplicates, that is seen as soon as a system was saved. Nil for those who may
// not see it and where there is nothing to say.
func Block(deps Deps) func(*web.Request, inventory.System) (*templates.Facts, error) {
	d := &desk{deps}
	return d.block
}

func (d *desk) block(r *web.Request, s inventory.System) (*templates.Facts, error) {
	if !r.By.Is(viewers()...) || s.Classified || s.State.Closed() {
		return nil, nil
	}
	found, err := d.Similar.Like(r.Ctx, r.By, s, blockSystems)
	if err != nil {
		return nil, err
	}
	dir, err := d.Registry.Directory(r.Ctx)
	if err != nil {
		return nil, err
	}
	out := &templates.Facts{
		ID: "s-similar", Title: r.T("similar.block"),
		Action: &templates.Act{Text: r.T("similar.block.more"), Kind: templates.ActQuiet, Href: templates.WithQuery(similarPath, paramSearch, s.Code)},
	}
	for _, f := range found {
		cell := sideCell(r.P, dir, f.Side)
		row := templates.Row{
			Label: percent(f.Score) + " " + degreeText(r.P, f.Score), Text: f.Code + " " + dir.Name(f.OwnerID), Href: cell.Href,
			Note: r.T("similar.block.words", "words", r.P.Join(f.Words)),
		}
		if !f.Hidden {
			row.Text = f.Code + " " + f.Name
			row.Note = dir.Name(f.OwnerID) + " · " + row.Note
		}
		out.Rows = append(out.Rows, row)
	}
	if len(found) == 0 {
		out.Rows = []templates.Row{{Label: r.T("similar.block.none.label"), Text: r.T("similar.block.none")}}
	}
	return out, nil
}
