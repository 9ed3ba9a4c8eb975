package surveyweb

import (
	"cmp"
	"errors"
	"net/url"
	"strconv"

	"qingce/internal/fault"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/survey"
	"qingce/survey/census"
	"qingce/templates"
)

// itemsAsked is which items an address asks for.
type itemsAsked struct {
	census.ItemQuery
	params url.Values // what was understood
}

// readItems reads which items are asked for. What cannot be understood does not
// narrow.
func (v censusView) readItems(params url.Values) itemsAsked {
	a := itemsAsked{params: url.Values{}}
	a.Page, a.Size = pageOf(params)
	if r := census.Result(params.Get("result")); r.Valid() {
		a.Results = []census.Result{r}
		a.params.Set("result", string(r))
	}
	if id, err := strconv.ParseInt(params.Get("source"), 10, 64); err == nil && id > 0 {
		a.Source = census.SourceID(id)
		a.params.Set("source", params.Get("source"))
	}
	if params.Get("line") == yes {
		a.Lines = true
		a.params.Set("line", yes)
	}
	for _, one := range append(census.Decisions(), census.Open, census.NoneAsked) {
		if params.Get("decision") == string(one) {
			a.Decisions = []census.Decision{one}
			a.params.Set("decision", string(one))
		}
	}
	if dept, ok := v.dir.Lookup(params.Get("department")); ok && params.Get("department") != "" {
		a.Department = dept.ID
		a.params.Set("department", dept.Code)
	}
	if q := params.Get("q"); q != "" {
		a.Search = q
		a.params.Set("q", q)
	}
	switch o := census.ItemOrder(params.Get("sort")); o {
	case census.ItemsByName, census.ItemsByScore, census.ItemsByLine, census.ItemsByOwner:
		a.Sort, a.Descending = o, params.Get("way") == "desc"
		a.params.Set("sort", string(o))
		if a.Descending {
			a.params.Set("way", "desc")
		}
	}
	return a
}

// listItems lists what came of the lists of a census.
func (d *desk) listItems(r *web.Request, in censusIn) (web.Response, error) {
	v, err := d.censusView(r, in.Code)
	if err != nil {
		return nil, err
	}
	l := itemsView{censusView: v, asked: v.readItems(r.URL.Query())}
	if l.page, err = d.Census.ListItems(r.Ctx, r.By, in.Code, l.asked.ItemQuery); err != nil {
		return nil, err
	}
	if r.By.View().All {
		if l.sources, err = d.Census.ListSources(r.Ctx, r.By, in.Code); err != nil {
			return nil, err
		}
	}
	return web.View{Template: "survey/census_items", Title: r.T("census.items"), Crumbs: v.crumbs(crumb(r.T("census.items"))), Data: l.data()}, nil
}

type decideManyIn struct {
	Code     string          `uri:"code"`
	IDs      []int64         `form:"id"`
	Decision census.Decision `form:"decision"`
	Reason   string          `form:"reason"`
	Back     string          `form:"back"`
}

// decideMany settles chosen items in the same way and says what became of them.
func (d *desk) decideMany(r *web.Request, in decideManyIn) (web.Response, error) {
	back := web.LocalPath(in.Back)
	if in.Back == "" {
		back = censusAt(in.Code, "items")
	}
	if len(in.IDs) == 0 {
		return web.Redirect{To: back, Said: templates.Flash{Kind: "warning", Text: r.T("census.items.none_chosen")}}, nil
	}
	ids := make([]census.ItemID, len(in.IDs))
	for i, id := range in.IDs {
		ids[i] = census.ItemID(id)
	}
	done, err := d.Census.DecideMany(r.Ctx, r.By, in.Code, ids, census.Ruling{Decision: in.Decision, Reason: in.Reason})
	if err != nil {
		return nil, err
	}
	n, said := 0, templates.Flash{Kind: "ok"}
	var first error
	for _, one := range done {
		if one.Err == nil {
			n++
		} else if first == nil {
			first = one.Err
		}
	}
	said.Text = r.T("census.items.decided", "n", n)
	if first != nil {
		said.Kind = "warning"
		said.Text = r.T("census.items.decided_some", "n", n, "left", len(done)-n, "why", reasonText(r, first))
	}
	return web.Redirect{To: back, Said: said}, nil
}

// reasonText says what an error says, with its first field.
func reasonText(r *web.Request, err error) string {
	if fields := fault.FieldsOf(err); len(fields) > 0 {
		return r.P.Field(fields[0])
	}
	return r.P.Error(err)
}

type itemIn struct {
	Code       string `uri:"code"`
	ID         int64  `uri:"id"`
	Version    int64  `form:"version"`
	Act        string `form:"act"`
	Department string `form:"department"`
	Name       string `form:"name"`
	Text       string
	Reason     string `form:"reason"`
	Pick       string `form:"pick"` // row or record: "row.17", "system.4"
	Find       string `form:"find"` // words to find a declared system by
}

// showItem is the page of an item.
func (d *desk) showItem(r *web.Request, in itemIn) (web.Response, error) {
	return d.itemView(r, in, nil)
}

func (d *desk) itemView(r *web.Request, in itemIn, cause error) (web.Response, error) {
	v, err := d.censusView(r, in.Code)
	if err != nil {
		return nil, err
	}
	item, err := d.Census.FindItem(r.Ctx, r.By, in.Code, census.ItemID(in.ID))
	if err != nil {
		return nil, err
	}
	i := itemView{censusView: v, item: item, in: in, err: cause}
	if in.Find != "" && item.Refused == nil {
		if i.found, err = d.Census.SearchDeclared(r.Ctx, r.By, in.Code, 0, in.Find); err != nil {
			return nil, err
		}
	}
	return web.View{
		Template: "survey/census_item", Title: i.name(), Data: i.data(), Err: cause,
		Crumbs: v.crumbs(templates.Crumb{Text: r.T("census.items"), Href: v.path("items")}, crumb(i.name())),
	}, nil
}

// Acts on an item besides the decisions.
const (
	actChoose     = "choose"
	actReconsider = "reconsider"
)

// decideItem settles an item. The forms beside each other have words of their
// own: text.added is not text.asked.
func (d *desk) decideItem(r *web.Request, in itemIn) (web.Response, error) {
	in.Text, in.Reason = r.Form.Get("text."+in.Act), cmp.Or(r.Form.Get("reason."+in.Act), in.Reason)
	err := d.ruleItem(r, in)
	if k := fault.KindOf(err); err != nil && (k == fault.Invalid || k == fault.Conflict && !errors.Is(err, survey.ErrCampaignLocked)) {
		return d.itemView(r, in, err)
	}
	if err != nil {
		return nil, err
	}
	return web.Redirect{To: itemAt(in.Code, census.ItemID(in.ID)), Said: web.Said(r.T("census.item.saved"))}, nil
}

func (d *desk) ruleItem(r *web.Request, in itemIn) error {
	id := census.ItemID(in.ID)
	var err error
	switch in.Act {
	case actChoose:
		_, err = d.Census.Choose(r.Ctx, r.By, in.Code, id, in.Version, readPick(in.Pick))
	case actReconsider:
		_, err = d.Census.Reconsider(r.Ctx, r.By, in.Code, id, in.Version, in.Reason)
	default:
		ruling := census.Ruling{Decision: census.Decision(in.Act), Name: in.Name, Text: in.Text, Reason: in.Reason}
		if in.Department != "" {
			dir, dirErr := d.Registry.Directory(r.Ctx)
			if dirErr != nil {
				return dirErr
			}
			dept, ok := dir.Lookup(in.Department)
			if !ok {
				return fault.Refuse([]fault.Field{fault.At("department", "survey.err.department", "value", in.Department)})
			}
			ruling.Department = dept.ID
		}
		_, err = d.Census.Decide(r.Ctx, r.By, in.Code, id, in.Version, ruling)
	}
	return err
}

// readPick reads "row.17" or "system.4".
func readPick(text string) census.Pick {
	var p census.Pick
	kind, number, _ := cutDot(text)
	switch kind {
	case "row":
		p.Row = survey.RowID(number)
	case "system":
		p.System = inventory.SystemID(number)
	}
	return p
}

func cutDot(text string) (string, int64, bool) {
	for i := range text {
		if text[i] == '.' {
			n, err := strconv.ParseInt(text[i+1:], 10, 64)
			return text[:i], n, err == nil
		}
	}
	return text, 0, false
}
