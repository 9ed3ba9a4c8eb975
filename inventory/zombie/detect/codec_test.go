package detect_test

import (
	"bytes"
	"errors"
	"reflect"
	"testing"

	"qingce/inventory/zombie/detect"
)

// A run can stop at any day: a state that was kept and read again goes on to
// the same state and verdicts as one that was not.
func TestStateSurvivesBeingKept(t *testing.T) {
	facts := []func(d detect.Day, working bool) detect.Fact{usual, silent, dark, zeros, small}
	whole, kept := begin(t), begin(t)
	for i := range 900 {
		fact := facts[i/47%len(facts)]
		whole.days(1, fact)
		kept.days(1, fact)
		b, err := kept.state.AppendBinary(nil)
		if err != nil {
			t.Fatal(err)
		}
		kept.state = detect.State{}
		if err := kept.state.UnmarshalBinary(b); err != nil {
			t.Fatal(err)
		}
	}
	if !reflect.DeepEqual(whole.state, kept.state) {
		t.Fatal("the states differ")
	}
	of := detect.Profile{WindowUsers: 3}
	if a, b := whole.state.Judge(&whole.policy, &of), kept.state.Judge(&kept.policy, &of); !reflect.DeepEqual(a, b) {
		t.Errorf("the verdicts differ:\n%+v\n%+v", a, b)
	}
}

func TestStateOfAnotherFormIsRefused(t *testing.T) {
	s := begin(t).days(300, usual)
	whole, err := s.state.AppendBinary([]byte("x"))
	if err != nil || !bytes.HasPrefix(whole, []byte("x")) {
		t.Fatal(err)
	}
	whole = whole[1:]
	for n := range whole {
		var got detect.State
		if err := got.UnmarshalBinary(whole[:n]); !errors.Is(err, detect.ErrStateForm) || got.Last != 0 {
			t.Fatalf("%d of %d bytes: %v", n, len(whole), err)
		}
	}
	for _, b := range [][]byte{append(bytes.Clone(whole), 0), append([]byte{1}, whole[1:]...)} {
		var got detect.State
		if err := got.UnmarshalBinary(b); !errors.Is(err, detect.ErrStateForm) {
			t.Errorf("%v", err)
		}
	}
}

func BenchmarkKeep(b *testing.B) {
	s := &story{policy: detect.DefaultPolicy(), next: first}
	s.days(700, usual)
	var buf []byte
	for b.Loop() {
		buf, _ = s.state.AppendBinary(buf[:0])
		var again detect.State
		if err := again.UnmarshalBinary(buf); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(buf)), "bytes")
}
