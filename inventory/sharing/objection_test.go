package sharing_test

import (
	"testing"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/inventory/catalog"
	"qingce/inventory/sharing"
	"qingce/inventory/sharing/sharingtest"
)

func doubt(code string) sharing.Doubt {
	return sharing.Doubt{
		Entry: code, RecordRef: "登记 2017-1182", Kind: sharing.ObjectDoubt, Description: "姓名与证件不一致", CitizenCase: true,
		AsUsual: true, AsUsualNote: "已凭户口簿原件受理",
	}
}

// The objection of the acceptance story: raised on 12-06, due 12-13, mended 12-08.
func TestAnObjectionIsVerifiedWithinItsTerm(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, w *sharingtest.World) {
		ctx, ga, centre := t.Context(), w.Head("GA"), w.Someone(auth.Centre)
		w.At("2017-12-06 10:00")
		e := w.Entry("GA", "户籍人口信息", catalog.Conditional)
		in := doubt(e.Code)
		in.AsUsual = false
		_, err := w.Sharing.Raise(ctx, w.Clerk("FC"), in)
		refusedAt(t, err, "as_usual", "sharing.err.as_usual")
		in = doubt(e.Code)
		in.AsUsualNote = ""
		_, err = w.Sharing.Raise(ctx, w.Clerk("FC"), in)
		refusedAt(t, err, "as_usual_note", "err.required")

		got, err := w.Sharing.Raise(ctx, w.Clerk("FC"), doubt(e.Code))
		o := must(t, got, err)
		f, err := w.Sharing.FindObjection(ctx, centre, o.ID)
		wantDue(t, must(t, f, err).Clock, "2017-12-13", 5)
		if f.Objection.State.Turn() != sharing.TurnCentre {
			t.Errorf("whose turn: %s", f.Objection.State.Turn())
		}
		_, err = w.Sharing.Verify(ctx, ga, o.ID, o.Version, sharing.Verdict{Result: sharing.ObjectionCorrected, Causes: field.List{sharing.CauseEntry}, Text: "已更正"})
		if err == nil {
			t.Error("verified before it was passed on")
		}

		w.At("2017-12-07 10:00")
		got, err = w.Sharing.Dispatch(ctx, centre, o.ID, o.Version, "")
		o = must(t, got, err)
		f, err = w.Sharing.FindObjection(ctx, ga, o.ID)
		wantDue(t, must(t, f, err).Clock, "2017-12-13", 4) // the term goes on
		due, err := w.Book.ListOpen(ctx, ga, scheduleOf(w, "GA"))
		if must(t, due, err); due.Total != 1 {
			t.Errorf("the provider has %d due dates, want 1", due.Total)
		}

		w.At("2017-12-08 15:00")
		_, err = w.Sharing.Verify(ctx, ga, o.ID, o.Version, sharing.Verdict{Result: sharing.ObjectionCorrected, Text: "已更正姓名用字"})
		refusedAt(t, err, "causes", "sharing.err.causes")
		got, err = w.Sharing.Verify(ctx, ga, o.ID, o.Version, sharing.Verdict{
			Result: sharing.ObjectionCorrected, Causes: field.List{sharing.CauseEntry}, Text: "已更正姓名用字",
		})
		o = must(t, got, err)
		if o.State != sharing.ObjectionCorrected || o.DueOn.String() != "2017-12-13" || *o.LateWd != 0 {
			t.Errorf("corrected: %s, due %s, late %v", o.State, o.DueOn, *o.LateWd)
		}
		due, err = w.Book.ListOpen(ctx, ga, scheduleOf(w, "GA"))
		if must(t, due, err); due.Total != 0 {
			t.Error("the term runs on after the end")
		}
	})
}

func TestOneOpenObjectionForARecordAndAKind(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, w *sharingtest.World) {
		ctx := t.Context()
		w.At("2017-12-06 10:00")
		e := w.Entry("GA", "户籍人口信息", catalog.Conditional)
		first, err := w.Sharing.Raise(ctx, w.Clerk("FC"), doubt(e.Code))
		must(t, first, err)
		_, err = w.Sharing.Raise(ctx, w.Clerk("RS"), doubt(e.Code)) // another department, the same record
		refused(t, err, sharing.ErrObjectionOpen)
		other := doubt(e.Code)
		other.Kind = sharing.ObjectMismatch
		got, err := w.Sharing.Raise(ctx, w.Clerk("RS"), other)
		must(t, got, err)
		other = doubt(e.Code)
		other.RecordRef = "登记 2017-1183"
		got, err = w.Sharing.Raise(ctx, w.Clerk("RS"), other)
		must(t, got, err)
		got, err = w.Sharing.TakeBack(ctx, w.Clerk("FC"), first.ID, first.Version, "核对后一致")
		must(t, got, err)
		got, err = w.Sharing.Raise(ctx, w.Clerk("RS"), doubt(e.Code))
		must(t, got, err)
		own := doubt(e.Code)
		_, err = w.Sharing.Raise(ctx, w.Clerk("GA"), own)
		refusedAt(t, err, "entry", "sharing.err.own_data")
	})
}

func TestWhatIsBeingCorrectedClosesWithTheCorrectedVersion(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, w *sharingtest.World) {
		ctx, centre := t.Context(), w.Someone(auth.Centre)
		w.At("2017-12-06 10:00")
		e := w.Entry("GA", "户籍人口信息", catalog.Conditional)
		var ids []sharing.ObjectionID
		for _, kind := range []string{sharing.ObjectDoubt, sharing.ObjectError} {
			in := doubt(e.Code)
			in.Kind = kind
			o, err := w.Sharing.Raise(ctx, w.Clerk("FC"), in)
			o = must(t, o, err)
			o, err = w.Sharing.Dispatch(ctx, centre, o.ID, o.Version, "")
			ids = append(ids, must(t, o, err).ID)
		}
		o, err := w.Sharing.Verify(ctx, w.Head("GA"), ids[1], 2, sharing.Verdict{
			Result: sharing.ObjectionCorrecting, Causes: field.List{sharing.CauseStandard}, Text: "属实，将更正目录中的数据项说明",
		})
		if must(t, o, err); !o.State.Open() {
			t.Errorf("after the admission: %s", o.State)
		}
		w.At("2017-12-08 10:00")
		w.Republish("GA", e, "更正后的户籍人口信息摘要。")
		for i, want := range []sharing.ObjectionState{sharing.ObjectionChecking, sharing.ObjectionCorrected} {
			f, err := w.Sharing.FindObjection(ctx, centre, ids[i])
			if must(t, f, err); f.Objection.State != want {
				t.Errorf("objection %d is %s, want %s", i, f.Objection.State, want)
			}
		}
	})
}

func TestWhoSeesObjections(t *testing.T) {
	sharingtest.Each(t, func(t *testing.T, w *sharingtest.World) {
		ctx := t.Context()
		w.At("2017-12-06 10:00")
		e := w.Entry("GA", "户籍人口信息", catalog.Conditional)
		o, err := w.Sharing.Raise(ctx, w.Clerk("FC"), doubt(e.Code))
		must(t, o, err)
		for _, c := range []struct {
			by   auth.Principal
			sees bool
		}{{w.Clerk("FC"), true}, {w.Clerk("GA"), true}, {w.Head("RS"), false}, {w.Someone(auth.Auditor), true}, {w.Someone(auth.Finance), false}} {
			_, err := w.Sharing.FindObjection(ctx, c.by, o.ID)
			if (err == nil) != c.sees {
				t.Errorf("%s: %v, want seen %v", c.by.Login, err, c.sees)
			}
		}
		if _, err := w.Sharing.Dispatch(ctx, w.Head("GA"), o.ID, o.Version, ""); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("the provider passes it on to itself: %v", err)
		}
	})
}
