package agent

import (
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// logState is how far a log was read, as it is saved.
type logState struct {
	Tails []tailState `json:"tails"`
	// Done are the last files that were read to their ends.
	Done []tailState `json:"done,omitempty"`
	// Covered is until when the log was followed without a gap, 0 before that
	// begins; Last is the time of the last line; both in seconds since 1970.
	Covered int64 `json:"covered"`
	Last    int64 `json:"last"`
	// Began is when the log was first looked for.
	Began int64 `json:"began"`
}

// follower follows one log through its rotations.
type follower struct {
	path      string // a file, or a pattern of files with dates in their names
	glob      bool
	rotated   []string
	fromEnd   bool // begin at the end
	newParser func() Parser
	stream    *stream
	log       *slog.Logger

	state    logState
	tails    []*tail // the last one is the log itself
	known    []string
	ready    bool
	away     bool // nobody followed the log until now, since state.Covered
	trouble  string
	troubled bool
	behind   bool
}

// drained is how long a file must be quiet after its rotation until it is
// closed, in seconds: workers of a server let go of it one after the other.
const drained = 60

// poll reads what there is, at most budget bytes, and tells whether there is
// more.
func (f *follower) poll(now time.Time, budget int) bool {
	f.stream.now = now.Unix()
	more, err := f.read(now, budget)
	if err == nil && !more {
		more, err = f.look(now)
	}
	f.behind = more
	f.report(err)
	switch {
	case err != nil:
	case more:
		f.cover(min(f.stream.last, now.Unix()))
	default:
		f.cover(now.Unix())
	}
	return more && err == nil
}

// report says once that there is trouble, and once that it is over.
func (f *follower) report(err error) {
	text := ""
	if err != nil {
		text, f.troubled = err.Error(), true
	}
	if text == f.trouble {
		return
	}
	f.trouble = text
	if err != nil {
		f.log.Warn("the log cannot be followed; until it can, nothing is measured", "log", f.path, "error", err)
		return
	}
	f.log.Info("the log is followed again", "log", f.path)
}

// read reads the files in their order.
func (f *follower) read(now time.Time, budget int) (more bool, err error) {
	if !f.ready {
		if err := f.start(now); err != nil {
			return false, err
		}
		f.ready = true
	}
	for i := 0; i < len(f.tails); i++ {
		t := f.tails[i]
		last := i == len(f.tails)-1
		if last && !t.packed && t.cut() {
			return f.turn(now, true)
		}
		end, err := f.readTail(t, &budget, now)
		if err != nil && !t.packed {
			return false, fmt.Errorf("read %s: %w", t.Name, err)
		}
		if err != nil {
			f.log.Warn("the rest of a packed log cannot be read and is left out", "file", t.Name, "error", err)
			f.gap()
		}
		if !end {
			return true, nil
		}
		if t.packed || !last && now.Unix()-t.quiet >= drained {
			t.rest(f.stream)
			f.done(t)
			f.tails = slices.Delete(f.tails, i, i+1)
			i--
		}
	}
	return false, nil
}

// mostDone is how many files are remembered as read.
const mostDone = 16

// done closes a file and remembers that it was read.
func (f *follower) done(t *tail) {
	t.close()
	if t.Offset > 0 {
		f.state.Done = append(f.state.Done, t.place())
	}
	if n := len(f.state.Done); n > mostDone {
		f.state.Done = slices.Clone(f.state.Done[n-mostDone:])
	}
}

// readTail reads a file to its end, or until the budget is used up.
func (f *follower) readTail(t *tail, budget *int, now time.Time) (end bool, err error) {
	if p := f.stream.parser; p.Header() != t.Header {
		p.Resume(t.Header)
	}
	for *budget > 0 {
		n, err := t.fill()
		if n > 0 {
			t.quiet = now.Unix()
			*budget -= n
			t.lines(f.stream)
			t.Header = f.stream.parser.Header()
		}
		if err != nil || n == 0 {
			return true, err
		}
	}
	return false, nil
}

// start finds the files of the log, and in them the places where reading
// stopped.
func (f *follower) start(now time.Time) error {
	all, err := f.candidates(now)
	if err != nil {
		return err
	}
	fresh := f.state.Began == 0
	if fresh {
		f.state.Began = now.Unix()
	}
	switch {
	case len(all) == 0:
		return fmt.Errorf("%s: %w", f.path, fs.ErrNotExist)
	case len(f.state.Tails)+len(f.state.Done) > 0:
		f.resume(all)
	case !f.fromEnd:
		f.follow(all)
	case fresh:
		return f.startAtEnd(all, now)
	default:
		f.stream.last = f.state.Began
		f.follow(f.after(all))
	}
	return nil
}

// startAtEnd begins behind the last whole line of the log.
func (f *follower) startAtEnd(all []candidate, now time.Time) error {
	c := all[len(all)-1]
	if !c.current || c.packed {
		return fmt.Errorf("%s: %w", f.path, fs.ErrNotExist)
	}
	t, err := openTail(c, tailState{})
	if err != nil {
		return err
	}
	blind := *f.stream
	blind.book, blind.parser = &book{floor: 1 << 30}, f.newParser()
	blind.now = now.Unix()
	for {
		n, err := t.fill()
		if err != nil || n == 0 {
			break
		}
		t.lines(&blind)
	}
	t.Header, t.quiet = blind.parser.Header(), now.Unix()
	f.tails = append(f.tails, t)
	f.state.Covered = now.Unix()
	return nil
}

// resume opens the files that were being read, wherever they lie now, and those
// that came after them.
func (f *follower) resume(all []candidate) {
	f.away = true
	f.stream.last = f.state.Last
	if f.fromEnd {
		f.stream.last = max(f.state.Last, f.state.Began)
	}
	for _, at := range f.state.Tails {
		if at.Length == 0 { // nothing was read of it: it comes after those that were
			continue
		}
		t := f.find(all, at)
		if t == nil {
			f.log.Warn("a log that was being read is gone; what was added to it since is lost", "file", at.Name, "byte", at.Offset)
			f.gap()
		}
		if t != nil {
			f.tails = append(f.tails, t)
		}
	}
	f.follow(f.after(all))
}

// find opens a file at the place where reading stopped: the very file, or one
// that begins in the same way, such as a copy or what a packer made of it.
func (f *follower) find(all []candidate, at tailState) *tail {
	is := []func(candidate) bool{at.same, func(c candidate) bool { return at.is(c) && !c.packed && c.info.Size() >= at.Offset }, at.is}
	for _, fits := range is {
		i := slices.IndexFunc(all, fits)
		if i < 0 {
			continue
		}
		t, err := openTail(all[i], at)
		if err == nil {
			t.quiet = f.stream.now
			return t
		}
		f.log.Warn("a log that was being read cannot be opened", "file", all[i].name, "error", err)
	}
	return nil
}

// look sees whether the log is still the file that is being read. It tells
// whether there is more to read.
func (f *follower) look(now time.Time) (more bool, err error) {
	if f.glob {
		return f.lookAround(now)
	}
	info, err := os.Stat(f.path)
	if err != nil {
		return false, err
	}
	if len(f.tails) == 0 || !os.SameFile(info, f.tails[len(f.tails)-1].info) {
		return f.turn(now, false)
	}
	return false, nil
}

// lookAround looks for files that were not there before.
func (f *follower) lookAround(now time.Time) (bool, error) {
	names, err := f.names()
	if err != nil {
		return false, err
	}
	if len(names) == 0 {
		return false, fmt.Errorf("no file fits %s: %w", f.path, fs.ErrNotExist)
	}
	if !slices.Equal(names, f.known) {
		f.known = names
		return f.turn(now, false)
	}
	return false, nil
}

// turn goes over to the files that came after the one that was read last. Cut
// says that this one was emptied; then what it held may lie in a copy.
func (f *follower) turn(now time.Time, cut bool) (bool, error) {
	all, err := f.candidates(now)
	if err != nil {
		return false, err
	}
	if cut {
		f.toCopy(all)
	}
	return f.follow(f.after(all)) > 0 || cut, nil
}

// toCopy goes on in the copy of a file that was emptied.
func (f *follower) toCopy(all []candidate) {
	last := len(f.tails) - 1
	t := f.tails[last]
	at := t.place()
	t.close()
	f.tails = f.tails[:last]
	for _, c := range all {
		if os.SameFile(c.info, t.info) || !at.is(c) {
			continue
		}
		copied, err := openTail(c, at)
		if err == nil {
			copied.quiet = f.stream.now
			f.tails = append(f.tails, copied)
			return
		}
		f.log.Warn("the copy of the log cannot be read", "file", c.name, "error", err)
	}
	if at.Offset > 0 {
		f.state.Done = append(f.state.Done, at)
		f.log.Warn("the log was emptied and no copy was found; what was written shortly before may be lost", "log", f.path, "byte", at.Offset)
	}
}

// after gives the files that come after the one that was read last.
func (f *follower) after(all []candidate) []candidate {
	for i, c := range slices.Backward(all) {
		if f.knows(c) {
			return all[i+1:]
		}
	}
	var out []candidate
	for _, c := range all {
		if c.first >= f.stream.last || c.current {
			out = append(out, c)
		}
	}
	return out
}

// knows tells whether a file is being read, or was read.
func (f *follower) knows(c candidate) bool {
	for _, t := range f.tails {
		at := t.place()
		if at.is(c) || os.SameFile(c.info, t.info) {
			return true
		}
	}
	return slices.ContainsFunc(f.state.Done, func(at tailState) bool { return at.is(c) })
}

// follow opens files at their beginnings and tells how many.
func (f *follower) follow(files []candidate) (opened int) {
	for _, c := range files {
		t, err := openTail(c, tailState{})
		if err != nil {
			f.log.Warn("a log cannot be opened", "file", c.name, "error", err)
			continue
		}
		t.quiet = f.stream.now
		f.tails = append(f.tails, t)
		opened++
	}
	return opened
}

// gap says that something was lost: what is measured begins anew with the next
// line.
func (f *follower) gap() { f.state.Covered, f.stream.first = 0, 0 }

// shortAway is how long a log may be missing while it is rotated, in seconds.
const shortAway = 60

// cover notes until when the log was followed.
func (f *follower) cover(until int64) {
	from := f.state.Covered
	switch {
	case from == 0 && f.stream.first > 0:
		from = f.stream.first
	case from == 0 && f.behind:
		return
	case from == 0:
		from = f.stream.now
	case f.troubled && until-from > shortAway && !f.away:
		from = until
	case f.away && !f.behind:
		from = f.back(from)
	}
	if until < from {
		return
	}
	f.troubled = false
	f.stream.book.cover(f.stream.name, f.stream.hash.id, time.Unix(from, 0), time.Unix(until, 0))
	f.state.Covered = until
}

// longAway is how long the log may have been out of sight, in seconds, without
// the silence in it becoming doubtful.
const longAway = 600

// back is called when the log was caught up with after a time in which nobody
// followed it. Until the last line in it, it was surely written; after that,
// nobody knows, unless the time was short.
func (f *follower) back(from int64) int64 {
	f.away = false
	if f.stream.now-from <= longAway {
		return from
	}
	if last := min(f.stream.last, f.stream.now); last > from {
		f.stream.book.cover(f.stream.name, f.stream.hash.id, time.Unix(from, 0), time.Unix(last, 0))
	}
	return f.stream.now
}

// place is how far the log was read, to be saved.
func (f *follower) place() logState {
	s := f.state
	s.Last = f.stream.last
	if f.ready {
		s.Tails = nil
		for _, t := range f.tails {
			s.Tails = append(s.Tails, t.place())
		}
	}
	return s
}

// defaultRotated are the names under which rotated logs mostly lie.
func defaultRotated(path string) []string {
	quoted := globOf(path)
	ext := filepath.Ext(path)
	out := []string{quoted + ".*", quoted + "-*"}
	if ext != "" {
		out = append(out, globOf(path[:len(path)-len(ext)])+"-*"+ext+"*", globOf(path[:len(path)-len(ext)])+".*"+ext+"*")
	}
	return out
}
