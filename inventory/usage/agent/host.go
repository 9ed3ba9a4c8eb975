package agent

import (
	"math/bits"
	"slices"
	"time"

	"qingce/inventory/usage/wire"
)

// hostHour is what is known of the machine in an hour, as it is saved.
// Percentages are in hundredths.
type hostHour struct {
	Minutes uint64 `json:"minutes"`
	// CPU is the mean of each minute that was measured, Weight the seconds it
	// stands for.
	CPU     [60]float64 `json:"cpu"`
	Weight  [60]float64 `json:"weight"`
	MemSum  int64       `json:"mem_sum"`
	MemN    int64       `json:"mem_n"`
	MemMax  int64       `json:"mem_max"`
	DiskMax int64       `json:"disk_max"`
	Disk    bool        `json:"disk"`
	Net     int64       `json:"net"`
	Storage int64       `json:"storage"`
	Stored  bool        `json:"stored"`
}

// reading is one look at the machine.
type reading struct {
	busy, total float64 // of all processors since the start, in ticks
	net         int64   // bytes since the start
	mem         int64   // hundredths of a percent
	disk        int64   // the fullest of the disks
	storage     int64   // bytes
	hasDisk     bool
	hasStorage  bool
}

// host looks at the machine now and then.
type host struct {
	look  func() (reading, error)
	book  *book
	at    time.Time
	was   reading
	awake bool
}

// hostEvery is how often the machine is looked at.
const hostEvery = 10 * time.Second

// poll looks at the machine, if it is time to.
func (h *host) poll(now time.Time) error {
	passed := now.Sub(h.at)
	if h.awake && passed >= 0 && passed < hostEvery {
		return nil
	}
	r, err := h.look()
	if err != nil {
		h.awake = false
		return err
	}
	if h.awake && passed > 0 && passed < 3*time.Minute {
		h.book.machine(now).add(now, passed.Seconds(), h.was, r)
	}
	h.at, h.was, h.awake = now, r, true
	return nil
}

// machine finds or opens the hour of the machine.
func (b *book) machine(now time.Time) *hostHour {
	h := wire.HourOf(now)
	s := b.hours[h]
	if s == nil {
		s = &hourState{Host: new(hostHour)}
		b.hours[h] = s
	}
	s.Touched = true
	return s.Host
}

func (h *hostHour) add(now time.Time, seconds float64, was, is reading) {
	m := now.UTC().Minute()
	h.Minutes |= 1 << m
	if ticks := is.total - was.total; ticks > 0 && is.busy >= was.busy {
		percent := min(10000, 10000*(is.busy-was.busy)/ticks)
		h.CPU[m] = (h.CPU[m]*h.Weight[m] + percent*seconds) / (h.Weight[m] + seconds)
		h.Weight[m] += seconds
	}
	h.MemSum, h.MemN, h.MemMax = h.MemSum+is.mem, h.MemN+1, max(h.MemMax, is.mem)
	if is.net >= was.net {
		h.Net += is.net - was.net
	} else { // the counter was reset
		h.Net += is.net
	}
	if is.hasDisk {
		h.Disk, h.DiskMax = true, max(h.DiskMax, is.disk)
	}
	if is.hasStorage {
		h.Stored, h.Storage = true, max(h.Storage, is.storage)
	}
}

// fill writes the hour into a report.
func (h *hostHour) fill(r *wire.Report) {
	r.Minutes = bits.OnesCount64(h.Minutes)
	r.Values.Set(wire.NetBytes, h.Net)
	if h.MemN > 0 {
		r.Values.Set(wire.MemAvg, h.MemSum/h.MemN)
		r.Values.Set(wire.MemMax, h.MemMax)
	}
	if h.Disk {
		r.Values.Set(wire.DiskMax, h.DiskMax)
	}
	if h.Stored {
		r.Values.Set(wire.StorageBytes, h.Storage)
	}
	var minutes []int64
	var sum, weight float64
	for m, w := range h.Weight {
		if w > 0 {
			minutes = append(minutes, int64(h.CPU[m]+0.5))
			sum, weight = sum+h.CPU[m]*w, weight+w
		}
	}
	if len(minutes) == 0 {
		return
	}
	slices.Sort(minutes)
	most := minutes[len(minutes)-1]
	r.Values.Set(wire.CPUAvg, min(most, int64(sum/weight+0.5)))
	r.Values.Set(wire.CPUMax, most)
	r.Values.Set(wire.CPUP95, minutes[(len(minutes)*95+99)/100-1])
	r.Values.Set(wire.CPUP05, minutes[(len(minutes)*5+99)/100-1])
}
