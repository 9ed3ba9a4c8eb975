// Package detect tells from a day's facts whether people still use a system.
// It is pure: facts, the register's dates and a policy go in, a state and
// verdicts come out; no database, no clock.
//
// # Nouns
//
// A Fact is what was measured of one system on one local day, each signal with
// measured or not: a day without data is not a day without use. Weather is what
// is true of the day for all systems: a working day or not, and whether the
// reports of the whole fleet are incomplete. A Profile is what the register
// knows. State is all that is remembered of a system: it has a fixed size, and
// Step moves it on by one day, so that a nightly run reads one day and not four
// hundred, and can be restarted at any day.
//
// # How silence is read
//
// First whether the day was measured at all (canaries, outages of the fleet),
// then whether people used the system (business before log-ins before the web,
// from which machines are taken out), then how surprising the silence is, by two
// models: one that knows how often the system was used at all, one that knows
// its year. Only then come the five features of 方案 part 2 article 4, each with
// its own verdict.
//
// # What it promises
//
// The same facts in the same order give the same state and the same verdicts.
// A day that is not covered freezes the clock of silence. A verdict is a
// suspicion with its figures: people decide.
package detect
