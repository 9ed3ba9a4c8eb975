package usageweb

import (
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"qingce/internal/fault"
	"qingce/internal/store"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/inventory/usage"
	"qingce/inventory/usage/wire"
)

// probeForm is a form of a probe under way.
type probeForm struct {
	r       *web.Request
	dir     *inventory.Directory
	present *usage.ProbeFile // as it stands, nil for a new one
	record  usage.ProbeForm
	owner   string // as typed
	// minutes is the interval as it was chosen.
	minutes string
	lines   []probeLine
	err     error
}

// probeLine is a line of the form for a system of the probe.
type probeLine struct{ text, share string }

// newProbe shows the form of a new probe; an address may name what it is for.
func (d *desk) newProbe(r *web.Request, in struct {
	Owner  string `form:"owner"`
	System string `form:"system"`
}) (web.Response, error) {
	dir, err := d.Registry.Directory(r.Ctx)
	if err != nil {
		return nil, err
	}
	f := probeForm{r: r, dir: dir, minutes: "60", record: usage.ProbeForm{Kind: usage.GatewayProbe}}
	if dept, ok := dir.ByCode(in.Owner); ok {
		f.owner = dept.Code + " " + dept.Name
	}
	f.lines = []probeLine{{in.System, string(usage.Whole)}}
	return f.view(), nil
}

// registerProbe saves the form of a new probe. The buttons of the list of
// systems send it too, and only change the list.
func (d *desk) registerProbe(r *web.Request, _ struct{}) (web.Response, error) {
	f := probeForm{r: r}
	if more, err := d.readProbeForm(&f); err != nil || more {
		return f.viewOr(err)
	}
	made, err := d.Probes.Register(r.Ctx, r.By, f.record)
	if err != nil {
		return f.failed(err)
	}
	return web.Redirect{To: probePath(made.Code, "tokens", "new"), Said: web.Said(r.T("probes.registered", "name", made.Name, "code", made.Code))}, nil
}

// editProbe shows the form of a probe.
func (d *desk) editProbe(r *web.Request, in probeIn) (web.Response, error) {
	f := probeForm{r: r}
	if err := d.readPresent(&f, in.Code); err != nil {
		return nil, err
	}
	one := f.present
	f.record = usage.ProbeForm{Name: one.Name, Kind: one.Kind, Signals: one.Signals, Note: one.Note}
	f.owner, f.minutes = one.Owner.Code+" "+one.Owner.Name, strconv.Itoa(one.IntervalMinutes)
	for _, s := range one.Systems {
		f.lines = append(f.lines, probeLine{s.Code + " " + s.Name, string(s.Share)})
	}
	return f.view(), nil
}

func (d *desk) readPresent(f *probeForm, code string) error {
	one, err := d.Probes.FindProbe(f.r.Ctx, f.r.By, code)
	if err != nil {
		return err
	}
	f.present = &one
	f.dir, err = d.Registry.Directory(f.r.Ctx)
	return err
}

// changeProbe saves the form of a probe.
func (d *desk) changeProbe(r *web.Request, in struct {
	Code    string `uri:"code"`
	Version int64  `form:"version"`
}) (web.Response, error) {
	f := probeForm{r: r}
	if err := d.readPresent(&f, in.Code); err != nil {
		return nil, err
	}
	if more, err := d.readProbeForm(&f); err != nil || more {
		return f.viewOr(err)
	}
	if _, err := d.Probes.Change(r.Ctx, r.By, in.Code, in.Version, f.record); err != nil {
		return f.failed(err)
	}
	return web.Redirect{To: probePath(in.Code), Said: web.Said(r.T("probes.saved"))}, nil
}

// readProbeForm takes in what was typed; more tells that only the list of systems
// was to be made longer or shorter.
func (d *desk) readProbeForm(f *probeForm) (more bool, err error) {
	typed := f.r.Form
	if f.dir, err = d.Registry.Directory(f.r.Ctx); err != nil {
		return false, err
	}
	f.record = usage.ProbeForm{Name: typed.Get("name"), Kind: usage.ProbeKind(typed.Get("kind")), Note: typed.Get("note")}
	f.minutes = typed.Get("interval")
	minutes, err := strconv.Atoi(f.minutes)
	if err != nil {
		minutes = -1 // is refused with the rest
	}
	f.record.Interval = time.Duration(minutes) * time.Minute
	for _, name := range typed["signals"] {
		if s, ok := wire.SignalNamed(name); ok {
			f.record.Signals |= usage.SignalsOf(s)
		}
	}
	f.owner = strings.TrimSpace(typed.Get("owner"))
	if dept, ok := f.dir.Lookup(f.owner); ok {
		f.record.Owner = dept.ID
	}
	f.lines = readProbeLines(typed)
	if at, err := strconv.Atoi(typed.Get("remove")); err == nil && at >= 0 && at < len(f.lines) {
		f.lines = slices.Delete(f.lines, at, at+1)
		return true, nil
	}
	if typed.Get("add") != "" {
		f.lines = append(f.lines, probeLine{share: string(usage.Part)})
		return true, nil
	}
	return false, d.chooseSystems(f)
}

// readProbeLines reads the systems, as many as were sent.
func readProbeLines(typed url.Values) []probeLine {
	var out []probeLine
	for i := 0; typed.Has("system-" + strconv.Itoa(i)); i++ {
		n := strconv.Itoa(i)
		out = append(out, probeLine{strings.TrimSpace(typed.Get("system-" + n)), typed.Get("share-" + n)})
	}
	return out
}

// chooseSystems finds the codes of the systems that were typed.
func (d *desk) chooseSystems(f *probeForm) error {
	for _, l := range f.lines {
		if l.text == "" {
			continue
		}
		code, err := d.systemCode(f.r, l.text)
		if err != nil {
			return err
		}
		f.record.Systems = append(f.record.Systems, usage.SystemChoice{Code: code, Share: usage.Share(l.share)})
	}
	return nil
}

// systemCode is the code of the system that was typed as a code, as "CODE name"
// or as a whole name. What names none is left as it is and refused by its name.
func (d *desk) systemCode(r *web.Request, typed string) (string, error) {
	code, name, _ := strings.Cut(typed, " ")
	if name != "" || strings.ContainsAny(code, "-0123456789") {
		return strings.ToUpper(code), nil
	}
	page, err := d.Registry.ListSystems(r.Ctx, r.By, inventory.Query{Search: typed, Size: 2, Columns: []string{"name"}})
	if err == nil && page.Total == 1 && page.Rows[0].Name == typed {
		code = page.Rows[0].Code
	}
	return code, err
}

// viewOr shows the form, unless there is an error.
func (f probeForm) viewOr(err error) (web.Response, error) {
	if err != nil {
		return nil, err
	}
	return f.view(), nil
}

// failed shows the form again with everything as it was typed.
func (f probeForm) failed(err error) (web.Response, error) {
	if errors.Is(err, store.ErrStale) || fault.KindOf(err) == fault.Invalid && len(fault.FieldsOf(err)) > 0 {
		f.err = err
		return f.view(), nil
	}
	return nil, err
}
