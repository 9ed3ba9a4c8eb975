package usageweb

import (
	"context"
	"net/http"
	"time"

	"qingce/internal/fault"
	"qingce/internal/web"
	"qingce/inventory/usage"
	"qingce/inventory/usage/wire"
)

func (d *desk) rulesAPI(s *web.Server) {
	read, edit := web.For(viewers()...).With(probesRead), web.For(usage.RuleEditors()...).With(probesWrite)
	one, shared := apiProbesPath+"/{code}", "/api/v1/usage-rules"
	web.Operation(s, read, probesOp("list-probe-rules", http.MethodGet, one+"/rules", "The mapping rules for a probe, in the order in which they are asked"), d.apiListRules)
	web.Operation(s, read, probesOp("list-rules", http.MethodGet, shared, "The mapping rules for all probes"), d.apiListShared)
	web.Operation(s, read, probesOp("get-rule", http.MethodGet, shared+"/{id}", "Read a mapping rule"), d.apiGetRule)
	web.Operation(s, read, probesOp("list-presets", http.MethodGet, "/api/v1/usage-presets", "Sets of rules for senders that many have"), d.apiPresets)
	web.Operation(s, read, probesOp("list-unmapped", http.MethodGet, one+"/unmapped", "Series of a probe that no rule takes"), d.apiUnmapped)
	try := probesOp("try-rules", http.MethodPost, one+"/rules/try", "What the rules make of series; nothing is kept")
	web.Operation(s, read, try, d.apiTry)

	add := probesOp("add-rule", http.MethodPost, shared, "Add a mapping rule, behind the others of its probe")
	add.DefaultStatus = http.StatusCreated
	web.Operation(s, edit, add, d.apiAddRule)
	preset := probesOp("add-preset", http.MethodPost, one+"/presets/{name}", "Add the rules of a preset to a probe")
	preset.DefaultStatus = http.StatusCreated
	web.Operation(s, edit, preset, d.apiAddPreset)
	web.Operation(s, edit, probesOp("change-rule", http.MethodPut, shared+"/{id}", "Change what a mapping rule says"), d.apiChangeRule)
	web.Operation(s, edit, probesOp("move-rule", http.MethodPost, shared+"/{id}/move", "Put a mapping rule at another place"), d.apiMoveRule)
	web.Operation(s, edit, probesOp("delete-rule", http.MethodDelete, shared+"/{id}", "Delete a mapping rule; what has been counted stays"), d.apiDeleteRule)
	web.Operation(s, edit, probesOp("forget-unmapped", http.MethodDelete, one+"/unmapped", "Empty the list of series that no rule takes"), d.apiForget)
}

// ruleInput is what a rule says.
type ruleInput struct {
	Probe         string            `json:"probe" doc:"Code of the probe; empty for all probes. It cannot be changed"`
	Format        usage.RuleFormat  `json:"format,omitempty" enum:"any,write,otlp" doc:"any when it is left out"`
	Metric        string            `json:"metric" example:"nginx_http_requests_*" doc:"Name of the metric; * stands for anything, ? for one character"`
	Conditions    []usage.Condition `json:"conditions,omitempty" doc:"On labels; all must hold"`
	SystemBy      usage.SystemBy    `json:"system_by" enum:"only,fixed,label"`
	System        string            `json:"system,omitempty" doc:"Code of the system (fixed), or name of the label that holds it (label)"`
	Names         map[string]string `json:"names,omitempty" doc:"Other values that the label may have, with the codes that they mean"`
	Signal        string            `json:"signal" example:"requests" doc:"Of usage; or, of the hub's gateway, hub_exchanges, hub_failures, hub_bytes or hub_heartbeat"`
	Reading       usage.Reading     `json:"reading,omitempty" enum:"auto,counter,gauge,delta,idle" doc:"auto when it is left out"`
	Scale         string            `json:"scale,omitempty" example:"1/60" doc:"By what values are multiplied; 1 when it is left out"`
	SourceLabel   string            `json:"source_label,omitempty" doc:"The label that tells sources apart; instance when it is left out"`
	ConsumerLabel string            `json:"consumer_label,omitempty" doc:"Of the hub: the label that holds the consumer; the provider is in the label of system"`
	OutcomeLabel  string            `json:"outcome_label,omitempty" doc:"Of hub_exchanges: the label that holds how it went"`
	Failed        string            `json:"failed,omitempty" example:"error|5*" doc:"Of hub_exchanges: the outcomes that are failures, with | between; * stands for anything"`
	Note          string            `json:"note,omitempty"`
}

// ruleDoc is a rule as the API shows it.
type ruleDoc struct {
	ID        usage.RuleID `json:"id"`
	Position  int          `json:"position" doc:"Among the rules of its probe, from 1"`
	Rule      ruleInput    `json:"rule"`
	UpdatedAt time.Time    `json:"updated_at"`
	Version   int64        `json:"version" doc:"Number of the version; the ETag"`
}

// ruleDocument writes a rule of the probe with the code, or of all probes.
func ruleDocument(r *usage.Rule, code string) ruleDoc {
	if r.ProbeID == 0 {
		code = ""
	}
	return ruleDoc{ID: r.ID, Position: r.Position, UpdatedAt: web.Instant(r.UpdatedAt), Version: r.Version, Rule: ruleInput{
		Probe: code, Format: r.Format, Metric: r.Metric, Conditions: r.Conditions, SystemBy: r.SystemBy, System: r.System, Names: r.Names,
		Signal: r.Signal, Reading: r.Reading, Scale: r.Scale(), SourceLabel: r.SourceLabel, Note: r.Note,
		ConsumerLabel: r.ConsumerLabel, OutcomeLabel: r.OutcomeLabel, Failed: r.Failed,
	}}
}

func ruleDocuments(all []usage.Rule, code string) []ruleDoc {
	out := make([]ruleDoc, len(all))
	for i := range all {
		out[i] = ruleDocument(&all[i], code)
	}
	return out
}

type rulesOut struct {
	Body struct {
		Rules []ruleDoc `json:"rules"`
	}
}

func (d *desk) apiListRules(ctx context.Context, call web.Call, in *probeCodeIn) (*rulesOut, error) {
	file, err := d.Probes.FindProbe(ctx, call.By, in.Code)
	if err != nil {
		return nil, err
	}
	return d.rulesAnswer(ctx, call, file.ID, in.Code)
}

func (d *desk) apiListShared(ctx context.Context, call web.Call, _ *struct{}) (*rulesOut, error) {
	return d.rulesAnswer(ctx, call, 0, "")
}

func (d *desk) rulesAnswer(ctx context.Context, call web.Call, probe usage.ProbeID, code string) (*rulesOut, error) {
	all, err := d.Rules.List(ctx, call.By, probe)
	if err != nil {
		return nil, err
	}
	out := &rulesOut{}
	out.Body.Rules = ruleDocuments(all, code)
	return out, nil
}

type ruleIDIn struct {
	ID int64 `path:"id" minimum:"1"`
}

type ruleOut struct {
	ETag string `header:"ETag"`
	Body ruleDoc
}

// ruleAnswer is a rule with the code of its probe.
func (d *desk) ruleAnswer(ctx context.Context, call web.Call, rule usage.Rule) (*ruleOut, error) {
	code, err := d.Rules.ProbeCode(ctx, call.By, rule.ProbeID)
	if err != nil {
		return nil, err
	}
	return &ruleOut{ETag: web.ETag(rule.Version), Body: ruleDocument(&rule, code)}, nil
}

func (d *desk) apiGetRule(ctx context.Context, call web.Call, in *ruleIDIn) (*ruleOut, error) {
	rule, err := d.Rules.Find(ctx, call.By, usage.RuleID(in.ID))
	if err != nil {
		return nil, err
	}
	return d.ruleAnswer(ctx, call, rule)
}

// readRuleInput finds the probe of a rule.
func (d *desk) readRuleInput(ctx context.Context, call web.Call, in ruleInput) (usage.RuleForm, error) {
	form := usage.RuleForm{
		Format: in.Format, Metric: in.Metric, Conditions: in.Conditions, SystemBy: in.SystemBy, System: in.System, Names: in.Names,
		Signal: in.Signal, Reading: in.Reading, Scale: in.Scale, SourceLabel: in.SourceLabel, Note: in.Note,
		ConsumerLabel: in.ConsumerLabel, OutcomeLabel: in.OutcomeLabel, Failed: in.Failed,
	}
	if in.Probe == "" {
		return form, nil
	}
	file, err := d.Probes.FindProbe(ctx, call.By, in.Probe)
	if fault.KindOf(err) == fault.NotFound && err != nil {
		return form, fault.Refuse([]fault.Field{fault.At("probe", "mapping.err.probe", "text", in.Probe)})
	}
	form.ProbeID = file.ID
	return form, err
}

type addRuleIn struct{ Body ruleInput }

func (d *desk) apiAddRule(ctx context.Context, call web.Call, in *addRuleIn) (*ruleOut, error) {
	form, err := d.readRuleInput(ctx, call, in.Body)
	if err != nil {
		return nil, err
	}
	rule, err := d.Rules.Add(ctx, call.By, form)
	if err != nil {
		return nil, err
	}
	return d.ruleAnswer(ctx, call, rule)
}

type changeRuleIn struct {
	ID      int64  `path:"id" minimum:"1"`
	IfMatch string `header:"If-Match" doc:"The ETag of what was read"`
	Body    ruleInput
}

func (d *desk) apiChangeRule(ctx context.Context, call web.Call, in *changeRuleIn) (*ruleOut, error) {
	version, err := web.MatchedVersion(in.IfMatch)
	if err != nil {
		return nil, err
	}
	form, err := d.readRuleInput(ctx, call, in.Body)
	if err != nil {
		return nil, err
	}
	rule, err := d.Rules.Change(ctx, call.By, usage.RuleID(in.ID), version, form)
	if err != nil {
		return nil, err
	}
	return d.ruleAnswer(ctx, call, rule)
}

type moveRuleIn struct {
	ID      int64  `path:"id" minimum:"1"`
	IfMatch string `header:"If-Match" doc:"The ETag of what was read"`
	Body    struct {
		Position int `json:"position" minimum:"1"`
	}
}

func (d *desk) apiMoveRule(ctx context.Context, call web.Call, in *moveRuleIn) (*ruleOut, error) {
	version, err := web.MatchedVersion(in.IfMatch)
	if err != nil {
		return nil, err
	}
	rule, err := d.Rules.Move(ctx, call.By, usage.RuleID(in.ID), version, in.Body.Position)
	if err != nil {
		return nil, err
	}
	return d.ruleAnswer(ctx, call, rule)
}

type deleteRuleIn struct {
	ID      int64  `path:"id" minimum:"1"`
	IfMatch string `header:"If-Match" doc:"The ETag of what was read"`
}

func (d *desk) apiDeleteRule(ctx context.Context, call web.Call, in *deleteRuleIn) (*struct{}, error) {
	version, err := web.MatchedVersion(in.IfMatch)
	if err != nil {
		return nil, err
	}
	return nil, d.Rules.Remove(ctx, call.By, usage.RuleID(in.ID), version)
}

type addPresetIn struct {
	Code  string `path:"code"`
	Name  string `path:"name"`
	Label string `query:"label" maxLength:"200" doc:"The label that holds the code of the system; none takes the only system of the probe"`
}

func (d *desk) apiAddPreset(ctx context.Context, call web.Call, in *addPresetIn) (*rulesOut, error) {
	file, err := d.Probes.FindProbe(ctx, call.By, in.Code)
	if err != nil {
		return nil, err
	}
	added, err := d.Rules.AddPreset(ctx, call.By, file.ID, in.Name, in.Label)
	if err != nil {
		return nil, err
	}
	out := &rulesOut{}
	out.Body.Rules = ruleDocuments(added, in.Code)
	return out, nil
}

type presetDoc struct {
	Name  string `json:"name"`
	Title string `json:"title"`
	Help  string `json:"help"`
	Rules int    `json:"rules"`
}

type presetsOut struct {
	Body struct {
		Presets []presetDoc `json:"presets"`
	}
}

func (d *desk) apiPresets(_ context.Context, call web.Call, _ *struct{}) (*presetsOut, error) {
	out := &presetsOut{}
	for _, p := range usage.Presets() {
		out.Body.Presets = append(out.Body.Presets, presetDoc{p.Name, call.P.T(string(p.Label())), call.P.T(string(p.Help())), len(p.Rules)})
	}
	return out, nil
}

type unmappedDoc struct {
	Metric  string            `json:"metric"`
	Format  usage.RuleFormat  `json:"format"`
	Samples int64             `json:"samples" doc:"That came so far, about"`
	FirstAt time.Time         `json:"first_at"`
	LastAt  time.Time         `json:"last_at"`
	Labels  map[string]string `json:"labels" doc:"Of the newest series"`
	Value   float64           `json:"value"`
	Line    string            `json:"line" doc:"The newest series in the form in which it can be tried"`
}

type unmappedOut struct {
	Body struct {
		Unmapped []unmappedDoc `json:"unmapped" doc:"Those with the most samples first; at most 500 kinds are kept"`
	}
}

func (d *desk) apiUnmapped(ctx context.Context, call web.Call, in *probeCodeIn) (*unmappedOut, error) {
	file, err := d.Probes.FindProbe(ctx, call.By, in.Code)
	if err != nil {
		return nil, err
	}
	found, err := d.Rules.Unmapped(ctx, call.By, file.ID)
	if err != nil {
		return nil, err
	}
	out := &unmappedOut{}
	out.Body.Unmapped = []unmappedDoc{}
	for i := range found {
		u := &found[i]
		out.Body.Unmapped = append(out.Body.Unmapped, unmappedDoc{u.Metric, u.Format, u.Samples, web.Instant(u.FirstAt), web.Instant(u.LastAt), u.Labels, u.Value, u.Line()})
	}
	return out, nil
}

func (d *desk) apiForget(ctx context.Context, call web.Call, in *probeCodeIn) (*struct{}, error) {
	file, err := d.Probes.FindProbe(ctx, call.By, in.Code)
	if err != nil {
		return nil, err
	}
	return nil, d.Rules.ForgetUnmapped(ctx, call.By, file.ID)
}

type tryIn struct {
	Code string `path:"code"`
	Body struct {
		Text   string           `json:"text" maxLength:"100000" doc:"Series as exporters write them, one on each line"`
		Format usage.RuleFormat `json:"format,omitempty" enum:"any,write,otlp"`
	}
}

type triedDoc struct {
	Line    string     `json:"line"`
	Code    wire.Code  `json:"code" doc:"Why nothing of it would be kept; empty if something would"`
	Message string     `json:"message"`
	Takes   []takenDoc `json:"takes" doc:"The rules that take it, one for each signal"`
}

type takenDoc struct {
	Rule    usage.RuleID  `json:"rule"`
	Code    wire.Code     `json:"code" doc:"Why nothing would be kept; empty if it would"`
	Message string        `json:"message"`
	System  string        `json:"system"`
	Signal  string        `json:"signal"`
	Reading usage.Reading `json:"reading"`
	Source  string        `json:"source"`
	Amount  int64         `json:"amount" doc:"The value in the unit of the signal; percentages in hundredths"`
}

type triedOut struct {
	Body struct {
		Tried []triedDoc `json:"tried"`
	}
}

func (d *desk) apiTry(ctx context.Context, call web.Call, in *tryIn) (*triedOut, error) {
	file, err := d.Probes.FindProbe(ctx, call.By, in.Code)
	if err != nil {
		return nil, err
	}
	format := in.Body.Format
	if format == "" {
		format = usage.AnyFormat
	}
	tried, err := d.Rules.Try(ctx, call.By, file.ID, format, in.Body.Text)
	if err != nil {
		return nil, err
	}
	out := &triedOut{}
	out.Body.Tried = []triedDoc{}
	for _, t := range tried {
		doc := triedDoc{Line: t.Line, Code: t.Code, Message: saidOfSeries(call.P, t.Code, t.Metric), Takes: []takenDoc{}}
		for _, k := range t.Takes {
			doc.Takes = append(doc.Takes, takenDoc{k.Rule.ID, k.Code, saidOfSeries(call.P, k.Code, t.Metric), k.Name, k.Rule.Signal, k.Reading, k.Source, k.Amount})
		}
		out.Body.Tried = append(out.Body.Tried, doc)
	}
	return out, nil
}
