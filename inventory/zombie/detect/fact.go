package detect

// Day counts local days since 1970-01-01. Zero means that a date is not known.
type Day int32

// Signal is one of the things that a day's facts may hold.
type Signal uint16

// The signals, as bits of a mask.
const (
	Requests Signal = 1 << iota
	Users           // distinct people on the web
	Machines        // distinct machines
	Logins
	Business
	CPU // average, 95th and 5th percentile
	Net
	Storage
)

// Fact is what was measured of one system on one day. Only signals of Measured
// mean anything: the others are not zero but unknown.
type Fact struct {
	Day                                         Day
	Measured                                    Signal
	Requests, Users, Machines, Logins, Business int64
	// CPU in hundredths of a percent.
	CPUAvg, CPUP95, CPUP05 int64
	NetBytes, StorageBytes int64
}

func (f *Fact) has(s Signal) bool { return f.Measured&s == s }

// Weather is what is true of a day for all systems.
type Weather struct {
	// Working tells a working day from a day off (国务院办公厅 calendar).
	Working bool
	// Partial says that the reports of the whole fleet are incomplete: no
	// system's silence counts.
	Partial bool
}

// Profile is what the register and the policy know of a system on a day.
type Profile struct {
	// Since is when it went into service.
	Since Day
	// Registered is the number of registered users, 0 when unknown.
	Registered int64
	// Exempt systems are not judged: classified, vertical, or by a decision.
	Exempt Exemption
	// Season has a bit for each month (1 = January) in which a seasonal system
	// is used; 0 for systems of the whole year.
	Season uint16
	// Standby systems are for emergencies; Drill is their last drill.
	Standby bool
	Drill   Day
	// ItemsHandled and ItemsAbolished tell of the business items of the
	// system: handled elsewhere by now, or all abolished.
	ItemsHandled, ItemsAbolished bool
	// Replacement says that a named system in service does its work;
	// UsersMoved is the share of its former users seen there, negative when
	// that is unknown.
	Replacement bool
	UsersMoved  float64
	// Shifted says that use fell here and rose there within sixty days.
	Shifted bool
	// LastRelease and ContractEnd tell of maintenance; Successor that another
	// contract goes on. ReleaseEvery is the median interval in days, 0 unknown.
	LastRelease, ContractEnd Day
	Successor                bool
	ReleaseEvery             int
	// Together says that so many systems behind the same probe fell silent in
	// the same days that the probe is in question, and not each of them.
	Together bool
	// WindowUsers is the number of distinct people in the window, from the
	// sketches; negative when it was not worked out.
	WindowUsers int64
}

// Exemption is why a system is not judged.
type Exemption uint8

// The exemptions.
const (
	NotExempt Exemption = iota
	Classified
	Vertical
	Decided // by a decision with a reason, an approver and an end
)

// inSeason tells whether a month belongs to the season; a system without one is
// always in it.
func (p *Profile) inSeason(month int) bool {
	return p.Season == 0 || p.Season&(1<<month) != 0
}
