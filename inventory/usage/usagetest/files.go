package usagetest

import (
	"qingce/internal/auth"
	"qingce/inventory/usage"
)

// LetCount lets a file of daily figures count: the centre confirms what is its
// own, and accepts what a department hands in.
func (w *World) LetCount(files *usage.Backfill, by auth.Principal, u usage.Upload) usage.Upload {
	w.t.Helper()
	if u.Review == usage.ReviewOwn {
		u, err := files.Confirm(w.t.Context(), w.Centre(), u.ID, u.Version)
		if err != nil {
			w.t.Fatalf("confirm file %d: %v", u.ID, err)
		}
		return u
	}
	u, err := files.Submit(w.t.Context(), by, u.ID, u.Version, "取自应用服务器的访问日志")
	if err != nil {
		w.t.Fatalf("hand file %d in: %v", u.ID, err)
	}
	if u, err = files.Accept(w.t.Context(), w.Centre(), u.ID, u.Version); err != nil {
		w.t.Fatalf("accept file %d: %v", u.ID, err)
	}
	return u
}
