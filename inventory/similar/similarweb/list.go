package similarweb

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"qingce/internal/fault"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/inventory/similar"
)

// Parameters of the list.
const (
	paramVerdict = "verdict"
	paramSearch  = "q"
	paramOwner   = "owner"
	paramOnly    = "only"
	paramSort    = "sort"
	paramPage    = "page"
	paramSize    = "size"
)

// Words of the filter for what else is known of a pair.
const (
	onlyLikely   = "likely"
	onlyDeclared = "declared"
	onlyMoved    = "moved"
)

// pairsPerPage is how many pairs a page shows when nobody says otherwise.
const pairsPerPage = 30

// asked is which pairs an address asks for.
type asked struct {
	similar.Query
	verdict similar.Verdict
	params  url.Values // what was understood, without the page
	wrong   []fault.Field
}

// readList reads what an address asks for. What cannot be understood does not
// narrow, and is told.
func readList(q url.Values, dir *inventory.Directory) asked {
	a := asked{verdict: similar.Open, params: url.Values{}}
	if v := similar.Verdict(q.Get(paramVerdict)); v.Valid() {
		a.verdict = v
		a.params.Set(paramVerdict, string(v))
	}
	a.Verdicts = []similar.Verdict{a.verdict}
	if a.Search = strings.TrimSpace(q.Get(paramSearch)); a.Search != "" {
		a.params.Set(paramSearch, a.Search)
	}
	if word := q.Get(paramOwner); word != "" {
		if dept, ok := dir.Lookup(word); ok {
			a.Owner = dept.ID
			a.params.Set(paramOwner, dept.Code)
		} else {
			a.wrong = append(a.wrong, fault.At(paramOwner, "similar.err.owner", "value", word))
		}
	}
	for word, flag := range map[string]*bool{onlyLikely: &a.Likely, onlyDeclared: &a.Declared, onlyMoved: &a.Moved} {
		if slices.Contains(q[paramOnly], word) {
			*flag = true
			a.params.Add(paramOnly, word)
		}
	}
	slices.Sort(a.params[paramOnly])
	order, falling := strings.CutPrefix(q.Get(paramSort), "-")
	if slices.Contains(similar.Sorts(), order) {
		a.Sort, a.Ascending = order, !falling
		a.params.Set(paramSort, q.Get(paramSort))
	}
	a.Page, _ = strconv.Atoi(q.Get(paramPage))
	a.Size, _ = strconv.Atoi(q.Get(paramSize))
	if a.Size < 1 || a.Size > inventory.MaxPageSize {
		a.Size = pairsPerPage
	}
	a.Page = max(a.Page, 1)
	return a
}

// showList lists the pairs: the open ones first.
func (d *desk) showList(r *web.Request, _ struct{}) (web.Response, error) {
	dir, err := d.Registry.Directory(r.Ctx)
	if err != nil {
		return nil, err
	}
	v := listView{p: r.P, by: r.By, today: r.Today(), dir: dir, asked: readList(r.URL.Query(), dir)}
	if v.counts, err = d.Similar.Count(r.Ctx, r.By); err != nil {
		return nil, err
	}
	if v.result, err = d.Similar.List(r.Ctx, r.By, v.asked.Query); err != nil {
		return nil, err
	}
	if last := max(int((v.result.Total+int64(v.asked.Size)-1)/int64(v.asked.Size)), 1); v.asked.Page > last { // rows may have gone since
		v.asked.Page = last
		if v.result, err = d.Similar.List(r.Ctx, r.By, v.asked.Query); err != nil {
			return nil, err
		}
	}
	v.done, v.of = d.Similar.Progress()
	return web.View{Template: "similar/list", Title: r.T("similar.title"), Crumbs: crumbs(r), Data: v.page()}, nil
}
