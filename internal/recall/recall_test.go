package recall_test

import (
	"errors"
	"testing"

	"qingce/internal/recall"
)

func TestAnswersUsedLastAreKept(t *testing.T) {
	asked := 0
	ask := func(a *recall.Answers[int], question string, answer int) {
		t.Helper()
		got, err := a.Get(question, func() (int, error) { asked++; return answer, nil })
		if err != nil || got != answer {
			t.Errorf("%s: %d, %v, want %d", question, got, err, answer)
		}
	}
	a := recall.New[int](2)
	ask(a, "one", 1)
	ask(a, "two", 2)
	ask(a, "one", 1)
	ask(a, "three", 3) // two goes
	ask(a, "one", 1)
	if asked != 3 {
		t.Errorf("worked out %d times, want 3", asked)
	}
	if ask(a, "two", 2); asked != 4 {
		t.Errorf("worked out %d times, want 4", asked)
	}
}

func TestAnswersAreWeighed(t *testing.T) {
	asked := 0
	a := recall.Weighed(10, func(n int) int { return n })
	for _, question := range []string{"a", "b", "c", "a", "huge", "huge"} {
		n := 4
		if question == "huge" {
			n = 6 // more than half
		}
		if _, err := a.Get(question, func() (int, error) { asked++; return n, nil }); err != nil {
			t.Fatal(err)
		}
	}
	if asked != 6 { // c put a out, and nothing keeps what is huge
		t.Errorf("worked out %d times, want 6", asked)
	}
}

func TestAnErrorIsNotRemembered(t *testing.T) {
	a := recall.New[int](2)
	broken := errors.New("away")
	if _, err := a.Get("q", func() (int, error) { return 7, broken }); !errors.Is(err, broken) {
		t.Fatal(err)
	}
	if got, err := a.Get("q", func() (int, error) { return 8, nil }); got != 8 || err != nil {
		t.Errorf("got %d, %v", got, err)
	}
}
