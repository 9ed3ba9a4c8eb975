package scoring_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/evidence"
	"qingce/internal/field"
	"qingce/internal/store"
	"qingce/inventory/catalog"
	"qingce/inventory/sharing"
	"qingce/inventory/sharing/sharingtest"
	"qingce/scoring"
	"qingce/scoring/programme"
	"qingce/scoring/scoringtest"
)

// arisen are the tasks of an obligation: "body key state due done late".
func arisen(t *testing.T, w *scoringtest.World, by auth.Principal, obligation string) []string {
	t.Helper()
	all, err := w.Board.Tasks(t.Context(), by, scoring.TaskQuery{Obligation: obligation})
	if err != nil {
		t.Fatal(err)
	}
	dir, err := w.Registry.Directory(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for i := range all {
		task := &all[i]
		if task.Scored {
			t.Errorf("%s is scored", task.Key)
		}
		done := ""
		if !task.DoneOn.IsZero() {
			done = " " + task.DoneOn.String()
		}
		out = append(out, fmt.Sprintf("%s %s %s %s%s %s", dir.Name(task.DepartmentID), task.Key, task.State, task.Due, done, task.Proof[0].Path))
	}
	return out
}

// A request that comes in is a task of who has to answer it, and of nobody else;
// it follows the term that the room of requests keeps, and so does the written
// application after it, which the Office has to settle.
func TestTasksAriseFromRequests(t *testing.T) {
	scoringtest.Each(t, func(t *testing.T, w *scoringtest.World) {
		ctx, auditor := t.Context(), w.Someone(auth.Auditor)
		w.At("2017-11-06 10:00")
		if got := arisen(t, w, auditor, "M-36"); got != nil {
			t.Errorf("before anything was asked: %q", got)
		}
		e := w.Entry("MZ", "婚姻登记信息", catalog.Conditional)
		r, err := w.Sharing.AskFor(ctx, w.Head("FC"), sharingtest.Ask(e.Code))
		if err != nil {
			t.Fatal(err)
		}
		mz := w.Department("MZ").Name
		at := fmt.Sprintf("%s M-36/%d", mz, r.ID)
		want := []string{at + " not_due 2017-11-20 " + r.Address()}
		for _, by := range []auth.Principal{auditor, w.Clerk("MZ")} {
			if got := arisen(t, w, by, "M-36"); !slices.Equal(got, want) {
				t.Errorf("asked: %q, want %q", got, want)
			}
		}
		if got := arisen(t, w, w.Head("FC"), "M-36"); got != nil {
			t.Errorf("who has asked has a task: %q", got)
		}
		w.At("2017-11-22 09:00")
		if got := arisen(t, w, auditor, "M-36"); got[0] != at+" overdue 2017-11-20 "+r.Address() {
			t.Errorf("not answered: %q", got)
		}
		if _, ok := w.Tasks("MZ", "2017-11-30")[fmt.Sprintf("M-36/%d", r.ID)]; ok {
			t.Error("it is among the tasks that are scored")
		}
		no := sharing.Answer{Reply: sharing.ReplyRefuse, Reasons: field.List{sharing.ReasonExcessive}, Text: "超出必要范围：登记只需核验婚姻状况。"}
		if r, err = w.Sharing.Reply(ctx, w.Head("MZ"), r.ID, r.Version, no); err != nil {
			t.Fatal(err)
		}
		if got := arisen(t, w, auditor, "M-36"); got[0] != at+" late 2017-11-20 2017-11-22 "+r.Address() {
			t.Errorf("answered: %q", got)
		}
		err = w.Paper("application.pdf", func(f evidence.Received) error {
			r, err = w.Sharing.Escalate(ctx, w.Head("FC"), r.ID, r.Version, sharing.Application{Text: "办理不动产登记须核对婚姻状况，依法履职必需。", File: &f})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		got := arisen(t, w, auditor, "M-40")
		if len(got) != 1 || !strings.Contains(got[0], fmt.Sprintf("M-40/%d not_due 2017-12-06 ", r.ID)) || strings.HasPrefix(got[0], mz) {
			t.Errorf("the Office has to settle it: %q", got)
		}
		s, err := w.Board.FindTask(ctx, w.Clerk("MZ"), fmt.Sprintf("M-36/%d", r.ID), w.Department("MZ").ID)
		if err != nil || s.Task.State != scoring.Late || s.Task.LateWd != 2 {
			t.Errorf("its page: %+v %v", s.Task, err)
		}
		w.At("2018-03-01 09:00")
		if got := arisen(t, w, auditor, "M-36"); got != nil {
			t.Errorf("months after it was answered: %q", got)
		}
	})
}

// Events of rooms beside this one are counted with the term of the programme, for
// every body that it names.
func TestTasksAriseFromEventsOfOtherRooms(t *testing.T) {
	scoringtest.Each(t, func(t *testing.T, w *scoringtest.World) {
		deps := w.Deps
		month := scoring.Occurrence{
			Trigger: programme.MonthOver, ID: "2017-11", On: scoringtest.Day(t, "2017-11-30"), Proof: scoring.Ref{Kind: "month", ID: "2017-11", Path: "/scorecards/2017-11"},
		}
		asked := 0
		deps.Events = func(*store.Tx, calendar.Date) ([]scoring.Occurrence, error) {
			asked++
			return []scoring.Occurrence{month}, nil
		}
		w.Board = scoring.NewBoard(deps)
		w.At("2017-12-08 09:00")
		office := arisen(t, w, w.Someone(auth.Auditor), "P-38")
		if len(office) == 0 || !strings.HasSuffix(office[0], "P-38/2017-11 not_due 2017-12-14 /scorecards/2017-11") {
			t.Errorf("a month to be scored: %q", office)
		}
		month.DoneOn = scoringtest.Day(t, "2017-12-08")
		if got := arisen(t, w, w.Someone(auth.Auditor), "P-38"); !strings.Contains(got[0], "P-38/2017-11 on_time 2017-12-14 2017-12-08") {
			t.Errorf("scored: %q", got)
		}
		asked = 0
		if _, err := w.Board.Tasks(t.Context(), w.Someone(auth.Auditor), scoring.TaskQuery{}); err != nil || asked != 1 {
			t.Errorf("events were read %d times for all bodies and obligations: %v", asked, err)
		}
	})
}
