package oplog_test

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"qingce/internal/oplog"
)

func TestASealIsOverOneDigestOnly(t *testing.T) {
	a, err := oplog.OpenAnchor(filepath.Join(t.TempDir(), "a"))
	if err != nil {
		t.Fatal(err)
	}
	other, err := oplog.OpenAnchor(filepath.Join(t.TempDir(), "b"))
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2018, 1, 10, 8, 0, 0, 0, time.UTC)
	seal, err := a.Seal("statement/1", "abc", at)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := oplog.CheckSeal(seal, a.Verifier(), "statement/1", "abc"); err != nil || !got.Equal(at) {
		t.Errorf("a good seal: %v %v", got, err)
	}
	for name, err := range map[string]error{
		"another digest": second(oplog.CheckSeal(seal, a.Verifier(), "statement/1", "abd")),
		"another kind":   second(oplog.CheckSeal(seal, a.Verifier(), "statement/2", "abc")),
		"another key":    second(oplog.CheckSeal(seal, other.Verifier(), "statement/1", "abc")),
		"another time":   second(oplog.CheckSeal(strings.Replace(seal, "2018", "2019", 1), a.Verifier(), "statement/1", "abc")),
		"no seal at all": second(oplog.CheckSeal("seal", a.Verifier(), "statement/1", "abc")),
	} {
		if !errors.Is(err, oplog.ErrSeal) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := a.Seal("statement/1", "abc\nabd", at); err == nil {
		t.Error("a digest of two lines is sealed")
	}
}

func second(_ time.Time, err error) error { return err }
