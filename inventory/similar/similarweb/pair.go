package similarweb

import (
	"strings"

	"qingce/internal/fault"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/inventory/similar"
)

type pairIn struct {
	ID int64 `uri:"id"`
}

// showPair shows two systems side by side.
func (d *desk) showPair(r *web.Request, in pairIn) (web.Response, error) {
	v, err := d.readPair(r, similar.PairID(in.ID))
	if err != nil {
		return nil, err
	}
	return v.response(r), nil
}

// readPair reads a pair with the records that the reader sees.
func (d *desk) readPair(r *web.Request, id similar.PairID) (pairView, error) {
	v := pairView{p: r.P, by: r.By}
	var err error
	if v.sheet, err = d.Similar.Find(r.Ctx, r.By, id); err != nil {
		return v, err
	}
	if v.dir, err = d.Registry.Directory(r.Ctx); err != nil {
		return v, err
	}
	v.version = v.sheet.Version
	for i, s := range []similar.Side{v.sheet.First, v.sheet.Second} {
		if s.Hidden {
			continue
		}
		record, err := d.Registry.FindSystem(r.Ctx, r.By, s.Code)
		if err != nil {
			return v, err
		}
		v.records[i] = &record
	}
	return v, nil
}

type judgeIn struct {
	ID      int64  `uri:"id"`
	Version int64  `form:"version"`
	Choice  string `form:"choice"`
	Note    string `form:"note"`
	Back    string `form:"back"`
}

// opinion reads what was chosen: "same.double>GA-0002" says who goes on too.
func (in judgeIn) opinion() similar.Opinion {
	choice, keeper, _ := strings.Cut(in.Choice, ">")
	return similar.Opinion{Choice: choice, Keeper: keeper, Note: in.Note}
}

// judgePair takes in what a reviewer says. From a row of the list it goes back
// there.
func (d *desk) judgePair(r *web.Request, in judgeIn) (web.Response, error) {
	id := similar.PairID(in.ID)
	err := d.Similar.Judge(r.Ctx, r.By, id, in.Version, in.opinion())
	if err == nil {
		to := pairPath(id)
		if in.Back == similarPath || strings.HasPrefix(in.Back, similarPath+"?") {
			to = in.Back
		}
		return web.Redirect{To: to, Said: web.Said(r.T("similar.judged"))}, nil
	}
	if kind := fault.KindOf(err); kind != fault.Invalid && kind != fault.Conflict {
		return nil, err
	}
	v, readErr := d.readPair(r, id)
	if readErr != nil {
		return nil, readErr
	}
	v.choice, v.note, v.err = in.Choice, in.Note, err
	if fault.KindOf(err) == fault.Invalid {
		v.version = in.Version
	}
	return v.response(r), nil
}

// comparedKeys are the fields that stand side by side.
func comparedKeys() []string {
	return []string{
		"state", "phase", "category", "vertical", "use_scope", "use_objects", "business_items", "enabled_date", "registered_users",
		"active_users_month", "use_frequency", "build_unit", "build_amount", "om_amount_year", "om_contract_end",
	}
}

// records are those of both sides, nil for what the reader does not see.
type records [2]*inventory.System
