package agent

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"time"
)

// Inspection is what a look at a log has shown.
type Inspection struct {
	System System
	Log    Log
	// Lines of the end of the log were looked at.
	Lines, Garbage, People, Machines int
	// Sample is the first line that is not in the format.
	Sample string
	// Last is the time of the last line.
	Last time.Time
	// Err says why the log cannot be read.
	Err error
}

// inspected is how much of the end of a log is looked at.
const inspected = 256 << 10

// Inspect reads the ends of all logs, so that who configures sees whether the
// format fits. Nothing is written.
func Inspect(c Config, now time.Time) ([]Inspection, error) {
	crawlers, err := NewCrawlers()
	if err != nil {
		return nil, err
	}
	a := &Agent{config: c, hash: newHasher(nil), log: slog.New(slog.DiscardHandler)}
	var out []Inspection
	for _, s := range c.Systems {
		for _, l := range s.Logs {
			i := Inspection{System: s, Log: l}
			f, err := a.openLog(s, l, &book{}, crawlers)
			if err == nil {
				err = i.read(f, now)
			}
			i.Err = err
			out = append(out, i)
		}
	}
	return out, nil
}

// read looks at the end of the newest file of a log.
func (i *Inspection) read(f *follower, now time.Time) error {
	name, err := f.newest(now)
	if err != nil {
		return err
	}
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	end, err := readAt(file, max(0, info.Size()-inspected))
	if err != nil {
		return err
	}
	if info.Size() > inspected {
		_, end, _ = bytes.Cut(end, []byte("\n"))
		start, err := readAt(file, 0)
		if err != nil {
			return err
		}
		i.lines(f, start, false) // the header may stand there
	}
	i.lines(f, end, true)
	return nil
}

func readAt(file *os.File, at int64) ([]byte, error) {
	b, err := io.ReadAll(io.NewSectionReader(file, at, inspected))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", file.Name(), err)
	}
	return b, nil
}

func (f *follower) newest(now time.Time) (string, error) {
	if !f.glob {
		return f.path, nil
	}
	all, err := f.candidates(now)
	if err != nil {
		return "", err
	}
	if len(all) == 0 {
		return "", fmt.Errorf("no file fits %s", f.path)
	}
	return all[len(all)-1].name, nil
}

func (i *Inspection) lines(f *follower, text []byte, count bool) {
	var r Record
	for line := range bytes.Lines(text) {
		if !bytes.HasSuffix(line, []byte("\n")) {
			break
		}
		outcome := f.stream.parser.Parse(clean(line), &r)
		if !count || outcome == Skipped {
			continue
		}
		i.Lines++
		if outcome == Garbage {
			if i.Garbage++; i.Sample == "" {
				i.Sample = shorten(clean(line), 200)
			}
			continue
		}
		i.Last = time.Unix(r.Time, 0)
		if f.stream.judge.Judge(&r) == Person {
			i.People++
		} else {
			i.Machines++
		}
	}
}

// CheckToken tells whether the token of every system can be read.
func (c Config) CheckToken() error {
	var errs []error
	for _, s := range c.Systems {
		if _, err := s.token(c, false); err != nil {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// CheckState tells whether the folder of the state can be written.
func (c Config) CheckState() error {
	if err := os.MkdirAll(c.StateDir, 0o700); err != nil {
		return err
	}
	name := filepath.Join(c.StateDir, "check")
	if err := os.WriteFile(name, nil, 0o600); err != nil {
		return err
	}
	return os.Remove(name)
}
