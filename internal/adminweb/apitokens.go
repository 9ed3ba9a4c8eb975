package adminweb

import (
	"context"
	"time"

	"qingce/internal/account"
	"qingce/internal/auth"
	"qingce/internal/web"
)

type apiOfIn struct {
	AccountID int64 `query:"account_id" minimum:"0" doc:"Number of an account that one keeps; left out for the own"`
}

func (in *apiOfIn) account(by auth.Principal) auth.AccountID {
	if in.AccountID == 0 {
		return by.AccountID
	}
	return auth.AccountID(in.AccountID)
}

// SessionInfo is a browser that is signed in.
type SessionInfo struct {
	ID         account.SessionID `json:"id"`
	CreatedAt  time.Time         `json:"created_at"`
	LastSeenAt time.Time         `json:"last_seen_at" doc:"To the minute"`
	ExpiresAt  time.Time         `json:"expires_at" doc:"When it ends in any case"`
	Origin     string            `json:"origin" example:"192.0.2.7" doc:"Network address where it began"`
	UserAgent  string            `json:"user_agent"`
}

type apiSessionsOut struct {
	Body struct {
		Items []SessionInfo `json:"items"`
	}
}

func (d *desk) apiSessions(ctx context.Context, call web.Call, in *apiOfIn) (*apiSessionsOut, error) {
	found, err := d.Accounts.Sessions(ctx, call.By, in.account(call.By))
	if err != nil {
		return nil, err
	}
	out := &apiSessionsOut{}
	out.Body.Items = make([]SessionInfo, len(found))
	for i, s := range found {
		out.Body.Items[i] = SessionInfo{
			ID: s.ID, CreatedAt: web.Instant(s.CreatedAt), LastSeenAt: web.Instant(s.LastSeenAt), ExpiresAt: web.Instant(s.ExpiresAt),
			Origin: s.Origin, UserAgent: s.UserAgent,
		}
	}
	return out, nil
}

func (d *desk) apiEndSession(ctx context.Context, call web.Call, in *apiIDIn) (*struct{}, error) {
	return nil, d.Accounts.EndSession(ctx, call.By, account.SessionID(in.ID))
}

// TokenInfo is an API token without its secret.
type TokenInfo struct {
	ID         account.TokenID `json:"id"`
	Name       string          `json:"name" doc:"What it is for"`
	Prefix     string          `json:"prefix" example:"qct_Zt4nQ7pk" doc:"How it begins"`
	Scopes     []string        `json:"scopes" example:"[\"systems:read\"]"`
	CreatedAt  time.Time       `json:"created_at"`
	ExpiresAt  time.Time       `json:"expires_at"`
	LastUsedAt *time.Time      `json:"last_used_at" doc:"To the minute, null for never"`
	LastOrigin string          `json:"last_origin"`
	RevokedAt  *time.Time      `json:"revoked_at" doc:"null while it is alive"`
}

func tokenInfo(t account.Token) TokenInfo {
	return TokenInfo{
		ID: t.ID, Name: t.Name, Prefix: t.Prefix, Scopes: t.Scopes, CreatedAt: web.Instant(t.CreatedAt), ExpiresAt: web.Instant(t.ExpiresAt),
		LastUsedAt: moment(t.LastUsedAt), LastOrigin: t.LastOrigin, RevokedAt: moment(t.RevokedAt),
	}
}

type apiTokensOut struct {
	Body struct {
		Items []TokenInfo `json:"items"`
	}
}

func (d *desk) apiTokens(ctx context.Context, call web.Call, in *apiOfIn) (*apiTokensOut, error) {
	found, err := d.Accounts.Tokens(ctx, call.By, in.account(call.By))
	if err != nil {
		return nil, err
	}
	out := &apiTokensOut{}
	out.Body.Items = make([]TokenInfo, len(found))
	for i, t := range found {
		out.Body.Items[i] = tokenInfo(t)
	}
	return out, nil
}

// NewToken is what a token is made of.
type NewToken struct {
	Name      string    `json:"name" minLength:"1" maxLength:"60" example:"data centre, hourly" doc:"What it is for"`
	Scopes    []string  `json:"scopes" minItems:"1" example:"[\"systems:read\"]"`
	ExpiresAt time.Time `json:"expires_at" example:"2018-01-22T00:00:00+08:00" doc:"Within a year"`
}

type apiIssueIn struct{ Body NewToken }

// TokenAnswer is a new token with its text.
type TokenAnswer struct {
	Token TokenInfo `json:"token"`
	Text  string    `json:"text" example:"qct_…" doc:"Shown this once"`
}

type apiIssueOut struct{ Body TokenAnswer }

func (d *desk) apiIssue(ctx context.Context, call web.Call, in *apiIssueIn) (*apiIssueOut, error) {
	t, text, err := d.Accounts.IssueToken(ctx, call.By, in.Body.Name, in.Body.Scopes, in.Body.ExpiresAt)
	if err != nil {
		return nil, err
	}
	return &apiIssueOut{Body: TokenAnswer{Token: tokenInfo(t), Text: text}}, nil
}

func (d *desk) apiRevoke(ctx context.Context, call web.Call, in *apiIDIn) (*struct{}, error) {
	return nil, d.Accounts.RevokeToken(ctx, call.By, account.TokenID(in.ID))
}
