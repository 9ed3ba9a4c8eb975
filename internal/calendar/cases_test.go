package calendar_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"qingce/internal/calendar"
)

func statutory(tb testing.TB) *calendar.Calendar {
	tb.Helper()
	c, err := calendar.New(calendar.Statutory())
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

func day(tb testing.TB, text string) calendar.Date {
	tb.Helper()
	d, err := calendar.ParseDate(text)
	if err != nil {
		tb.Fatal(err)
	}
	return d
}

func number(tb testing.TB, text string) int {
	tb.Helper()
	n, err := strconv.Atoi(text)
	if err != nil {
		tb.Fatal(err)
	}
	return n
}

// verbs are the questions of testdata/cases.txt: what is asked, with the
// answer as the file writes it.
var verbs = map[string]func(tb testing.TB, c *calendar.Calendar, args []string) (any, error){
	"months": func(tb testing.TB, c *calendar.Calendar, a []string) (any, error) {
		months, err := c.Months(number(tb, a[0]))
		return strings.Trim(fmt.Sprint(months), "[]"), err
	},
	"works": func(tb testing.TB, c *calendar.Calendar, a []string) (any, error) {
		working, err := c.IsWorking(day(tb, a[0]))
		return map[bool]string{true: "yes", false: "no"}[working], err
	},
	"term": func(tb testing.TB, c *calendar.Calendar, a []string) (any, error) {
		return c.AddWorking(day(tb, a[0]), number(tb, a[1]))
	},
	"advised": func(tb testing.TB, c *calendar.Calendar, a []string) (any, error) {
		return c.AdvisedBy(day(tb, a[0]))
	},
	"late": func(tb testing.TB, c *calendar.Calendar, a []string) (any, error) {
		return c.Lateness(day(tb, a[0]), day(tb, a[1]))
	},
	"left": func(tb testing.TB, c *calendar.Calendar, a []string) (any, error) {
		return c.Remaining(day(tb, a[0]), day(tb, a[1]))
	},
	"span": func(tb testing.TB, c *calendar.Calendar, a []string) (any, error) {
		return c.WorkingDaysIn(day(tb, a[0]), day(tb, a[1]))
	},
	"roll": func(tb testing.TB, c *calendar.Calendar, a []string) (any, error) {
		return c.Roll(day(tb, a[1]), calendar.Rolling(a[0]))
	},
}

func TestCases(t *testing.T) {
	text, err := os.ReadFile("testdata/cases.txt")
	if err != nil {
		t.Fatal(err)
	}
	c := statutory(t)
	asked := map[string]int{}
	for i, line := range strings.Split(string(text), "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		question, want, ok := strings.Cut(line, "->")
		words := strings.Fields(question)
		if !ok || len(words) < 2 || verbs[words[0]] == nil {
			t.Fatalf("line %d: cannot read %q", i+1, line)
		}
		asked[words[0]]++
		t.Run(strings.Join(words, " "), func(t *testing.T) {
			got, err := verbs[words[0]](t, c, words[1:])
			if answer := answer(t, got, err); answer != strings.TrimSpace(want) {
				t.Errorf("line %d: got %s, want %s", i+1, answer, strings.TrimSpace(want))
			}
		})
	}
	for verb := range verbs {
		if asked[verb] == 0 {
			t.Errorf("no case asks %q", verb)
		}
	}
}

func answer(t *testing.T, got any, err error) string {
	t.Helper()
	var unknown *calendar.YearError
	if errors.As(err, &unknown) {
		return fmt.Sprintf("unknown %d", unknown.Year)
	}
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(got)
}

// TestStory replays the working-day cases of the acceptance story.
func TestStory(t *testing.T) {
	text, err := os.ReadFile("testdata/story_expected.json")
	if err != nil {
		t.Fatal(err)
	}
	var story struct {
		Cases [][3]any `json:"working_day_cases"`
	}
	if err := json.Unmarshal(text, &story); err != nil {
		t.Fatal(err)
	}
	if len(story.Cases) != 16 {
		t.Fatalf("%d cases in the story, want 16", len(story.Cases))
	}
	c := statutory(t)
	for _, row := range story.Cases {
		event, n, want := day(t, row[0].(string)), int(row[1].(float64)), row[2].(string)
		due, err := c.AddWorking(event, n)
		if err != nil || due.String() != want {
			t.Errorf("%s + %d = %s, %v; want %s", event, n, due, err, want)
		}
	}
}
