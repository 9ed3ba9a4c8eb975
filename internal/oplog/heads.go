package oplog

import (
	"errors"
	"fmt"
	"io"
	"math"
)

// signedHeads are the heads of an anchor, read in order, with what is wrong
// with them as files.
type signedHeads struct {
	anchor *Anchor
	file   *headReader
	found  *findings
	last   Head // the newest in heads.log, zero when there is none
	// remembered is how many entries were once signed, by all that is known.
	remembered int64
	next       Head
	loaded     bool
	seen       int64 // size of the newest head that was read
	count      int64
	err        error
}

// heads opens the signed heads; claimed is how far the database was told that
// they go.
func (a *Anchor) heads(claimed int64, found *findings) (*signedHeads, error) {
	defer lockIfThere(a.dir)() // a signature is written to two files, one after the other
	last, end, err := a.lastHead()
	if errors.Is(err, ErrHeadForged) { // a finding when all of them are read
		end = math.MaxInt64
		last, err = a.newestGood()
	}
	if err != nil {
		return nil, err
	}
	current, err := a.currentHead()
	if errors.Is(err, ErrHeadForged) {
		found.add(HeadForged, 0, 0)
		current, err = last, nil
	}
	if err != nil {
		return nil, err
	}
	s := &signedHeads{anchor: a, found: found, last: last, remembered: max(last.Size, current.Size, claimed)}
	s.compare(current)
	s.file, err = a.readHeads(end)
	return s, err
}

// newestGood finds the newest head when heads.log ends in something else.
func (a *Anchor) newestGood() (newest Head, err error) {
	r, err := a.readHeads(math.MaxInt64)
	if err != nil {
		return Head{}, err
	}
	defer r.close()
	for {
		msg, err := r.next()
		if errors.Is(err, io.EOF) {
			return newest, nil
		}
		if err != nil {
			return Head{}, fmt.Errorf("read signed heads: %w", err)
		}
		if h, err := openHead(msg, a.check); err == nil && h.Size > newest.Size {
			newest = h
		}
	}
}

// compare holds head.txt and what is remembered against the newest head.
func (s *signedHeads) compare(current Head) {
	switch {
	case s.last.Size == 0 && s.remembered > 0, s.last.Size > 0 && current.Size == 0:
		s.found.add(HeadMissing, 0, 0)
	case s.remembered > s.last.Size:
		s.found.add(HeadOlder, idOf(s.last.Size), idOf(s.remembered-1))
	case current.Note != s.last.Note:
		s.found.add(HeadOlder, idOf(current.Size), idOf(s.last.Size-1))
	}
}

// peek gives the next good head; a bad one is a finding and is passed over.
func (s *signedHeads) peek() (Head, bool) {
	for !s.loaded {
		msg, err := s.file.next()
		if err != nil {
			s.err = err // io.EOF when all are read
			return Head{}, false
		}
		h, err := openHead(msg, s.anchor.check)
		if err != nil || h.Size <= s.seen {
			s.found.add(HeadForged, 0, 0)
			continue
		}
		s.next, s.seen, s.loaded = h, h.Size, true
	}
	return s.next, true
}

// take is done with the head that peek gave.
func (s *signedHeads) take() { s.loaded, s.count = false, s.count+1 }

// drain reads the heads that the log was too damaged to be held against. Its
// error is that of any reading before it.
func (s *signedHeads) drain() error {
	for {
		if _, ok := s.peek(); !ok {
			break
		}
		s.loaded = false
	}
	if !errors.Is(s.err, io.EOF) {
		return fmt.Errorf("read signed heads: %w", s.err)
	}
	return nil
}

func (s *signedHeads) close() { s.file.close() }
