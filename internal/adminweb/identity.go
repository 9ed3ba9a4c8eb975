package adminweb

import (
	"context"

	"qingce/internal/account"
	"qingce/internal/auth"
	"qingce/internal/web"
)

// Session finds the person of a session secret, for web.Options.
func Session(a *account.Accounts) func(ctx context.Context, secret, origin string) (web.Identity, error) {
	return func(ctx context.Context, secret, origin string) (web.Identity, error) {
		by, info, err := a.Resume(ctx, secret, account.Caller{Origin: origin})
		if err != nil {
			return web.Identity{}, err
		}
		id := web.Identity{By: by, Session: int64(info.ID), MustChange: info.Change != account.NoChange}
		if info.Warn {
			id.PasswordDue = info.PasswordDue
		}
		return id, nil
	}
}

// Token finds the owner of an API token, for web.Options.
func Token(a *account.Accounts) func(ctx context.Context, secret, origin string) (auth.Principal, error) {
	return func(ctx context.Context, secret, origin string) (auth.Principal, error) {
		by, _, err := a.ByToken(ctx, secret, account.Caller{Origin: origin})
		return by, err
	}
}
