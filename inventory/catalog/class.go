package catalog

import (
	"bytes"
	"context"
	_ "embed" // the tree that ships with the program
	"encoding/csv"
	"fmt"
	"regexp"
	"strings"
	"time"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/oplog"
	"qingce/internal/store"
)

// Level is how deep a class stands in the tree: 类, 项, 目, 细目.
type Level string

// The levels.
const (
	LevelClass  Level = "class"
	LevelItem   Level = "item"
	LevelObject Level = "object"
	LevelDetail Level = "detail"
)

// Label is the message key of the level's name.
func (l Level) Label() fault.Label { return fault.Label("catalog.level." + string(l)) }

// Class is a node of the classification tree. Its code begins the codes of the
// entries below it.
type Class struct {
	Code       string
	ParentCode string
	Name       string
	Level      Level
	Library    Library
	LeadID     *DepartmentID // who compiles a base or theme library (办法 art. 8)
	Origin     string        // of the number: a published tree, or local
	// Unverified tells that the number was inferred and not read in a
	// published tree.
	Unverified bool
	// Closed takes no new entries.
	Closed bool
	// LastNumber is the greatest number given to an entry; it never goes back.
	LastNumber  int64
	Note        string
	UpdatedAt   time.Time
	UpdatedBy   auth.AccountID
	UpdatedName string
	Version     int64
}

// TableName is the table of classes.
func (Class) TableName() string { return "catalog_classes" }

// ClassVersion is a state of a class.
type ClassVersion struct {
	Code        string
	Version     int64
	Name        string
	LeadID      *DepartmentID
	Closed      bool
	Note        string
	ChangedAt   time.Time
	ChangedName string
}

// TableName is the table of the states.
func (ClassVersion) TableName() string { return "catalog_class_versions" }

// ClassForm is what is said of a class. Code and Parent hold for new ones only.
type ClassForm struct {
	Code   string
	Parent string
	Name   string
	Lead   *DepartmentID
	Closed bool
	Note   string
}

// codePattern is the front part of a code: class 1 digit, item 2, object 3, then
// any number.
var codePattern = regexp.MustCompile(`^[123](\d{2}(\d{3}\d*)?)?$`)

// entryCode is the code of an entry.
var entryCode = regexp.MustCompile(`^[123]\d{2}(\d{3}\d*)?/\d{1,12}$`)

//go:embed data/classes.csv
var shippedTree []byte

// Seed puts in the classes that ship with the program and are not there yet;
// what was changed since stays as it is.
func (d *Desk) Seed(ctx context.Context) error {
	rows, err := csv.NewReader(bytes.NewReader(shippedTree)).ReadAll()
	if err != nil {
		return fmt.Errorf("read the shipped tree: %w", err)
	}
	return d.db.Write(ctx, func(tx *store.Tx) error {
		known, err := classesByCode(tx)
		if err != nil {
			return err
		}
		var added []Class
		for _, r := range rows[1:] {
			if _, ok := known[r[0]]; !ok {
				added = append(added, Class{
					Code: r[0], ParentCode: r[1], Name: r[2], Level: Level(r[3]), Library: Library(r[4]), Origin: r[5],
					Unverified: r[6] != "", UpdatedAt: tx.Now(), UpdatedName: "catalog", Version: 1,
				})
			}
		}
		return insertClasses(tx, added)
	})
}

// Classes lists the tree by code.
func (d *Desk) Classes(ctx context.Context, by auth.Principal) ([]Class, error) {
	var out []Class
	err := d.db.Read(ctx, func(tx *store.Tx) error {
		if err := by.Require(viewers...); err != nil {
			return err
		}
		var err error
		out, err = allClasses(tx)
		return err
	})
	return out, err
}

// ClassHistory lists the states of a class, the newest first.
func (d *Desk) ClassHistory(ctx context.Context, by auth.Principal, code string) ([]ClassVersion, error) {
	var out []ClassVersion
	err := d.db.Read(ctx, func(tx *store.Tx) error {
		if err := by.Require(viewers...); err != nil {
			return err
		}
		if _, err := classOf(tx, code); err != nil {
			return err
		}
		var err error
		out, err = classVersions(tx, code)
		return err
	})
	return out, err
}

// AddClass adds a node below another one, for those who keep the tree.
func (d *Desk) AddClass(ctx context.Context, by auth.Principal, in ClassForm) (Class, error) {
	if err := by.Require(keepers...); err != nil {
		return Class{}, err
	}
	var out Class
	err := d.db.Write(ctx, func(tx *store.Tx) error {
		known, err := classesByCode(tx)
		if err != nil {
			return err
		}
		parent, ok := known[in.Parent]
		if err := fault.Refuse(in.wrong(known, parent, ok)); err != nil {
			return err
		}
		out = Class{
			Code: in.Code, ParentCode: in.Parent, Level: parent.below(), Library: parent.Library, Origin: "local", Version: 1,
		}
		in.fill(&out)
		out.UpdatedAt, out.UpdatedBy, out.UpdatedName = tx.Now(), by.AccountID, by.Name
		if err := insertClasses(tx, []Class{out}); err != nil {
			return err
		}
		return recordClass(tx, by, "catalog.class_added", nil, &out)
	})
	return out, err
}

// ChangeClass says something else of a class; its code and place stay.
func (d *Desk) ChangeClass(ctx context.Context, by auth.Principal, code string, version int64, in ClassForm) (Class, error) {
	if err := by.Require(keepers...); err != nil {
		return Class{}, err
	}
	var out Class
	err := d.db.Write(ctx, func(tx *store.Tx) error {
		old, err := classOf(tx, code)
		if err != nil {
			return err
		}
		if err := fault.Refuse(in.wrongWords(old.Library)); err != nil {
			return err
		}
		out = old
		in.fill(&out)
		out.Version, out.UpdatedAt, out.UpdatedBy, out.UpdatedName = version+1, tx.Now(), by.AccountID, by.Name
		if err := updateClass(tx, &out, version); err != nil {
			return err
		}
		return recordClass(tx, by, "catalog.class_changed", &old, &out)
	})
	return out, err
}

func (in ClassForm) fill(c *Class) {
	c.Name, c.LeadID, c.Closed, c.Note = strings.TrimSpace(in.Name), in.Lead, in.Closed, strings.TrimSpace(in.Note)
}

// below is the level of the classes under this one.
func (c Class) below() Level {
	switch c.Level {
	case LevelClass:
		return LevelItem
	case LevelItem:
		return LevelObject
	}
	return LevelDetail
}

// wrong lists what keeps a class from being added.
func (in ClassForm) wrong(known map[string]Class, parent Class, hasParent bool) []fault.Field {
	var out []fault.Field
	_, taken := known[in.Code]
	switch {
	case !hasParent:
		out = append(out, fault.At("parent", "catalog.err.class_parent", "code", in.Parent))
	case !codePattern.MatchString(in.Code) || !strings.HasPrefix(in.Code, in.Parent) || len(in.Code) <= len(in.Parent):
		out = append(out, fault.At("code", "catalog.err.class_code", "parent", in.Parent))
	case levelOf(in.Code) != parent.below():
		out = append(out, fault.At("code", "catalog.err.class_level", "level", parent.below().Label()))
	case taken:
		out = append(out, fault.At("code", "catalog.err.class_taken", "code", in.Code))
	}
	return append(out, in.wrongWords(parent.Library)...)
}

func (in ClassForm) wrongWords(library Library) []fault.Field {
	var out []fault.Field
	if strings.TrimSpace(in.Name) == "" {
		out = append(out, fault.At("name", "err.required", "field", fault.Label("catalog.class.name")))
	}
	if len([]rune(in.Name)) > mostClassName {
		out = append(out, fault.At("name", "err.too_long", "field", fault.Label("catalog.class.name"), "max", mostClassName))
	}
	if in.Lead != nil && !library.Led() {
		out = append(out, fault.At("lead", "catalog.err.class_lead"))
	}
	return out
}

const mostClassName = 60

// levelOf is the level that a code of so many digits has.
func levelOf(code string) Level {
	switch len(code) {
	case 1:
		return LevelClass
	case 3:
		return LevelItem
	case 6:
		return LevelObject
	}
	return LevelDetail
}

// classFacts are what the operation log keeps of a class.
type classFacts struct {
	Name   string        `json:"name"`
	Parent string        `json:"parent"`
	Lead   *DepartmentID `json:"lead_id"`
	Closed bool          `json:"closed"`
	Note   string        `json:"note"`
}

func recordClass(tx *store.Tx, by auth.Principal, act string, before, after *Class) error {
	e := oplog.Entry{Action: act, Kind: "catalog_class", ID: after.Code, Name: after.Name, After: after.facts()}
	if before != nil {
		e.Before = before.facts()
	}
	return oplog.Record(tx, by, e)
}

func (c *Class) facts() classFacts {
	return classFacts{c.Name, c.ParentCode, c.LeadID, c.Closed, c.Note}
}
