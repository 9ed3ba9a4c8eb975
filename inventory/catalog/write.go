package catalog

import (
	"context"
	"reflect"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/oplog"
	"qingce/internal/store"
)

// EntryForm is what somebody writes into the catalog.
type EntryForm struct {
	Content Content
	// Reason says why a published entry is changed.
	Reason string
	// ChangeID names the event that the new version answers.
	ChangeID *ChangeID
	// Code is wanted for a new entry that comes from another catalog; empty
	// takes the next one of its class.
	Code string
}

// Saved is an entry as it was written, and what is still wrong or worth a
// thought: it is a draft, which may be unfinished.
type Saved struct {
	Entry Entry
	Found []fault.Field
}

// Create writes the first draft of an entry of the principal's department or
// region. A draft needs a class, a name and a provider; the rest is asked when
// it is submitted.
func (d *Desk) Create(ctx context.Context, by auth.Principal, in EntryForm) (Saved, error) {
	if err := by.Require(writers...); err != nil {
		return Saved{}, err
	}
	var out Saved
	err := d.db.Write(ctx, func(tx *store.Tx) error {
		s, err := d.surroundings(tx)
		if err != nil {
			return err
		}
		out, err = d.createIn(tx, by, s, in)
		return err
	})
	return out, err
}

func (d *Desk) createIn(tx *store.Tx, by auth.Principal, s surroundings, in EntryForm) (Saved, error) {
	in.Content.tidy()
	e := Entry{Life: LifeNew, Step: StepDraft, Intent: ToPublish, Body: in.Content.Body, Version: 1}
	e.OwnerID = ownerFor(by, s, e.Body)
	if err := d.mayWrite(tx, by, e.OwnerID); err != nil {
		return Saved{}, err
	}
	if err := e.draftable(s); err != nil {
		return Saved{}, err
	}
	found, err := d.judge(tx, s, e.OwnerID, in.Content, nil)
	if err != nil {
		return Saved{}, err
	}
	if e.Code, err = codeFor(tx, e.ClassCode, in.Code); err != nil {
		return Saved{}, err
	}
	e.RegionID, e.Library = s.regionOf(e.OwnerID), s.classes[e.ClassCode].Library
	e.CreatedAt = tx.Now()
	e.touch(tx, by)
	if err := insertEntry(tx, &e, in.Content.Items); err != nil {
		return Saved{}, err
	}
	return Saved{e, found}, note(tx, by, &e, nil, in.Content, "catalog.created", "")
}

// ownerFor is whose entry it becomes: the own department's, or that of the
// provider where the principal writes for a region or for all.
func ownerFor(by auth.Principal, s surroundings, b Body) DepartmentID {
	if b.ProviderID != 0 && (by.Console() || by.Is(auth.Region) && s.dir.Covers(by.Own(), b.ProviderID)) {
		return b.ProviderID
	}
	return by.DepartmentID
}

// codeFor is the code of a new entry.
func codeFor(tx *store.Tx, class, wanted string) (string, error) {
	if wanted == "" {
		return nextNumber(tx, class)
	}
	prefix, number, ok := cutCode(wanted)
	if !ok || prefix != class {
		return "", fault.Refuse([]fault.Field{fault.At("code", "catalog.err.code", "code", wanted, "class", class)})
	}
	taken, err := knownCodes(tx, []string{wanted})
	if err != nil {
		return "", err
	}
	if taken[wanted] {
		return "", fault.Refuse([]fault.Field{fault.At("code", "catalog.err.code_taken", "code", wanted)})
	}
	return wanted, reserveNumber(tx, class, number)
}

// Save writes an entry: its first draft while nothing was published, else the
// draft of its next version. version is the one that was read.
func (d *Desk) Save(ctx context.Context, by auth.Principal, id EntryID, version int64, in EntryForm) (Saved, error) {
	if err := by.Require(writers...); err != nil {
		return Saved{}, err
	}
	var out Saved
	err := d.db.Write(ctx, func(tx *store.Tx) error {
		s, err := d.surroundings(tx)
		if err != nil {
			return err
		}
		out, err = d.saveIn(tx, by, s, id, version, in)
		return err
	})
	return out, err
}

func (d *Desk) saveIn(tx *store.Tx, by auth.Principal, s surroundings, id EntryID, version int64, in EntryForm) (Saved, error) {
	old, err := d.writable(tx, by, id)
	if err != nil {
		return Saved{}, err
	}
	before, err := recordOf(tx, old, sight{all: true})
	if err != nil {
		return Saved{}, err
	}
	in.Content.tidy()
	if err := d.checkEvent(tx, old.OwnerID, in.ChangeID); err != nil {
		return Saved{}, err
	}
	e := old
	e.Reason, e.ChangeID = strings.TrimSpace(in.Reason), in.ChangeID
	found, err := d.judge(tx, s, e.OwnerID, in.Content, &old)
	if err != nil {
		return Saved{}, err
	}
	e.touch(tx, by)
	e.Version = version + 1
	if e.Life == LifePublished {
		err = d.saveDraft(tx, &e, version, in.Content)
	} else {
		err = d.saveNew(tx, s, &e, version, in.Content)
	}
	if err != nil {
		return Saved{}, err
	}
	was := before.Working()
	return Saved{e, found}, note(tx, by, &e, &was, in.Content, "catalog.saved", "")
}

// writable is an entry that the principal may write now.
func (d *Desk) writable(tx *store.Tx, by auth.Principal, id EntryID) (Entry, error) {
	e, err := d.EntryIn(tx, id)
	if err != nil {
		return Entry{}, err
	}
	if err := d.mayWrite(tx, by, e.OwnerID); err != nil {
		return Entry{}, err
	}
	switch {
	case e.Life == LifeWithdrawn:
		return Entry{}, ErrWithdrawn
	case !e.Step.Editable():
		return Entry{}, ErrStep
	}
	return e, nil
}

// saveDraft keeps the next version of a published entry beside it.
func (d *Desk) saveDraft(tx *store.Tx, e *Entry, version int64, c Content) error {
	if e.Step == NoStep {
		e.Step = StepDraft
	}
	e.Intent = ToPublish
	if err := tx.UpdateVersion(e, int64(e.ID), version); err != nil {
		return err
	}
	return putDraft(tx, Draft{EntryID: e.ID, Content: c, UpdatedAt: tx.Now()})
}

// saveNew writes a draft of an entry that was never published. In another class
// it gets another code, and the old one is not used again.
func (d *Desk) saveNew(tx *store.Tx, s surroundings, e *Entry, version int64, c Content) error {
	moved := e.ClassCode != c.Body.ClassCode
	e.Body = c.Body
	if err := e.draftable(s); err != nil {
		return err
	}
	if moved {
		var err error
		if e.Code, err = nextNumber(tx, e.ClassCode); err != nil {
			return err
		}
	}
	e.Library = s.classes[e.ClassCode].Library
	e.Items = int64(len(c.Items))
	if err := tx.UpdateVersion(e, int64(e.ID), version); err != nil {
		return err
	}
	return replaceItems(tx, e, c.Items)
}

// draftable refuses what cannot even be kept as a draft.
func (e *Entry) draftable(s surroundings) error {
	var out []fault.Field
	for _, key := range []string{"class_code", "name", "provider_id"} {
		if f, ok := EntryFields.Find(key); ok && f.Empty(&e.Body) {
			out = append(out, fault.At(key, "err.required", "field", f.Label))
		}
	}
	if c, ok := s.classes[e.ClassCode]; e.ClassCode != "" && (!ok || len(c.Code) < 3) {
		out = append(out, fault.At("class_code", "catalog.err.class", "code", e.ClassCode))
	}
	if len([]rune(e.Name)) > longestName {
		out = append(out, fault.At("name", "err.too_long", "field", EntryFields.Label("name"), "max", longestName))
	}
	return fault.Refuse(out)
}

const longestName = 100

// tidy takes blanks off, and answers to questions that are not asked.
func (c *Content) tidy() {
	EntryFields.ClearUnasked(&c.Body)
	items := c.Items[:0:0]
	for _, i := range c.Items {
		if i.Name = strings.TrimSpace(i.Name); i != (Item{}) {
			items = append(items, i)
		}
	}
	c.Items = items
}

func (e *Entry) touch(tx *store.Tx, by auth.Principal) {
	e.UpdatedAt, e.UpdatedBy, e.UpdatedName = tx.Now(), by.AccountID, by.Name
}

// same tells whether two contents say the same.
func (c Content) same(o Content) bool {
	return reflect.DeepEqual(EntryFields.Values(&c.Body), EntryFields.Values(&o.Body)) &&
		(len(c.Items) == 0 && len(o.Items) == 0 || reflect.DeepEqual(c.Items, o.Items))
}

// entryFacts are what the operation log keeps of an entry.
type entryFacts struct {
	State   State             `json:"state"`
	Values  map[string]string `json:"values"`
	Items   []Item            `json:"items"`
	Version int64             `json:"published_version"`
}

// actPrefix begins the names of the catalog's acts in the operation log.
const actPrefix = "catalog."

// note writes down a step with an entry, for its history and the log.
func note(tx *store.Tx, by auth.Principal, e *Entry, was *Content, now Content, action, text string) error {
	if err := addStep(tx, by, e.ID, strings.TrimPrefix(action, actPrefix), text); err != nil {
		return err
	}
	entry := oplog.Entry{
		Action: action, Kind: "catalog_entry", ID: e.Code, Name: e.Name, Department: e.OwnerID, Reason: text,
		After: entryFacts{e.State(), EntryFields.Values(&now.Body), now.Items, e.PublishedVersion},
	}
	if was != nil {
		entry.Before = entryFacts{"", EntryFields.Values(&was.Body), was.Items, e.PublishedVersion}
	}
	return oplog.Record(tx, by, entry)
}
