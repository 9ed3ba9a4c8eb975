package similar_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/similar"
	"qingce/inventory/usage/usagetest"
	"qingce/inventory/usage/wire"
)

// use is how a system is used on the days before yesterday, so many days ago.
type use struct {
	system inventory.SystemID
	key    string
	// people who use it, as numbers from, to (not included), and of how many
	// sketches are kept; nil is not covered.
	day func(ago int) *[2]int
	// bare leaves the sketches out.
	bare bool
}

// used writes the daily facts of some systems for half a year.
func (c *town) used(uses ...use) {
	c.t.Helper()
	today := calendar.DateOf(c.DB.Now()).DaysSince(calendar.NewDate(1970, 1, 1))
	err := c.DB.Write(c.t.Context(), func(tx *store.Tx) error {
		if tx.Engine() == store.Postgres {
			for _, table := range []string{"usage_day", "usage_day_ext"} {
				if err := tx.Gorm().Exec("CREATE TABLE IF NOT EXISTS " + table + "_all PARTITION OF " + table + " DEFAULT").Error; err != nil {
					return err
				}
			}
		}
		for _, u := range uses {
			if err := u.write(tx, today); err != nil {
				return fmt.Errorf("use of %d: %w", u.system, err)
			}
		}
		return nil
	})
	if err != nil {
		c.t.Fatal(err)
	}
}

// write puts the days of one system in.
func (u use) write(tx *store.Tx, today int) error {
	const bits = int64(1) << wire.Users
	sketches := map[[2]int][]byte{}
	var days, people []string
	var dayArgs, peopleArgs []any
	for ago := 1; ago <= 180; ago++ {
		span := u.day(ago)
		if span == nil {
			continue
		}
		if sketches[*span] == nil {
			sketches[*span] = usagetest.Sketch(span[0], span[1])
		}
		days, dayArgs = append(days, "(?, ?, ?, ?, ?, 0, 1440, 8, 0, 0)"), append(dayArgs, u.system, today-ago, span[1]-span[0], bits, bits)
		if !u.bare {
			people, peopleArgs = append(people, "(?, ?, ?, ?)"), append(peopleArgs, u.system, today-ago, sketches[*span], u.key)
		}
	}
	for _, lot := range []struct {
		into string
		rows []string
		args []any
	}{
		{"usage_day (system_id, day, users, measured, covered, given, minutes, active_hours, work_requests, notes)", days, dayArgs},
		{"usage_day_ext (system_id, day, users_sketch, sketch_key)", people, peopleArgs},
	} {
		if len(lot.rows) == 0 {
			continue
		}
		if err := tx.Gorm().Exec("INSERT INTO "+lot.into+" VALUES "+strings.Join(lot.rows, ", "), lot.args...).Error; err != nil {
			return err
		}
	}
	return nil
}

// always, until and since are people of every day, of those at least so many
// days ago, and of those at most so many days ago.
func always(from, to int) func(int) *[2]int { return func(int) *[2]int { return &[2]int{from, to} } }

func until(end, from, to int) func(int) *[2]int {
	return func(ago int) *[2]int {
		if ago < end {
			return &[2]int{0, 0}
		}
		return &[2]int{from, to}
	}
}

func since(begin, before, from, to int) func(int) *[2]int {
	return func(ago int) *[2]int {
		if ago > begin {
			return &[2]int{10_000, 10_000 + before}
		}
		return &[2]int{from, to}
	}
}

func TestWherePeopleWent(t *testing.T) {
	for _, w := range []struct {
		name      string
		old, next use
		users     similar.UsersState
		moved     float64
		shift     similar.ShiftState
	}{
		{"eight in ten went over", use{day: until(60, 0, 100)}, use{day: since(62, 40, 20, 160)}, similar.UsersKnown, 0.8, similar.ShiftSeen},
		{"nobody did", use{day: until(60, 0, 100)}, use{day: always(500, 700)}, similar.UsersKnown, 0, similar.ShiftNotSeen},
		{"they went to one they used before as well", use{day: until(60, 0, 100)}, use{day: always(0, 300)}, similar.UsersKnown, 1, similar.ShiftNotSeen},
		{"other keys", use{day: until(60, 0, 100)}, use{key: "other", day: since(60, 10, 0, 100)}, similar.UsersOtherKey, 0, similar.ShiftSeen},
		{"no sketches here", use{day: until(60, 0, 100), bare: true}, use{day: since(60, 10, 0, 100)}, similar.UsersNoSketch, 0, similar.ShiftSeen},
		{"no sketches there", use{day: until(60, 0, 100)}, use{day: since(60, 10, 0, 100), bare: true}, similar.UsersNotPresent, 0, similar.ShiftSeen},
		{"too few here for so many there", use{day: until(60, 0, 5)}, use{day: always(0, 30_000)}, similar.UsersTooCoarse, 0, similar.ShiftNotSeen},
		{"it rose much later", use{day: until(120, 0, 100)}, use{day: since(40, 10, 0, 100)}, similar.UsersKnown, 1, similar.ShiftNotSeen},
		{"not measured there", use{day: until(60, 0, 100)}, use{day: func(int) *[2]int { return nil }}, similar.UsersNotPresent, 0, similar.ShiftUnknown},
		{"a holiday there is no rise", use{day: until(60, 0, 100)}, use{day: func(ago int) *[2]int {
			if ago%7 < 2 || ago >= 66 && ago < 74 {
				return &[2]int{0, 0}
			}
			return &[2]int{500, 700}
		}}, similar.UsersKnown, 0, similar.ShiftNotSeen},
		{"still in use", use{day: always(0, 100)}, use{day: since(60, 10, 0, 100)}, similar.UsersUnmeasured, 0, similar.ShiftUnmeasured},
		{"not measured lately is no fall", use{day: func(ago int) *[2]int {
			if ago < 60 {
				return nil
			}
			return &[2]int{0, 100}
		}}, use{day: always(0, 100)}, similar.UsersUnmeasured, 0, similar.ShiftUnmeasured},
	} {
		t.Run(w.name, func(t *testing.T) {
			each(t, func(t *testing.T, c *town) {
				old, next, _ := c.offices()
				c.compare(false)
				w.old.system, w.next.system = old.ID, next.ID
				c.used(w.old, w.next)
				for range 2 { // twice changes nothing
					if _, err := c.desk.Measure(t.Context()); err != nil {
						t.Fatal(err)
					}
				}
				p := c.only(similar.Query{})
				got := p.FromFirst
				if got.Users != w.users || math.Abs(got.Moved-w.moved) > 0.05 || got.Shift != w.shift {
					t.Errorf("move %+v, want %s %.2f and %s", got, w.users, w.moved, w.shift)
				}
				if got.Users != similar.UsersUnmeasured && got.FellOn.IsZero() || (got.Shift == similar.ShiftSeen) == got.RoseOn.IsZero() {
					t.Errorf("move %+v, want the days", got)
				}
				today := calendar.DateOf(c.DB.Now())
				if w.name == "eight in ten went over" && (got.FellOn != today.AddDays(-59) || got.RoseOn != today.AddDays(-62)) {
					t.Errorf("fell %v and rose %v, want 59 and 62 days ago", got.FellOn, got.RoseOn)
				}
				if p.FromSecond.Users != similar.UsersUnmeasured {
					t.Errorf("the other way %+v, want nothing: its use did not fall", p.FromSecond)
				}
			})
		})
	}
}

func TestPeopleWhoWentProveAReplacement(t *testing.T) {
	each(t, func(t *testing.T, c *town) {
		old, next, _ := c.offices()
		c.compare(false)
		c.used(use{system: old.ID, day: until(60, 0, 100)}, use{system: next.ID, day: since(60, 10, 40, 160)})
		if got, err := c.desk.Measure(t.Context()); err != nil || got != (similar.Measured{Systems: 2, Fallen: 1, Moves: 1, Known: 1, Shifts: 1}) {
			t.Errorf("measured %v, %v; want one known move", got, err)
		}
		if got := replacements(t, c.City, old.ID); len(got) != 0 {
			t.Errorf("replacements %+v, though nobody declared or judged anything", got)
		}
		p := c.only(similar.Query{Moved: true})
		c.judge(p, "same.successor", next.Code)
		got := replacements(t, c.City, old.ID)[old.ID]
		if !got.Judged || !got.Shifted || math.Abs(got.UsersMoved-0.6) > 0.05 {
			t.Errorf("replacement %+v, want six in ten gone over and a shift", got)
		}
		if rows := c.pairs(c.Someone(auth.Office), similar.Query{Moved: true}); len(rows) != 0 {
			t.Errorf("open pairs %+v, want none", rows)
		}
	})
}
