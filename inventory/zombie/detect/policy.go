package detect

// Policy holds every number that the regulation leaves open. A change of one
// makes a new version of the policy; see DefaultPolicy for what they mean.
type Policy struct {
	// Window is the length of the window in days, Coverage the share of it that
	// must have been measured for any finding.
	Window   int
	Coverage float64
	// EarlyGap and StrongGap are days of covered silence: early warning and
	// strong sign. WindowAlone takes EarlyGap for a strong sign.
	EarlyGap, StrongGap int
	WindowAlone         bool
	// EarlyDead and StrongDead are the probabilities that nobody comes back.
	EarlyDead, StrongDead float64
	// Hold is for how many days a strong sign must last.
	Hold int
	// GapFactor and GapCap: the silence must be longer than GapFactor times
	// the longest silence before, which counts up to GapCap days.
	GapFactor float64
	GapCap    int
	// Missed is how many active days of a usual year must have been missed,
	// where the silence is not longer than those before.
	Missed float64
	// Death is the chance of a system to be given up, per day.
	Death float64
	// Leak is the share of machines that pass for people.
	Leak float64
	// StrayShare of the usual level, at most StrayMost, is a stray visit.
	StrayShare, StrayMost float64
	// Trace is the share of the habit below which visits on the web are no use,
	// however many they are.
	Trace float64
	// LoneFrom is from which usual level on a single person is a stray visit.
	LoneFrom float64
	// Rhythm is how many standard errors working days must differ from days
	// off for the web to show people whom no single day shows.
	Rhythm float64
	// Doubt is the share of the usual level below which a single visit on the
	// web does not end a long silence.
	Doubt float64
	// Blur is how many people the machines may hide where a system that only
	// the web measures is said to have never been taken up.
	Blur float64
	// Conflict: business is silent, but the web is used at this share of the
	// rate before: then a collector is broken.
	Conflict float64
	// Canary: machines come on this share of days; a day without anything is
	// then a failure of the probe.
	Canary float64
	// Young systems, in days since they went into service, are not judged.
	Young int
	// NeverAge, NeverDays, NeverWithin: a system so old with at most so many
	// active days, all within its first days, was never taken up.
	NeverAge, NeverDays, NeverWithin int
	// CPUAvg, CPUP95, NetMB, Growth are what idle resources stay below: percent
	// in hundredths, bytes a day, parts of a thousand; CPUP95Strong and
	// CPUSpread are the strong sign.
	CPUAvg, CPUP95, CPUP95Strong, CPUSpread int64
	NetBytes                                int64
	Growth                                  float64
	// Release and Contract are days without a release and since the end of the
	// maintenance contract.
	Release, Contract int
	// FewUsers, FewShare of the registered, and RareShare of the working days.
	FewUsers  int64
	FewShare  float64
	RareShare float64
	// Use has faded when in 26 weeks at most FadePeople came on at most FadeDays
	// days, both together in each day counted, at most FadeShare of those who came
	// in the same weeks of other years (FadeExpected at least), and chance would
	// leave so few days with a probability below FadeSure where FadeAgainst of
	// the use went on.
	FadePeople   int64
	FadeDays     int
	FadeShare    float64
	FadeExpected float64
	FadeAgainst  float64
	FadeSure     float64
	// FadeRhythm is the share that may be left of the difference between working
	// days and days off, FadeLeak the share of the machines that may pass for
	// people, where only the web is measured. FadeHold is for how many weeks all
	// that must last.
	FadeRhythm, FadeLeak float64
	FadeHold             int
	// Together: at least TogetherLeast systems of a probe, and TogetherShare of
	// those it sees, whose silences began within TogetherDays of each other and
	// have lasted for TogetherAfter covered days, put the probe in question.
	TogetherLeast, TogetherAfter int
	TogetherShare                float64
	TogetherDays                 Day
	// YearBlind takes no notice of the time of the year: neither of the season
	// in which a system is silent every year, nor of use that faded.
	YearBlind bool
}

// DefaultPolicy is the policy of a programme that nobody has tuned.
func DefaultPolicy() Policy {
	return Policy{
		Window: 90, Coverage: 0.80,
		EarlyGap: 90, StrongGap: 180, EarlyDead: 0.90, StrongDead: 0.98, Hold: 14,
		GapFactor: 2, GapCap: 200, Missed: 4, Death: 0.15 / 365,
		Leak: 0.15, StrayShare: 0.05, StrayMost: 5, Trace: 0.02, LoneFrom: 5, Rhythm: 2, Doubt: 0.7, Blur: 7, Conflict: 0.40, Canary: 0.97,
		Young: 90, NeverAge: 500, NeverDays: 10, NeverWithin: 120,
		CPUAvg: 500, CPUP95: 1500, CPUP95Strong: 500, CPUSpread: 200, NetBytes: 10_000_000, Growth: 0.01,
		Release: 365, Contract: 180, FewUsers: 3, FewShare: 0.05, RareShare: 0.10,
		FadePeople: 15, FadeDays: 15, FadeShare: 0.15, FadeExpected: 10, FadeAgainst: 0.4, FadeSure: 0.01,
		FadeRhythm: 0.25, FadeLeak: 0.2, FadeHold: 3,
		TogetherLeast: 5, TogetherAfter: 45, TogetherShare: 0.2, TogetherDays: 7,
	}
}
