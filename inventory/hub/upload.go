package hub

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/evidence"
	"qingce/internal/fault"
	"qingce/internal/oplog"
	"qingce/internal/sheet"
	"qingce/internal/store"
	"qingce/inventory"
)

// UploadID identifies a file of the gateway.
type UploadID int64

// UploadState is where a file stands.
type UploadState string

// The states.
const (
	UploadReady     UploadState = "ready"     // read, waits to be confirmed
	UploadConfirmed UploadState = "confirmed" // its good rows count
	UploadWithdrawn UploadState = "withdrawn" // they no longer do
	UploadDropped   UploadState = "dropped"   // they never did
)

// Label is the message key of the state's name.
func (s UploadState) Label() fault.Label { return fault.Label("hub.upload.state." + string(s)) }

// Upload is a file of the gateway's log: what was exchanged on which day.
type Upload struct {
	ID          UploadID
	FileName    string
	Sha256      string
	Size        int64
	State       UploadState
	RowsTotal   int64
	RowsWrong   int64
	RowsUnknown int64
	FirstDay    calendar.Date
	LastDay     calendar.Date
	CreatedAt   time.Time
	AccountID   auth.AccountID
	AccountName string
	SettledAt   *time.Time
	SettledName string
	Reason      string
	Version     int64
}

// TableName is the table of files.
func (Upload) TableName() string { return "hub_uploads" }

// Good is the number of rows that can be taken.
func (u *Upload) Good() int64 { return u.RowsTotal - u.RowsWrong }

// UploadRow is a row of a file.
type UploadRow struct {
	UploadID  UploadID
	RowNo     int
	Wrong     bool
	Day       calendar.Date
	Provider  string
	Consumer  string
	Exchanges int64
	Failures  int64
	Bytes     int64
	Found     []Remark `gorm:"serializer:json"`
}

// TableName is the table of rows.
func (UploadRow) TableName() string { return "hub_upload_rows" }

// Remark is what was found at a cell of a row.
type Remark struct {
	Cell    string            `json:"cell"`
	Code    string            `json:"code"`
	Args    map[string]string `json:"args,omitempty"`
	Warning bool              `json:"warning,omitempty"`
}

// Field is the remark as other messages are.
func (r Remark) Field() fault.Field {
	f := fault.Field{Cell: r.Cell, Code: r.Code, Warning: r.Warning, Args: fault.Args{}}
	for k, v := range r.Args {
		f.Args[k] = v
	}
	return f
}

// Bounds of a file.
const (
	GreatestUpload = 8 << 20 // bytes
	mostUploadRows = 20_000
)

// Receive reads a file of the gateway. Nothing of it counts before it is
// confirmed; a file that cannot be read at all is refused with the reason, rows
// that cannot be taken are kept beside the others, each cell with what is wrong.
func (h *Hub) Receive(ctx context.Context, by auth.Principal, name string, data []byte) (Upload, error) {
	if err := by.Require(Verifiers()...); err != nil {
		return Upload{}, err
	}
	book, err := sheet.Open(bytes.NewReader(data), int64(len(data)), name, sheet.Limits{File: GreatestUpload, Rows: mostUploadRows + 20})
	if err != nil {
		return Upload{}, err
	}
	rows, err := h.readBook(book, calendar.DateOf(h.db.Now()))
	if err != nil {
		return Upload{}, err
	}
	sum := sha256.Sum256(data)
	u := Upload{
		FileName: evidence.CleanName(name), Sha256: hex.EncodeToString(sum[:]), Size: int64(len(data)), State: UploadReady,
		AccountID: by.AccountID, AccountName: by.Name, Version: 1,
	}
	err = h.db.Write(ctx, func(tx *store.Tx) error {
		u.ID, u.CreatedAt = 0, tx.Now()
		if err := recogniseRows(tx, rows, h.selfNames()); err != nil {
			return err
		}
		u.count(rows)
		if err := insertUpload(tx, &u, rows); err != nil {
			return err
		}
		return recordUpload(tx, by, "hub.upload_received", &u)
	})
	if err != nil {
		return Upload{}, fmt.Errorf("receive a file of the gateway: %w", err)
	}
	return u, nil
}

// count sums up what a file says.
func (u *Upload) count(rows []UploadRow) {
	u.RowsTotal, u.RowsWrong, u.RowsUnknown, u.FirstDay, u.LastDay = int64(len(rows)), 0, 0, calendar.Date{}, calendar.Date{}
	for _, r := range rows {
		if r.Wrong {
			u.RowsWrong++
			continue
		}
		if len(r.Found) > 0 {
			u.RowsUnknown++
		}
		if u.FirstDay.IsZero() || r.Day.Before(u.FirstDay) {
			u.FirstDay = r.Day
		}
		if r.Day.After(u.LastDay) {
			u.LastDay = r.Day
		}
	}
}

func recordUpload(tx *store.Tx, by auth.Principal, action string, u *Upload) error {
	return oplog.Record(tx, by, oplog.Entry{
		Action: action, Kind: "hub_upload", ID: fmt.Sprint(u.ID), Name: u.FileName, Reason: u.Reason,
		After: struct {
			Sha256 string      `json:"sha256"`
			State  UploadState `json:"state"`
			Rows   int64       `json:"rows"`
			Wrong  int64       `json:"rows_wrong"`
		}{u.Sha256, u.State, u.RowsTotal, u.RowsWrong},
	})
}

// ConfirmUpload lets the good rows of a file count, where no sender speaks.
func (h *Hub) ConfirmUpload(ctx context.Context, by auth.Principal, id UploadID, version int64) (Upload, error) {
	return h.settleUpload(ctx, by, id, version, UploadReady, func(tx *store.Tx, u *Upload) error {
		u.State = UploadConfirmed
		rows, err := goodRows(tx, id)
		if err != nil {
			return err
		}
		var names []string
		for _, r := range rows {
			names = append(names, r.Provider, r.Consumer)
		}
		parties, err := partiesNamed(tx, names)
		if err != nil {
			return err
		}
		list := make([]Exchange, len(rows))
		for i, r := range rows {
			list[i] = Exchange{
				Day: r.Day, ProviderID: parties[r.Provider].ID, ConsumerID: parties[r.Consumer].ID, Source: fmt.Sprintf("file:%d", id), UploadID: id,
				Seq: int64(r.RowNo), Exchanges: r.Exchanges, Failures: r.Failures, Bytes: r.Bytes, Counts: true,
			}
		}
		if err := setExchanges(tx, list); err != nil {
			return err
		}
		if err := h.settleParties(tx, parties); err != nil {
			return err
		}
		return recordUpload(tx, by, "hub.upload_confirmed", u)
	})
}

// WithdrawUpload takes back what a confirmed file said, with a reason; what an
// earlier file said of the same days counts again.
func (h *Hub) WithdrawUpload(ctx context.Context, by auth.Principal, id UploadID, version int64, reason string) (Upload, error) {
	if strings.TrimSpace(reason) == "" {
		return Upload{}, fault.Refuse([]fault.Field{fault.At("reason", "hub.err.reason")})
	}
	return h.settleUpload(ctx, by, id, version, UploadConfirmed, func(tx *store.Tx, u *Upload) error {
		u.State, u.Reason = UploadWithdrawn, strings.TrimSpace(reason)
		parties, err := removeExchanges(tx, id)
		if err != nil {
			return err
		}
		if err := h.settleParties(tx, parties); err != nil {
			return err
		}
		return recordUpload(tx, by, "hub.upload_withdrawn", u)
	})
}

// DropUpload forgets a file that was not confirmed.
func (h *Hub) DropUpload(ctx context.Context, by auth.Principal, id UploadID, version int64) (Upload, error) {
	return h.settleUpload(ctx, by, id, version, UploadReady, func(tx *store.Tx, u *Upload) error {
		u.State = UploadDropped
		if err := deleteUploadRows(tx, id); err != nil {
			return err
		}
		return recordUpload(tx, by, "hub.upload_dropped", u)
	})
}

// settleUpload moves a file on from a state.
func (h *Hub) settleUpload(ctx context.Context, by auth.Principal, id UploadID, version int64, from UploadState, do func(*store.Tx, *Upload) error) (Upload, error) {
	if err := by.Require(Verifiers()...); err != nil {
		return Upload{}, err
	}
	if err := h.Settle(ctx); err != nil {
		return Upload{}, err
	}
	var out Upload
	err := h.db.Write(ctx, func(tx *store.Tx) error {
		u, err := uploadByID(tx, id)
		switch {
		case err != nil:
			return err
		case u.State != from:
			return ErrNotOpen
		}
		now := tx.Now()
		u.SettledAt, u.SettledName, u.Version = &now, by.Name, version+1
		if err := do(tx, &u); err != nil {
			return err
		}
		out = u
		return tx.UpdateVersion(&u, int64(id), version)
	})
	if err != nil {
		return Upload{}, fmt.Errorf("file of the gateway %d: %w", id, err)
	}
	return out, nil
}

// settleParties works out the connections of the systems among parties.
func (h *Hub) settleParties(tx *store.Tx, parties map[string]Party) error {
	var ids []inventory.SystemID
	for _, p := range parties {
		if p.SystemID != 0 {
			ids = append(ids, p.SystemID)
		}
	}
	return h.settleIn(tx, ids)
}

// UploadPage is a part of a list and how long the whole is.
type UploadPage struct {
	Rows  []Upload
	Total int64
}

// Uploads lists the files, the newest first.
func (h *Hub) Uploads(ctx context.Context, by auth.Principal, page, size int) (UploadPage, error) {
	if err := by.Require(UploadViewers()...); err != nil {
		return UploadPage{}, err
	}
	page, size = pageOf(page, size)
	var out UploadPage
	err := h.db.Read(ctx, func(tx *store.Tx) error {
		var err error
		out, err = listUploads(tx, page, size)
		return err
	})
	return out, err
}

// UploadViewers see the files of the gateway, which speak of all departments.
func UploadViewers() []auth.Role { return []auth.Role{auth.Office, auth.Centre, auth.Auditor} }

// FindUpload reads a file with a page of its rows, the wrong ones first.
func (h *Hub) FindUpload(ctx context.Context, by auth.Principal, id UploadID, page, size int) (Upload, []UploadRow, error) {
	if err := by.Require(UploadViewers()...); err != nil {
		return Upload{}, nil, err
	}
	page, size = pageOf(page, size)
	var u Upload
	var rows []UploadRow
	err := h.db.Read(ctx, func(tx *store.Tx) error {
		var err error
		if u, err = uploadByID(tx, id); err != nil {
			return err
		}
		rows, err = uploadRows(tx, id, page, size)
		return err
	})
	return u, rows, err
}
