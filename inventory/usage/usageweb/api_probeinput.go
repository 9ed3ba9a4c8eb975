package usageweb

import (
	"context"
	"time"

	"qingce/internal/fault"
	"qingce/internal/web"
	"qingce/inventory/usage"
	"qingce/inventory/usage/wire"
)

// probeInput is what a program says of a probe.
type probeInput struct {
	Name            string             `json:"name"`
	Kind            usage.ProbeKind    `json:"kind" enum:"app,gateway,cloud,database,logs"`
	Owner           string             `json:"owner" doc:"Code of the department"`
	IntervalMinutes int                `json:"interval_minutes,omitempty" minimum:"0" maximum:"44640" doc:"0 is that of the kind"`
	Signals         []string           `json:"signals,omitempty" doc:"What it measures; empty when it is not said"`
	Systems         []probeSystemInput `json:"systems" doc:"The systems that it may speak of"`
	Note            string             `json:"note,omitempty"`
}

type probeSystemInput struct {
	Code  string      `json:"code"`
	Share usage.Share `json:"share,omitempty" enum:"whole,part" doc:"whole when it is left out"`
}

func (d *desk) readProbeInput(ctx context.Context, in probeInput) (usage.ProbeForm, error) {
	form := usage.ProbeForm{Name: in.Name, Kind: in.Kind, Interval: time.Duration(in.IntervalMinutes) * time.Minute, Note: in.Note}
	dir, err := d.Registry.Directory(ctx)
	if err != nil {
		return form, err
	}
	var wrong []fault.Field
	if dept, ok := dir.ByCode(in.Owner); ok {
		form.Owner = dept.ID
	} else {
		wrong = append(wrong, fault.At("owner", "probes.err.owner", "text", in.Owner))
	}
	for _, name := range in.Signals {
		s, ok := wire.SignalNamed(name)
		if !ok {
			wrong = append(wrong, fault.At("signals", "probes.err.signal", "text", name))
			continue
		}
		form.Signals |= usage.SignalsOf(s)
	}
	for _, s := range in.Systems {
		form.Systems = append(form.Systems, usage.SystemChoice{Code: s.Code, Share: s.Share})
	}
	return form, fault.Refuse(wrong)
}

type registerProbeIn struct{ Body probeInput }

func (d *desk) apiRegisterProbe(ctx context.Context, call web.Call, in *registerProbeIn) (*probeFileOut, error) {
	form, err := d.readProbeInput(ctx, in.Body)
	if err != nil {
		return nil, err
	}
	made, err := d.Probes.Register(ctx, call.By, form)
	if err != nil {
		return nil, err
	}
	return d.probeAnswer(ctx, call, made.Code)
}

type changeProbeIn struct {
	Code    string `path:"code"`
	IfMatch string `header:"If-Match" doc:"The ETag of what was read"`
	Body    probeInput
}

func (d *desk) apiChangeProbe(ctx context.Context, call web.Call, in *changeProbeIn) (*probeFileOut, error) {
	version, err := web.MatchedVersion(in.IfMatch)
	if err != nil {
		return nil, err
	}
	form, err := d.readProbeInput(ctx, in.Body)
	if err != nil {
		return nil, err
	}
	if _, err := d.Probes.Change(ctx, call.By, in.Code, version, form); err != nil {
		return nil, err
	}
	return d.probeAnswer(ctx, call, in.Code)
}

type stopProbeIn struct {
	Code    string `path:"code"`
	IfMatch string `header:"If-Match" doc:"The ETag of what was read"`
	Body    struct {
		Reason string `json:"reason" maxLength:"200"`
	}
}

func (d *desk) apiStopProbe(ctx context.Context, call web.Call, in *stopProbeIn) (*probeFileOut, error) {
	version, err := web.MatchedVersion(in.IfMatch)
	if err != nil {
		return nil, err
	}
	if _, err := d.Probes.Stop(ctx, call.By, in.Code, version, in.Body.Reason); err != nil {
		return nil, err
	}
	return d.probeAnswer(ctx, call, in.Code)
}

type resumeProbeIn struct {
	Code    string `path:"code"`
	IfMatch string `header:"If-Match" doc:"The ETag of what was read"`
}

func (d *desk) apiResumeProbe(ctx context.Context, call web.Call, in *resumeProbeIn) (*probeFileOut, error) {
	version, err := web.MatchedVersion(in.IfMatch)
	if err != nil {
		return nil, err
	}
	if _, err := d.Probes.Resume(ctx, call.By, in.Code, version); err != nil {
		return nil, err
	}
	return d.probeAnswer(ctx, call, in.Code)
}
