// Package agent is the probe that runs beside a system: it reads the access
// logs of its web server, counts for each hour how much the system is used, and
// sends reports to the service.
//
// # Nouns
//
// A Config says which Systems there are, where their Logs lie and what in them
// means a sign-in or a matter handled; Load reads it and lists every Problem
// with its line. A Format makes a Parser of lines: nginx and Apache patterns,
// JSON, and the W3C format of IIS. A Judge tells people from machines by Rules
// and by a table of Crawlers. The Agent ties them together: Step does what is
// due at a time, Run does so until it is told to stop.
//
// # What it promises
//
// A line is counted once. How far each log was read and what was counted until
// there stand in one file, which is replaced as a whole before anything is
// sent: after a crash the agent goes on at the byte where that file was made,
// with the counts of that moment, under the same source, epoch and sequence.
// Files are known by their inode and by how they begin, so that renaming,
// copying and emptying, packing, and several rotations while the agent was away
// lose nothing, as long as the rotated files are still there. Only when the
// state is lost does a greater epoch begin, at the ends of the logs: what came
// before was mostly sent, and nothing may count twice.
//
// Silence is not zero use. The minutes of a report are those for which all of
// the logs were there and readable; a quiet log that is there counts, one that
// is missing does not. After the agent itself was away for more than ten
// minutes, only the time until the last line that was written meanwhile counts.
//
// Nobody can be found in what is sent or saved: clients are counted by
// HMAC-SHA-256 under the key of the site, exactly up to a thousand, beyond that
// in a sketch (HyperLogLog, p = 12). Sketches of agents with the same key can
// be merged; SketchKey tells.
//
// While the service is away the newest state of each hour is kept, up to a
// limit; then the oldest hours are dropped, counted and logged. The agent waits
// longer after each failure, with jitter, obeys Retry-After, and does not send
// again what was refused.
//
// # What it leaves to others
//
// The package imports only the formats (wire). It asks no clock: times are
// handed in. What a report means is for the service to say.
package agent
