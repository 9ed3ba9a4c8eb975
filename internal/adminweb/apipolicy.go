package adminweb

import (
	"context"

	"qingce/internal/account"
	"qingce/internal/web"
)

// PolicyRules are the rules for passwords and sign-ins. Which values are
// allowed depends on the mode.
type PolicyRules struct {
	Mode            string `json:"mode" enum:"gb,asvs" doc:"gb: GB/T 22239-2019; asvs: OWASP ASVS 5.0, where classes, history, max_age_days and warn_days are 0"`
	MinLength       int    `json:"min_length" example:"10" doc:"Characters"`
	Classes         int    `json:"classes" example:"3" doc:"How many of upper case, lower case, digits and others"`
	History         int    `json:"history" example:"5" doc:"So many earlier passwords may not come again"`
	MaxAgeDays      int    `json:"max_age_days" example:"90" doc:"0 for never"`
	WarnDays        int    `json:"warn_days" example:"7"`
	FirstDays       int    `json:"first_days" example:"7" doc:"A password given by somebody else is good for so many days"`
	LockAfter       int    `json:"lock_after" example:"5" doc:"Failures in a row"`
	LockMinutes     int    `json:"lock_minutes" example:"15"`
	IdleMinutes     int    `json:"idle_minutes" example:"30"`
	AbsoluteMinutes int    `json:"absolute_minutes" example:"720"`
}

func rulesOf(p account.Policy) PolicyRules {
	return PolicyRules{
		Mode: string(p.Mode), MinLength: p.MinLength, Classes: p.Classes, History: p.History, MaxAgeDays: p.MaxAgeDays, WarnDays: p.WarnDays,
		FirstDays: p.FirstDays, LockAfter: p.LockAfter, LockMinutes: p.LockMinutes, IdleMinutes: p.IdleMinutes, AbsoluteMinutes: p.AbsoluteMinutes,
	}
}

func (r PolicyRules) policy(version int64) account.Policy {
	return account.Policy{
		Version: version, Mode: account.PolicyMode(r.Mode), MinLength: r.MinLength, Classes: r.Classes, History: r.History,
		MaxAgeDays: r.MaxAgeDays, WarnDays: r.WarnDays, FirstDays: r.FirstDays, LockAfter: r.LockAfter, LockMinutes: r.LockMinutes,
		IdleMinutes: r.IdleMinutes, AbsoluteMinutes: r.AbsoluteMinutes,
	}
}

type apiPolicyOut struct {
	ETag string `header:"ETag" doc:"The version, for If-Match"`
	Body PolicyRules
}

func (d *desk) apiPolicy(ctx context.Context, _ web.Call, _ *struct{}) (*apiPolicyOut, error) {
	p, err := d.Accounts.Policy(ctx)
	if err != nil {
		return nil, err
	}
	return &apiPolicyOut{ETag: web.ETag(p.Version), Body: rulesOf(p)}, nil
}

type apiSetPolicyIn struct {
	IfMatch string `header:"If-Match" doc:"ETag of the version that was read"`
	Body    struct {
		PolicyRules
		Reason string `json:"reason,omitempty" maxLength:"500" doc:"For the operation log"`
	}
}

func (d *desk) apiSetPolicy(ctx context.Context, call web.Call, in *apiSetPolicyIn) (*apiPolicyOut, error) {
	version, err := web.MatchedVersion(in.IfMatch)
	if err != nil {
		return nil, err
	}
	p, err := d.Accounts.SetPolicy(ctx, call.By, in.Body.policy(version), in.Body.Reason)
	if err != nil {
		return nil, err
	}
	return &apiPolicyOut{ETag: web.ETag(p.Version), Body: rulesOf(p)}, nil
}
