package main

import (
	"context"
	"time"

	"qingce/internal/auth"
	"qingce/internal/oplog"
	"qingce/internal/store"
)

// deniedWithin is how long noting a refusal may take: the answer waits for it.
const deniedWithin = 2 * time.Second

// noteService writes the life of the process into the operation log.
func (r *rooms) noteService(ctx context.Context, action string, b build) error {
	return r.db.Write(ctx, func(tx *store.Tx) error {
		return oplog.Record(tx, auth.System("service"), oplog.Entry{
			Action: action, Kind: oplog.KindServer, ID: "qingce", Name: "qingce", After: b,
		})
	})
}

// denied notes in the operation log that somebody asked for what is not for
// them (GB/T 22239-2019 8.1.4.3 a).
func (r *rooms) denied(ctx context.Context, by auth.Principal, what string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), deniedWithin)
	defer cancel()
	err := r.db.Write(ctx, func(tx *store.Tx) error {
		return oplog.Record(tx, by, oplog.Entry{Action: "denied", Kind: "route", ID: what, Name: what})
	})
	if err != nil {
		r.log.ErrorContext(ctx, "a refusal cannot be noted", "request_id", by.RequestID, "error", err)
	}
}
