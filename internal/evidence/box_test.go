package evidence_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"qingce/internal/auth"
	"qingce/internal/evidence"
	"qingce/internal/fault"
	"qingce/internal/store"
	"qingce/internal/store/storetest"
)

const (
	mz      auth.DepartmentID = 2
	fc      auth.DepartmentID = 3
	zy      auth.DepartmentID = 4
	zyBelow auth.DepartmentID = 5
)

func person(role auth.Role, dept auth.DepartmentID) auth.Principal {
	return auth.Principal{
		AccountID: 100 + auth.AccountID(dept), Login: string(role), Name: "测试" + string(role),
		DepartmentID: dept, Roles: auth.Roles{role}, Way: auth.BySession,
	}
}

var clerk = person(auth.Clerk, fc)

func below(_ *store.Tx, s auth.Scope) ([]auth.DepartmentID, error) {
	if s.Department == zy {
		return []auth.DepartmentID{zy, zyBelow}, nil
	}
	return []auth.DepartmentID{s.Department}, nil
}

func box(db *store.DB) *evidence.Box { return evidence.New(db, evidence.Options{Below: below}) }

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func upload(name string, data []byte) evidence.Upload {
	return evidence.Upload{Name: name, Reader: bytes.NewReader(data), Size: int64(len(data))}
}

func system(id string, dept auth.DepartmentID) evidence.Subject {
	return evidence.Subject{Kind: "system", ID: id, Department: dept}
}

func add(t *testing.T, b *evidence.Box, by auth.Principal, s evidence.Subject, name string, data []byte) evidence.Item {
	t.Helper()
	item, err := b.Add(t.Context(), by, upload(name, data), s, "disposal.backup", "备份清单")
	must(t, err)
	return item
}

func list(t *testing.T, db *store.DB, b *evidence.Box, s evidence.Subject) []string {
	t.Helper()
	var names []string
	must(t, db.Read(t.Context(), func(tx *store.Tx) error {
		items, err := b.List(tx, s)
		for _, i := range items {
			names = append(names, i.Link.Name)
		}
		return err
	}))
	return names
}

// content reads an opened file to its end.
func content(t *testing.T, b *evidence.Box, by auth.Principal, id evidence.LinkID) ([]byte, error) {
	t.Helper()
	c, err := b.Open(t.Context(), by, id)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	return io.ReadAll(c)
}

// large is a PDF of almost three pieces that is not the same everywhere.
func large() []byte {
	filler := make([]byte, 0, 3<<20)
	for sum := sha256.Sum256([]byte("seed")); len(filler) < 2<<20+12345; sum = sha256.Sum256(sum[:]) {
		filler = append(filler, sum[:]...)
	}
	return join([]byte("%PDF-1.7\n"), filler, pdf("end"))
}

func TestAddOpenRemove(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b, s := box(db), system("RS-03", fc)
		data := large()
		item := add(t, b, clerk, s, `C:\fakepath\数据备份证明.PDF`, data)
		sum := sha256.Sum256(data)
		if item.File.SHA256 != hex.EncodeToString(sum[:]) || item.File.Size != int64(len(data)) || item.File.MediaType != "application/pdf" {
			t.Errorf("file %+v", item.File)
		}
		if item.Link.Name != "数据备份证明.PDF" || item.Link.Note != "备份清单" || item.Link.AddedName != clerk.Name || item.Link.DepartmentID != fc {
			t.Errorf("link %+v", item.Link)
		}
		got, err := content(t, b, clerk, item.Link.ID)
		if err != nil || !bytes.Equal(got, data) {
			t.Errorf("read %d bytes back, %v; want the %d that were added", len(got), err, len(data))
		}
		if got := list(t, db, b, s); !slices.Equal(got, []string{"数据备份证明.PDF"}) {
			t.Errorf("list %v", got)
		}

		if err := b.Remove(t.Context(), clerk, item.Link.ID, ""); len(fault.FieldsOf(err)) != 1 || fault.FieldsOf(err)[0].Name != "reason" {
			t.Errorf("removal without a reason: %v", err)
		}
		must(t, b.Remove(t.Context(), clerk, item.Link.ID, "传错文件"))
		if err := b.Remove(t.Context(), clerk, item.Link.ID, "传错文件"); !errors.Is(err, evidence.ErrRemoved) {
			t.Errorf("second removal: %v, want ErrRemoved", err)
		}
		if got := list(t, db, b, s); got != nil {
			t.Errorf("list after the removal %v", got)
		}
		if _, err := content(t, b, clerk, item.Link.ID); fault.KindOf(err) != fault.NotFound {
			t.Errorf("the clerk opens what was removed: %v, want not found", err)
		}
		if got, err := content(t, b, person(auth.Auditor, 9), item.Link.ID); err != nil || !bytes.Equal(got, data) {
			t.Errorf("the auditor reads %d bytes, %v: removed files keep their bytes", len(got), err)
		}

		log := logged(t, db)
		if len(log) != 2 || log[0].Action != "evidence.add" || log[1].Action != "evidence.remove" {
			t.Fatalf("log %+v", log)
		}
		if log[0].DepartmentID != fc || !strings.Contains(log[0].After, item.File.SHA256) || log[1].Reason != "传错文件" {
			t.Errorf("log %+v", log)
		}
	})
}

func TestSameFileTwice(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b := box(db)
		first := add(t, b, clerk, system("1", fc), "a.pdf", pdf("x"))
		again := add(t, b, clerk, system("1", fc), "b.pdf", pdf("x"))
		if again.Link.ID != first.Link.ID || again.Link.Name != "a.pdf" || len(logged(t, db)) != 1 {
			t.Errorf("the same file for the same purpose: %+v, want %+v", again, first)
		}
		other := add(t, b, person(auth.Clerk, mz), system("2", mz), "c.pdf", pdf("x"))
		if other.Link.ID == first.Link.ID || other.File.ID != first.File.ID {
			t.Errorf("beside another record: %+v, want a link of its own to the same file", other)
		}
		if got := rows(t, db, "evidence_chunks"); got != 1 {
			t.Errorf("%d pieces stored, want 1", got)
		}
		must(t, b.Remove(t.Context(), clerk, first.Link.ID, "x"))
		if back := add(t, b, clerk, system("1", fc), "a.pdf", pdf("x")); back.Link.ID == first.Link.ID {
			t.Error("a removed link came back to life")
		}
	})
}

func TestSameFileFromTwoAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b := box(db)
		data := large()
		var wg sync.WaitGroup
		for _, id := range []string{"1", "2", "3"} {
			wg.Go(func() {
				if _, err := b.Add(t.Context(), clerk, upload("a.pdf", data), system(id, fc), "x", ""); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if f, l, c := rows(t, db, "evidence_files"), rows(t, db, "evidence_links"), rows(t, db, "evidence_chunks"); f != 1 || l != 3 || c != 3 {
			t.Errorf("%d files, %d links, %d pieces; want 1, 3, 3", f, l, c)
		}
	})
}

func TestFilesOfOtherDepartmentsAreNotThere(t *testing.T) {
	cases := []struct {
		name       string
		by         auth.Principal
		open, edit map[auth.DepartmentID]bool
	}{
		{"a clerk", clerk, map[auth.DepartmentID]bool{fc: true}, map[auth.DepartmentID]bool{fc: true}},
		{"a county", person(auth.Region, zy), map[auth.DepartmentID]bool{zy: true, zyBelow: true}, map[auth.DepartmentID]bool{zy: true, zyBelow: true}},
		{"the centre", person(auth.Centre, 1), all(true), all(true)},
		{"finance only looks", person(auth.Finance, mz), all(true), nil},
		{"an auditor only looks", person(auth.Auditor, 9), all(true), nil},
		{"an administrator does not", person(auth.Admin, fc), nil, nil},
		{"a probe does not", person(auth.Probe, fc), nil, nil},
		{"a clerk of no department", person(auth.Clerk, 0), nil, nil},
	}
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b := box(db)
		links := map[auth.DepartmentID]evidence.LinkID{}
		for _, dept := range []auth.DepartmentID{0, mz, fc, zy, zyBelow} {
			links[dept] = add(t, b, person(auth.Office, 1), system("1", dept), "a.pdf", pdf(string(rune('a'+dept)))).Link.ID
		}
		for _, c := range cases {
			for dept, id := range links {
				_, err := content(t, b, c.by, id)
				if opened := err == nil; opened != c.open[dept] || !opened && fault.KindOf(err) != fault.NotFound {
					t.Errorf("%s opens a file of %d: %v, want %v", c.name, dept, err, c.open[dept])
				}
				_, err = b.Add(t.Context(), c.by, upload("b.pdf", pdf(c.name)), system("2", dept), "x", "")
				if added := err == nil; added != c.edit[dept] || !added && !refused(err) {
					t.Errorf("%s adds a file to %d: %v, want %v", c.name, dept, err, c.edit[dept])
				}
				if !c.edit[dept] {
					if err := b.Remove(t.Context(), c.by, id, "x"); !refused(err) {
						t.Errorf("%s removes a file of %d: %v, want a refusal", c.name, dept, err)
					}
				}
			}
		}
		if _, err := b.Open(t.Context(), auth.Principal{}, links[fc]); fault.KindOf(err) != fault.Unauthenticated {
			t.Errorf("nobody: %v, want unauthenticated", err)
		}
		if _, err := b.Open(t.Context(), clerk, 4711); fault.KindOf(err) != fault.NotFound {
			t.Errorf("unknown: %v, want not found", err)
		}
	})
}

func all(yes bool) map[auth.DepartmentID]bool {
	return map[auth.DepartmentID]bool{0: yes, mz: yes, fc: yes, zy: yes, zyBelow: yes}
}

func refused(err error) bool {
	return fault.KindOf(err) == fault.NotFound || fault.KindOf(err) == fault.Forbidden
}

func TestDamageIsFoundOnOpening(t *testing.T) {
	cases := []struct {
		name, statement string
	}{
		{"a changed byte", "UPDATE evidence_chunks SET data = (SELECT data FROM evidence_chunks WHERE seq = 1) WHERE seq = 0"},
		{"a missing piece", "DELETE FROM evidence_chunks WHERE seq = 2"},
		{"another hash", "UPDATE evidence_files SET sha256 = '" + strings.Repeat("0", 64) + "'"},
		{"a shorter size", "UPDATE evidence_files SET size = size - 1"},
		{"a longer size", "UPDATE evidence_files SET size = size + 1"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, db *store.DB) {
				b := box(db)
				item := add(t, b, clerk, system("1", fc), "a.pdf", large())
				execute(t, db, c.statement)
				if _, err := b.Open(t.Context(), clerk, item.Link.ID); !errors.Is(err, evidence.ErrDamaged) {
					t.Errorf("err = %v, want ErrDamaged", err)
				}
			})
		})
	}
}

func TestDamageBehindTheOpeningIsNotGivenOut(t *testing.T) {
	db := storetest.Open(t)
	b := box(db)
	item := add(t, b, clerk, system("1", fc), "a.pdf", large())
	c, err := b.Open(t.Context(), clerk, item.Link.ID)
	must(t, err)
	execute(t, db, "UPDATE evidence_chunks SET data = (SELECT data FROM evidence_chunks WHERE seq = 1) WHERE seq = 2")
	got, err := io.ReadAll(c)
	if !errors.Is(err, evidence.ErrDamaged) || len(got) != 2<<20 {
		t.Errorf("%d bytes, %v; want the two good pieces and ErrDamaged", len(got), err)
	}
	must(t, c.Close())
}

func TestRefusedUploadLeavesNothing(t *testing.T) {
	cases := []struct {
		name    string
		up      evidence.Upload
		subject evidence.Subject
		purpose string
		note    string
		kind    fault.Kind
		field   string
	}{
		{"a wrong type", upload("a.pdf", []byte("MZ")), system("1", fc), "x", "", fault.Invalid, "file"},
		{"no name", upload("..", pdf("x")), system("1", fc), "x", "", fault.Invalid, "file"},
		{"announced too large", evidence.Upload{Name: "a.pdf", Reader: strings.NewReader("x"), Size: evidence.MaxSize + 1}, system("1", fc), "x", "", fault.TooLarge, "file"},
		{"larger than announced", evidence.Upload{Name: "a.pdf", Reader: io.LimitReader(zero{}, 1<<40), Size: 10}, system("1", fc), "x", "", fault.TooLarge, "file"},
		{"no subject", upload("a.pdf", pdf("x")), system("", fc), "x", "", fault.Invalid, "subject"},
		{"no purpose", upload("a.pdf", pdf("x")), system("1", fc), "", "", fault.Invalid, "purpose"},
		{"a purpose that is no key", upload("a.pdf", pdf("x")), system("1", fc), "备份", "", fault.Invalid, "purpose"},
		{"a note of control characters", upload("a.pdf", pdf("x")), system("1", fc), "x", "a\x1bb", fault.Invalid, "note"},
		{"a note without end", upload("a.pdf", pdf("x")), system("1", fc), "x", strings.Repeat("长", 501), fault.Invalid, "note"},
	}
	db := storetest.Open(t)
	b := box(db)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := b.Add(t.Context(), clerk, c.up, c.subject, c.purpose, c.note)
			f := fault.FieldsOf(err)
			if fault.KindOf(err) != c.kind || len(f) != 1 || f[0].Name != c.field {
				t.Errorf("err = %v, want %s at %s", err, c.kind, c.field)
			}
		})
	}
	_, err := b.Add(t.Context(), clerk, evidence.Upload{Name: "a.pdf", Reader: iotest.ErrReader(io.ErrUnexpectedEOF)}, system("1", fc), "x", "")
	if fault.KindOf(err) != fault.Unavailable || !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("a connection that breaks: %v, want unavailable", err)
	}
	if f, l := rows(t, db, "evidence_files"), rows(t, db, "evidence_links"); f != 0 || l != 0 || len(logged(t, db)) != 0 {
		t.Errorf("%d files, %d links, log %v; want nothing", f, l, logged(t, db))
	}
}

// zero gives zeros without end.
type zero struct{}

func (zero) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestUploadsAreBounded(t *testing.T) {
	b := evidence.New(storetest.Open(t), evidence.Options{Uploads: 1})
	ctx := context.Background()
	err := b.Receive(ctx, upload("a.pdf", pdf("x")), func(evidence.Received) error {
		err := b.Receive(ctx, upload("b.pdf", pdf("y")), func(evidence.Received) error { return nil })
		var f *fault.Error
		if !errors.As(err, &f) || f.Kind != fault.Unavailable || f.RetryAfter <= 0 {
			t.Errorf("second at once: %v, want unavailable with a time to retry", err)
		}
		return nil
	})
	must(t, err)
	called := false
	must(t, b.Receive(ctx, upload("b.pdf", pdf("y")), func(r evidence.Received) error {
		called = r.Name() == "b.pdf" && r.Type() == evidence.PDF && r.Size() == int64(len(pdf("y")))
		return nil
	}))
	if !called {
		t.Error("the place was not given free")
	}
}

// What another package does in its transaction is undone with it.
func TestAttachIsPartOfTheCallersTransaction(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b := box(db)
		boom := errors.New("boom")
		err := b.Receive(t.Context(), upload("a.pdf", pdf("x")), func(f evidence.Received) error {
			return db.Write(t.Context(), func(tx *store.Tx) error {
				if _, err := b.Attach(tx, clerk, f, system("1", fc), "x", ""); err != nil {
					return err
				}
				return boom
			})
		})
		if !errors.Is(err, boom) || rows(t, db, "evidence_files") != 0 || rows(t, db, "evidence_chunks") != 0 || len(logged(t, db)) != 0 {
			t.Errorf("err %v; something stayed behind", err)
		}
		err = db.Write(t.Context(), func(tx *store.Tx) error {
			_, err := b.Attach(tx, clerk, evidence.Received{}, system("1", fc), "x", "")
			return err
		})
		if fault.KindOf(err) != fault.Invalid {
			t.Errorf("attach of nothing: %v, want invalid", err)
		}
	})
}
