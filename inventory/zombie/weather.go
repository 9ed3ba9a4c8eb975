package zombie

import (
	"slices"
	"time"

	"qingce/internal/calendar"
	"qingce/internal/store"
	"qingce/inventory/zombie/detect"
)

// usualDays is for how many days before one the median says what is usual of the
// fleet: for twice as many where days of one sort are compared.
const usualDays = 14

// weatherDay is a day as it was for all systems.
type weatherDay struct {
	Day       detect.Day
	Working   bool
	Reporting int
	Volume    int64
	Partial   bool
}

// weather is what is true of days for all systems.
type weather struct {
	days map[detect.Day]weatherDay
	cal  *calendar.Calendar
}

// of is the weather of a day. Of a day that nobody looked at only the calendar
// is known.
func (w *weather) of(day detect.Day) detect.Weather {
	d, ok := w.days[day]
	if !ok {
		return detect.Weather{Working: w.working(day)}
	}
	return detect.Weather{Working: d.Working, Partial: d.Partial}
}

// working tells whether a day is a working day; in a year without a schedule
// those from Monday to Friday are.
func (w *weather) working(day detect.Day) bool {
	date := DateOf(day)
	working, err := w.cal.IsWorking(date)
	if err != nil {
		return date.Weekday() != time.Saturday && date.Weekday() != time.Sunday
	}
	return working
}

// weatherIn knows the days up to one. What was found of earlier days stands,
// also when facts of them came since; days that nobody looked at are worked out.
func (d *Detector) weatherIn(tx *store.Tx, to detect.Day, policies policies) (*weather, []weatherDay, error) {
	cal, err := d.book.Calendar(tx)
	if err != nil {
		return nil, nil, err
	}
	w := &weather{days: map[detect.Day]weatherDay{}, cal: cal}
	known, err := readWeather(tx, to)
	if err != nil {
		return nil, nil, err
	}
	last := detect.Day(0)
	for _, k := range known {
		w.days[k.Day] = k
		last = max(last, k.Day)
	}
	if last >= to {
		return w, nil, nil
	}
	fresh, err := countReports(tx, last+1, to)
	if err != nil {
		return nil, nil, err
	}
	for i := range fresh {
		w.judge(&fresh[i], &policies.on(fresh[i].Day).Numbers)
		w.days[fresh[i].Day] = fresh[i]
	}
	return w, fresh, nil
}

// judge tells whether the reports of a day are complete, by those of the days
// before: how many systems report does not depend on the sort of the day, how
// much they are asked does.
func (w *weather) judge(day *weatherDay, n *Numbers) {
	day.Working = w.working(day.Day)
	var systems []int
	var volumes []int64
	for back := detect.Day(1); back <= 2*usualDays; back++ {
		b, ok := w.days[day.Day-back]
		if !ok || b.Partial {
			continue
		}
		if back <= usualDays {
			systems = append(systems, b.Reporting)
		}
		if b.Working == day.Working {
			volumes = append(volumes, b.Volume)
		}
	}
	if len(systems) < usualDays/2 || median(systems) < n.FleetLeast {
		return
	}
	few := float64(day.Reporting) < n.FleetShare*float64(median(systems))
	little := len(volumes) >= leastVolumes && float64(day.Volume) < n.VolumeShare*float64(median(volumes))
	day.Partial = few || little
}

// leastVolumes is how many days of the same sort must be known.
const leastVolumes = 4

func median[T int | int64](list []T) T {
	slices.Sort(list)
	return list[len(list)/2]
}
