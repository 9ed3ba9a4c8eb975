package hub

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/store"
	"qingce/inventory"
)

// PartyID identifies a party.
type PartyID int64

// Party is who the hub says takes part in exchange: a system of the register by
// its code, a department by its code, or a name that nobody declared.
type Party struct {
	ID           PartyID
	Name         string
	SystemID     inventory.SystemID
	DepartmentID auth.DepartmentID
	FirstSeen    time.Time
}

// TableName is the table of parties.
func (Party) TableName() string { return "hub_parties" }

// Exchange is the state of a day so far between two parties, from one source.
type Exchange struct {
	Day        calendar.Date
	ProviderID PartyID
	ConsumerID PartyID
	Source     string
	UploadID   UploadID
	Seq        int64
	Exchanges  int64 // all of them, those that failed included
	Failures   int64
	Bytes      int64
	Counts     bool
}

// TableName is the table of exchanges.
func (Exchange) TableName() string { return "hub_exchanges" }

// beat is an hour in which a party was heard.
type beat struct {
	PartyID PartyID
	Hour    time.Time
	Day     calendar.Date
	Source  string
}

// TableName is the table of heartbeats.
func (beat) TableName() string { return "hub_beats" }

// Senders may send what the hub heard: the centre, and the account of a machine.
func Senders() []auth.Role { return []auth.Role{auth.Centre, auth.Probe} }

// Report is what the hub heard, as it sends it.
type Report struct {
	// Source tells senders apart; each numbers its own states.
	Source    string
	Beats     []Heartbeat
	Exchanges []Exchanged
}

// Heartbeat is an hour in which a party was heard.
type Heartbeat struct {
	Party string
	Hour  time.Time
}

// Exchanged is the state of a day so far between two parties.
type Exchanged struct {
	Day                calendar.Date
	Provider, Consumer string
	Seq                int64
	Exchanges          int64
	Failures, Bytes    int64
}

// Bounds of a report.
const (
	mostReport = 5_000 // heartbeats and exchanges together
	mostParty  = 100   // characters of a name
	mostSource = 60
	oldestDays = 400 // how late a state may come
)

// Taken says what became of a report.
type Taken struct {
	Beats, Exchanges int
	// Unknown are the parties of it that the register does not know.
	Unknown []string
}

// check names what cannot be taken, item by item; nothing of the report is then.
func (r *Report) check(now time.Time) error {
	var wrong []fault.Field
	r.Source = strings.TrimSpace(r.Source)
	if r.Source == "" || len([]rune(r.Source)) > mostSource || strings.HasPrefix(r.Source, "file:") {
		wrong = append(wrong, fault.At("source", "hub.err.source", "max", mostSource))
	}
	if n := len(r.Beats) + len(r.Exchanges); n > mostReport {
		return fault.New(fault.TooLarge, "hub.err.report_size", "n", n, "max", mostReport)
	}
	today := calendar.DateOf(now)
	for i := range r.Beats {
		b := &r.Beats[i]
		at := fmt.Sprintf("heartbeats[%d].", i)
		b.Party = strings.TrimSpace(b.Party)
		wrong = append(wrong, checkParty(at+"party", b.Party)...)
		if b.Hour.After(now) || now.Sub(b.Hour) > oldestDays*24*time.Hour {
			wrong = append(wrong, fault.At(at+"hour", "hub.err.when", "days", oldestDays))
		}
	}
	for i := range r.Exchanges {
		wrong = append(wrong, r.Exchanges[i].check(fmt.Sprintf("exchanges[%d].", i), today)...)
	}
	return fault.Refuse(wrong)
}

func checkParty(at, name string) []fault.Field {
	if name == "" || len([]rune(name)) > mostParty {
		return []fault.Field{fault.At(at, "hub.err.party", "max", mostParty)}
	}
	return nil
}

func (e *Exchanged) check(at string, today calendar.Date) []fault.Field {
	e.Provider, e.Consumer = strings.TrimSpace(e.Provider), strings.TrimSpace(e.Consumer)
	wrong := append(checkParty(at+"provider", e.Provider), checkParty(at+"consumer", e.Consumer)...)
	if e.Provider == e.Consumer && e.Provider != "" {
		wrong = append(wrong, fault.At(at+"consumer", "hub.err.same_party"))
	}
	if e.Day.After(today) || today.DaysSince(e.Day) > oldestDays {
		wrong = append(wrong, fault.At(at+"day", "hub.err.when", "days", oldestDays))
	}
	if e.Exchanges < 0 || e.Failures < 0 || e.Bytes < 0 || e.Seq < 0 {
		wrong = append(wrong, fault.At(at+"exchanges", "hub.err.negative"))
	}
	if e.Failures > e.Exchanges {
		wrong = append(wrong, fault.At(at+"failures", "hub.err.failures"))
	}
	return wrong
}

// TakeReport keeps what the hub heard and works the connections of those systems out.
// It is on disk when it returns. A state of a greater number than the one that is
// kept takes its place; any other changes nothing.
func (h *Hub) TakeReport(ctx context.Context, by auth.Principal, r Report) (Taken, error) {
	if err := by.Require(Senders()...); err != nil {
		return Taken{}, err
	}
	if err := r.check(h.db.Now()); err != nil {
		return Taken{}, err
	}
	if err := h.Settle(ctx); err != nil {
		return Taken{}, err
	}
	var out Taken
	err := undisturbed(func() error {
		return h.db.Write(ctx, func(tx *store.Tx) (err error) {
			out, err = h.takeReport(tx, &r)
			return err
		})
	})
	if err != nil {
		return Taken{}, fmt.Errorf("take what the hub sent: %w", err)
	}
	return out, nil
}

func (h *Hub) takeReport(tx *store.Tx, r *Report) (Taken, error) {
	out := Taken{Beats: len(r.Beats), Exchanges: len(r.Exchanges), Unknown: []string{}}
	var names []string
	for _, b := range r.Beats {
		names = append(names, b.Party)
	}
	for _, e := range r.Exchanges {
		names = append(names, e.Provider, e.Consumer)
	}
	parties, err := partiesNamed(tx, names)
	if err != nil {
		return out, err
	}
	if err := keepBeats(tx, r, parties); err != nil {
		return out, err
	}
	rows := make([]Exchange, len(r.Exchanges))
	for i, e := range r.Exchanges {
		rows[i] = Exchange{
			Day: e.Day, ProviderID: parties[e.Provider].ID, ConsumerID: parties[e.Consumer].ID, Source: r.Source,
			Seq: e.Seq, Exchanges: e.Exchanges, Failures: e.Failures, Bytes: e.Bytes, Counts: true,
		}
	}
	if err := setExchanges(tx, rows); err != nil {
		return out, err
	}
	var heard []inventory.SystemID
	self := h.selfNames()
	for name, p := range parties {
		switch {
		case p.SystemID != 0:
			heard = append(heard, p.SystemID)
		case p.DepartmentID == 0 && !slices.Contains(self, name):
			out.Unknown = append(out.Unknown, name)
		}
	}
	slices.Sort(out.Unknown)
	slices.Sort(heard)
	return out, h.settleIn(tx, slices.Compact(heard))
}
