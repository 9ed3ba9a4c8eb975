package usageweb

import (
	"context"
	"time"

	"qingce/internal/web"
	"qingce/inventory/usage"
)

type probeTokenDoc struct {
	ID         usage.TokenID `json:"id"`
	Prefix     string        `json:"prefix" example:"qcp_ab12cd34" doc:"What it begins with; the rest is kept nowhere"`
	CreatedAt  time.Time     `json:"created_at"`
	ExpiresAt  time.Time     `json:"expires_at"`
	RevokedAt  *time.Time    `json:"revoked_at"`
	ReplacedBy usage.TokenID `json:"replaced_by" doc:"The token that came in its place, 0 for none"`
	LastUsedAt *time.Time    `json:"last_used_at"`
	Alive      bool          `json:"alive" doc:"It opens now"`
}

func tokenDocument(t *usage.Token, now time.Time) probeTokenDoc {
	doc := probeTokenDoc{
		ID: t.ID, Prefix: t.Prefix, CreatedAt: web.Instant(t.CreatedAt), ExpiresAt: web.Instant(t.ExpiresAt), RevokedAt: web.OptionalInstant(t.RevokedAt),
		LastUsedAt: web.OptionalInstant(t.LastUsedAt), Alive: t.Alive(now),
	}
	if t.ReplacedBy != nil {
		doc.ReplacedBy = *t.ReplacedBy
	}
	return doc
}

type issueTokenIn struct {
	Code string `path:"code"`
	Body struct {
		ExpiresAt time.Time `json:"expires_at" doc:"At most three years ahead"`
	}
}

type tokenTextOut struct {
	Body struct {
		Token probeTokenDoc `json:"token"`
		Text  string        `json:"text" example:"qcp_…" doc:"Shown this once; send it as Authorization: Bearer …"`
	}
}

func tokenTextAnswer(t usage.Token, text string, now time.Time) *tokenTextOut {
	out := &tokenTextOut{}
	out.Body.Token, out.Body.Text = tokenDocument(&t, now), text
	return out
}

func (d *desk) apiIssueToken(ctx context.Context, call web.Call, in *issueTokenIn) (*tokenTextOut, error) {
	made, text, err := d.Probes.IssueToken(ctx, call.By, in.Code, in.Body.ExpiresAt)
	if err != nil {
		return nil, err
	}
	return tokenTextAnswer(made, text, call.Now), nil
}

type rotateTokenIn struct {
	Code string `path:"code"`
	ID   int64  `path:"id" minimum:"1"`
	Body struct {
		ExpiresAt    time.Time `json:"expires_at" doc:"Of the new token; at most three years ahead"`
		GraceMinutes *int      `json:"grace_minutes,omitempty" minimum:"0" maximum:"10080" doc:"For how long the old one still opens; a day when it is left out"`
	}
}

func (d *desk) apiRotateToken(ctx context.Context, call web.Call, in *rotateTokenIn) (*tokenTextOut, error) {
	grace := usage.DefaultGrace
	if in.Body.GraceMinutes != nil {
		grace = time.Duration(*in.Body.GraceMinutes) * time.Minute
	}
	made, text, err := d.Probes.RotateToken(ctx, call.By, in.Code, usage.TokenID(in.ID), grace, in.Body.ExpiresAt)
	if err != nil {
		return nil, err
	}
	return tokenTextAnswer(made, text, call.Now), nil
}

type revokeTokenIn struct {
	Code   string `path:"code"`
	ID     int64  `path:"id" minimum:"1"`
	Reason string `query:"reason" maxLength:"200" doc:"Needed; kept in the operation log"`
}

func (d *desk) apiRevokeToken(ctx context.Context, call web.Call, in *revokeTokenIn) (*struct{}, error) {
	return nil, d.Probes.RevokeToken(ctx, call.By, in.Code, usage.TokenID(in.ID), in.Reason)
}
