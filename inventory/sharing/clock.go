package sharing

import (
	"strconv"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/schedule"
	"qingce/internal/store"
)

// Titles of the due dates, each a message key.
const (
	dueReply     = "due.sharing_reply"
	dueMediation = "due.sharing_mediation"
	dueObjection = "due.sharing_objection"
	dueDemand    = "due.sharing_demand"
)

// Articles that the terms rest on.
const (
	articleRequest   = "办法 art. 10"
	articleObjection = "办法 art. 14"
	articleDemand    = "方案 part 2 (1)"
)

// DueOf is the subject of the due dates of a record.
func DueOf(kind Kind, id int64) schedule.Subject {
	return schedule.Subject{Kind: string(kind), ID: strconv.FormatInt(id, 10)}
}

// term is a duty that begins.
type term struct {
	of      schedule.Subject
	on      auth.DepartmentID // whose duty it is
	title   string
	article string
	name    string        // what the record is about
	from    calendar.Date // the day of the event; counting begins the day after
	days    int
}

// begin opens the due date of a term, and ends any other of the same record.
func (d *Desk) begin(tx *store.Tx, by auth.Principal, t term) (schedule.Due, error) {
	if _, err := d.end(tx, by, t.of, t.title); err != nil {
		return schedule.Due{}, err
	}
	return d.deps.Book.Set(tx, by, schedule.Due{
		SubjectKind: t.of.Kind, SubjectID: t.of.ID, DepartmentID: t.on, Title: t.title, Article: t.article,
		TitleArgs: map[string]string{"id": t.of.ID, "name": cut(t.name)}, EventOn: t.from, TermWD: t.days,
	})
}

// mostArg is how much of a name the title of a due date takes.
const mostArg = 60

func cut(name string) string {
	if r := []rune(name); len(r) > mostArg {
		return string(r[:mostArg-1]) + "…"
	}
	return name
}

// ended is a term that is over: its day, and how many working days too late the
// act that ended it came.
type ended struct {
	on   calendar.Date
	late *int64
}

// end closes the open due dates of a record, but for the title that is kept,
// and tells how the last of them stood.
func (d *Desk) end(tx *store.Tx, by auth.Principal, of schedule.Subject, kept string) (ended, error) {
	var out ended
	open, err := d.deps.Book.Of(tx, of)
	if err != nil {
		return out, err
	}
	for _, due := range open {
		if due.Title == kept {
			continue
		}
		late := int64(due.Late)
		out = ended{due.DueOn, &late}
		if due.Unknown != 0 { // the calendar of that year is not known yet
			out.late = nil
		}
		if err := d.deps.Book.Close(tx, by, due.ID); err != nil {
			return out, err
		}
	}
	return out, nil
}

// Clock is how the term of a record stands.
type Clock struct {
	On      calendar.Date
	Article string
	schedule.Standing
}

// clocks tells how due days stand now; those that are not given are left out.
func (d *Desk) clocks(tx *store.Tx, days []calendar.Date, article string) ([]*Clock, error) {
	out := make([]*Clock, len(days))
	var cal *calendar.Calendar
	for i, day := range days {
		if day.IsZero() {
			continue
		}
		var err error
		if cal == nil {
			if cal, err = d.deps.Book.Calendar(tx); err != nil {
				return nil, err
			}
		}
		s, err := d.deps.Book.Stand(cal, day, tx.Now())
		if err != nil {
			return nil, err
		}
		out[i] = &Clock{On: day, Article: article, Standing: s}
	}
	return out, nil
}
