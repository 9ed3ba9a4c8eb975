package oplog

import (
	"cmp"
	"fmt"
	"slices"

	"qingce/internal/fault"
)

// FindingKind is a sort of damage or meddling.
type FindingKind string

// The kinds of findings.
const (
	Edited      FindingKind = "edited"       // the entry is not what was recorded
	Removed     FindingKind = "removed"      // the entry is gone
	Inserted    FindingKind = "inserted"     // the entry was never recorded
	Reordered   FindingKind = "reordered"    // the entry stands in the place of another
	Truncated   FindingKind = "truncated"    // the end of the log is gone
	Rewritten   FindingKind = "rewritten"    // entries and hashes agree with each other, but not with a signed head
	HashDamaged FindingKind = "hash_damaged" // a stored hash is wrong or missing
	TipDamaged  FindingKind = "tip_damaged"  // the count of entries is wrong or missing
	HeadMissing FindingKind = "head_missing" // a file of signed heads is gone
	HeadForged  FindingKind = "head_forged"  // a head is damaged or not signed with the key
	HeadOlder   FindingKind = "head_older"   // the heads were put back to an earlier time
)

// Finding is one thing that is wrong.
type Finding struct {
	Kind FindingKind
	// ID and Last are the first and the last entry concerned, 0 when the
	// finding is not about entries. For a head they are the entries since the
	// last good head that it should vouch for.
	ID, Last EntryID
	// Was is where the first of reordered entries belongs.
	Was EntryID
}

// Text is the message key.
func (f Finding) Text() string { return "oplog.finding." + string(f.Kind) }

// Entries writes the entries as people do: "7" or "7–12".
func (f Finding) Entries() string {
	if f.ID == f.Last {
		return fmt.Sprint(int64(f.ID))
	}
	return fmt.Sprintf("%d–%d", f.ID, f.Last)
}

// Field is the finding in the form that pages and commands put into words.
func (f Finding) Field() fault.Field {
	return fault.At("oplog", f.Text(), "entries", f.Entries(), "was", int64(f.Was))
}

// continues tells whether g is the same trouble with the next entry.
func (f Finding) continues(g Finding) bool {
	return f.ID != 0 && g.ID == f.Last+1 && (f.Kind != Reordered || f.ID-f.Was == g.ID-g.Was)
}

// Report is the outcome of Verify.
type Report struct {
	// OK means that nothing is wrong.
	OK bool
	// Entries is how many entries were read.
	Entries int64
	// Head is the newest signed head, zero when there is none; entries after
	// it wait for their signature.
	Head Head
	// Heads is how many signed heads were held against the log.
	Heads int64
	// Findings are sorted by entry; neighbours with the same trouble are one.
	Findings []Finding
	// Omitted is how many findings more there were.
	Omitted int64
}

// Unsigned is how many entries no signed head covers yet.
func (r Report) Unsigned() int64 { return max(0, r.Entries-r.Head.Size) }

// maxFindings bounds a report: after that many, more tell nothing new.
const maxFindings = 1000

// findings collects findings and joins neighbours.
type findings struct {
	list    []Finding
	newest  map[FindingKind]int
	omitted int64
}

func (fs *findings) add(kind FindingKind, first, last EntryID) {
	fs.put(Finding{Kind: kind, ID: first, Last: last})
}

func (fs *findings) put(f Finding) {
	if fs.newest == nil {
		fs.newest = map[FindingKind]int{}
	}
	if i, ok := fs.newest[f.Kind]; ok {
		switch last := &fs.list[i]; {
		case last.continues(f):
			last.Last = f.Last
			return
		case *last == f: // about no entry, and said already
			return
		}
	}
	if len(fs.list) == maxFindings {
		fs.omitted++
		return
	}
	fs.newest[f.Kind] = len(fs.list)
	fs.list = append(fs.list, f)
}

func (fs *findings) sorted() []Finding {
	slices.SortStableFunc(fs.list, func(a, b Finding) int { return cmp.Compare(a.ID, b.ID) })
	return fs.list
}
