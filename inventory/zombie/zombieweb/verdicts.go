package zombieweb

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"qingce/internal/fault"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/inventory/zombie"
	"qingce/inventory/zombie/detect"
)

const verdictsPath = zombiesPath + "/verdicts"

// Parameters of the list of verdicts.
const (
	paramFeature = "feature"
	paramResult  = "result"
	paramBand    = "sure"
	paramOwner   = "owner"
	paramSearch  = "q"
	paramSort    = "sort"
	paramPage    = "page"
	paramSize    = "size"
)

func (d *desk) mountVerdicts(s *web.Server) {
	view := s.Group(web.For(zombie.Viewers()...))
	web.Get(view, verdictsPath, d.showVerdicts)
}

// bandWords are the names of the bands, in their order.
var bandWords = []string{"unsure", "likely", "sure"}

// verdictsAsked is which verdicts an address asks for.
type verdictsAsked struct {
	zombie.VerdictQuery
	params url.Values
	wrong  []fault.Field
}

// readVerdicts reads an address. Without one it begins with what is met or
// suspected.
func readVerdicts(q url.Values, dir *inventory.Directory) verdictsAsked {
	a := verdictsAsked{params: url.Values{}}
	a.Least = zombie.Warning
	if a.Search = strings.TrimSpace(q.Get(paramSearch)); a.Search != "" {
		a.params.Set(paramSearch, a.Search)
	}
	for f := detect.Z1; f <= detect.Z5; f++ {
		if q.Get(paramFeature) == zombie.FeatureWord(f) {
			a.Feature = f
			a.params.Set(paramFeature, zombie.FeatureWord(f))
		}
	}
	a.readResult(q.Get(paramResult))
	for i, word := range bandWords {
		if slices.Contains(q[paramBand], word) {
			a.Bands = append(a.Bands, zombie.Band(i))
			a.params.Add(paramBand, word)
		}
	}
	if word := q.Get(paramOwner); word != "" {
		if dept, ok := dir.Lookup(word); ok {
			a.Owner = dept.ID
			a.params.Set(paramOwner, dept.Code)
		} else {
			a.wrong = append(a.wrong, fault.At(paramOwner, "zombie.err.owner", "value", word))
		}
	}
	order, descending := strings.CutPrefix(q.Get(paramSort), "-")
	if slices.Contains(zombie.VerdictSorts(), order) {
		a.Sort, a.Descending = order, descending
		a.params.Set(paramSort, q.Get(paramSort))
	}
	a.Page, _ = strconv.Atoi(q.Get(paramPage))
	a.Size, _ = strconv.Atoi(q.Get(paramSize))
	return a
}

// allResults asks for systems with any result.
const allResults = "all"

func (a *verdictsAsked) readResult(word string) {
	if word == allResults {
		a.Least = zombie.Nothing
		a.params.Set(paramResult, word)
		return
	}
	for r := detect.NotMet; r <= detect.Exempted; r++ {
		if word == zombie.ResultWord(r) {
			a.Result, a.Least = zombie.Wanted{Is: true, Result: r}, zombie.Nothing
			a.params.Set(paramResult, word)
		}
	}
}

// showVerdicts lists what was found.
func (d *desk) showVerdicts(r *web.Request, _ struct{}) (web.Response, error) {
	v := verdictsView{p: r.P, by: r.By, now: r.Now}
	var err error
	if v.dir, err = d.Registry.Directory(r.Ctx); err != nil {
		return nil, err
	}
	v.asked = readVerdicts(r.URL.Query(), v.dir)
	if v.result, err = d.Detector.Verdicts(r.Ctx, r.By, v.asked.VerdictQuery); err != nil {
		return nil, err
	}
	if v.all, _, err = d.Detector.Sums(r.Ctx, r.By); err != nil {
		return nil, err
	}
	if v.day, err = d.Detector.Newest(r.Ctx, r.By); err != nil && fault.KindOf(err) != fault.NotFound {
		return nil, err
	}
	return web.View{Template: "zombie/verdicts", Title: r.T("zombie.verdicts"), Crumbs: v.crumbs(), Data: v.page()}, nil
}
