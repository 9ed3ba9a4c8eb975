package zombieweb

import (
	"context"
	"net/http"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/web"
	"qingce/inventory/zombie"
)

func (d *desk) policyAPI(s *web.Server) {
	read := web.For(zombie.Viewers()...).With(zombiesRead)
	draft := web.For(zombie.Drafters()...).With(zombiesWrite)
	web.Operation(s, read, zombieOp("list-detection-policies", http.MethodGet, "/policies", "The versions of the policy of detection, the newest first"), d.apiPolicies)
	made := zombieOp("draft-detection-policy", http.MethodPost, "/policies", "Write a draft of the policy of detection")
	made.Description = "Numbers that are not given are those of the pack. Shares are between 0 and 1."
	web.Operation(s, draft, made, d.apiDraft)
	web.Operation(s, web.For(auth.Office).With(zombiesWrite), zombieOp("put-detection-policy-in-force", http.MethodPost, "/policies/{version}/force", "Let a draft apply from a day on"), d.apiForce)
	web.Operation(s, draft, zombieOp("simulate-detection-policy", http.MethodPost, "/policies/{version}/simulations", "See which verdicts a policy would change"), d.apiSimulate)
	web.Operation(s, web.For(zombie.Drafters()...).With(zombiesRead), zombieOp("get-detection-simulation", http.MethodGet, "/simulations/{id}", "What a policy would change"), d.apiSimulation)
}

// policyDoc is a version of the policy as the API shows it.
type policyDoc struct {
	Version     int64              `json:"version"`
	Revision    int64              `json:"revision" doc:"To be given when it is decided upon"`
	Name        string             `json:"name"`
	State       zombie.PolicyState `json:"state" enum:"draft,in_force,dropped"`
	AppliesFrom calendar.Date      `json:"applies_from" doc:"First day; empty is from the beginning, or a draft"`
	Reason      string             `json:"reason"`
	Numbers     map[string]float64 `json:"numbers"`
}

func policyDocument(p *zombie.Policy) policyDoc {
	out := policyDoc{Version: p.Version, Revision: p.Revision, Name: p.Name, State: p.State, AppliesFrom: p.AppliesFrom, Reason: p.Reason, Numbers: map[string]float64{}}
	for _, n := range zombie.AllNumbers() {
		out.Numbers[n.Key] = n.Get(&p.Numbers)
	}
	return out
}

type policiesOut struct {
	Body struct {
		Policies []policyDoc `json:"policies"`
	}
}

func (d *desk) apiPolicies(ctx context.Context, call web.Call, _ *struct{}) (*policiesOut, error) {
	all, err := d.Detector.Policies(ctx, call.By)
	if err != nil {
		return nil, err
	}
	out := &policiesOut{}
	out.Body.Policies = make([]policyDoc, len(all))
	for i := range all {
		out.Body.Policies[i] = policyDocument(&all[i])
	}
	return out, nil
}

type draftIn struct {
	Body struct {
		Name    string             `json:"name" minLength:"1" maxLength:"60"`
		Reason  string             `json:"reason" minLength:"1" maxLength:"500"`
		Pack    string             `json:"pack,omitempty" enum:"default,campaign_2017" doc:"The numbers to begin with"`
		Numbers map[string]float64 `json:"numbers,omitempty"`
	}
}

type policyOut struct {
	Body policyDoc
}

func (d *desk) apiDraft(ctx context.Context, call web.Call, in *draftIn) (*policyOut, error) {
	numbers := zombie.DefaultNumbers()
	for _, pack := range zombie.Packs() {
		if pack.Name == in.Body.Pack {
			numbers = pack.Numbers
		}
	}
	known := map[string]zombie.Number{}
	for _, n := range zombie.AllNumbers() {
		known[n.Key] = n
	}
	for key, v := range in.Body.Numbers {
		n, ok := known[key]
		if !ok {
			return nil, fault.Refuse([]fault.Field{fault.At("numbers."+key, "zombie.err.number_unknown", "value", key)})
		}
		n.Set(&numbers, v)
	}
	p, err := d.Detector.Draft(ctx, call.By, zombie.PolicyForm{Name: in.Body.Name, Reason: in.Body.Reason, Numbers: numbers})
	if err != nil {
		return nil, err
	}
	return &policyOut{policyDocument(&p)}, nil
}

type forceIn struct {
	Version int64 `path:"version"`
	Body    struct {
		Revision int64         `json:"revision"`
		From     calendar.Date `json:"from" doc:"After the newest day that was run"`
		Reason   string        `json:"reason" minLength:"1" maxLength:"500"`
	}
}

func (d *desk) apiForce(ctx context.Context, call web.Call, in *forceIn) (*policyOut, error) {
	p, err := d.Detector.PutInForce(ctx, call.By, in.Version, in.Body.Revision, in.Body.From, in.Body.Reason)
	if err != nil {
		return nil, err
	}
	return &policyOut{policyDocument(&p)}, nil
}

// simulationDoc is a simulation as the API shows it.
type simulationDoc struct {
	ID        int64                  `json:"id"`
	Policy    int64                  `json:"policy"`
	Day       calendar.Date          `json:"day"`
	State     zombie.SimulationState `json:"state" enum:"waiting,running,finished,failed"`
	Systems   int                    `json:"systems"`
	Done      int                    `json:"done"`
	Met       int                    `json:"met" doc:"Systems, by the policy"`
	Suspected int                    `json:"suspected"`
	Raised    map[string]int         `json:"raised" doc:"By feature: met or suspected by the policy, and not now"`
	Cleared   map[string]int         `json:"cleared" doc:"By feature: met or suspected now, and not by the policy"`
	Changes   []simulatedDoc         `json:"changes"`
	More      int                    `json:"more" doc:"Changes that are not listed"`
}

// simulatedDoc is a verdict that would change.
type simulatedDoc struct {
	Code string            `json:"code"`
	Name string            `json:"name"`
	Now  map[string]string `json:"now" doc:"Results that would change, by feature"`
	Then map[string]string `json:"then"`
}

type simulationOut struct {
	Body simulationDoc
}

type simulateIn struct {
	Version int64 `path:"version"`
}

func (d *desk) apiSimulate(ctx context.Context, call web.Call, in *simulateIn) (*simulationOut, error) {
	s, err := d.Detector.Simulate(ctx, call.By, in.Version)
	if err != nil {
		return nil, err
	}
	return simulationDocument(&s)
}

type simulationGet struct {
	ID int64 `path:"id"`
}

func (d *desk) apiSimulation(ctx context.Context, call web.Call, in *simulationGet) (*simulationOut, error) {
	s, err := d.Detector.Simulation(ctx, call.By, in.ID)
	if err != nil {
		return nil, err
	}
	return simulationDocument(&s)
}

func simulationDocument(s *zombie.Simulation) (*simulationOut, error) {
	r, err := s.Results()
	if err != nil {
		return nil, err
	}
	out := &simulationOut{simulationDoc{
		ID: s.ID, Policy: s.PolicyVersion, Day: s.On(), State: s.State, Systems: s.Systems, Done: s.Done, Met: r.Met, Suspected: r.Suspected,
		Raised: map[string]int{}, Cleared: map[string]int{}, Changes: []simulatedDoc{}, More: r.More,
	}}
	for i := range r.Raised {
		word := "z" + string('1'+rune(i))
		out.Body.Raised[word], out.Body.Cleared[word] = r.Raised[i], r.Cleared[i]
	}
	for _, c := range r.Changes {
		doc := simulatedDoc{Code: c.Code, Name: c.Name, Now: map[string]string{}, Then: map[string]string{}}
		for i := range c.Now {
			if c.Now[i] != c.Then[i] {
				word := "z" + string('1'+rune(i))
				doc.Now[word], doc.Then[word] = zombie.ResultWord(c.Now[i]), zombie.ResultWord(c.Then[i])
			}
		}
		out.Body.Changes = append(out.Body.Changes, doc)
	}
	return out, nil
}
