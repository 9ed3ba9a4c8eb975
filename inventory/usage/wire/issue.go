package wire

import (
	"strings"
	"unicode/utf8"
)

// Issue is one thing to say about one item of a body.
type Issue struct {
	// Index is the place of the item, from 0: of a report in its body, of a
	// series in a remote write, of a data point in an OTLP request.
	Index int
	// Item names it: the code of the system, or the name of the metric.
	Item string
	// Member is where in the item the trouble is ("requests"), empty for the
	// item as a whole.
	Member string
	Code   Code
	// Got is what stands there, Want what may stand there or the bound that it
	// breaks; both shortened, and empty where they say nothing.
	Got, Want string
	// Count is how many items it is about (a series has many samples).
	Count int
}

// Args are the values for the placeholders of the text of the code: index,
// item, member, got, want and count.
func (i Issue) Args() map[string]any {
	return map[string]any{
		"index": i.Index, "item": i.Item, "member": i.Member, "got": i.Got, "want": i.Want, "count": i.Count,
	}
}

// Say puts an issue into the words of some language.
type Say func(Issue) string

// Verdict is what a visitor says about an item; the zero Verdict is Keep.
type Verdict struct {
	code    Code
	refused bool
}

// Keep takes the item: it will be stored.
var Keep Verdict

// Refuse sends the item back under a code, which may be one of the caller.
func Refuse(code Code) Verdict { return Verdict{code, true} }

// Note takes the item but says under the code why nothing of it is kept.
func Note(code Code) Verdict { return Verdict{code, false} }

// Tally says what became of a body. The strings in it are copies.
type Tally struct {
	// Items is how many reports, samples or data points the body held.
	Items int
	// Kept is how many of them the visitor kept.
	Kept int
	// Refused is how many items were not taken.
	Refused int
	// Reasons counts the refused items by code; an item that is wrong in
	// several places counts once under each.
	Reasons map[Code]int
	// Issues lists what was refused, up to Limits.Issues.
	Issues []Issue
	// Notes are about items that were taken, one example of each code with the
	// number of items.
	Notes []Issue
	// Samples, Histograms and Exemplars are the numbers that a remote write 2.0
	// answer calls written.
	Samples, Histograms, Exemplars int
}

// shown is how much of a wrong value is repeated in an issue, in bytes.
const shown = 64

// list adds an issue about an item that is refused.
func (t *Tally) list(limit int, i Issue) {
	if t.Reasons == nil {
		t.Reasons = map[Code]int{}
	}
	t.Reasons[i.Code] += i.Count
	if len(t.Issues) < limit {
		t.Issues = append(t.Issues, i.copied())
	}
}

// refuse counts an issue's items as refused and lists it.
func (t *Tally) refuse(limit int, i Issue) {
	t.Refused += i.Count
	t.list(limit, i)
}

// note remembers an issue about items that were taken.
func (t *Tally) note(i Issue) {
	for k := range t.Notes {
		if t.Notes[k].Code == i.Code {
			t.Notes[k].Count += i.Count
			return
		}
	}
	t.Notes = append(t.Notes, i.copied())
}

// copied shortens the strings of the issue and takes them out of the body.
func (i Issue) copied() Issue {
	i.Item, i.Member = clip(i.Item), clip(i.Member)
	i.Got, i.Want = clip(i.Got), strings.Clone(i.Want)
	return i
}

// clip copies at most shown bytes of valid text.
func clip(s string) string {
	if len(s) > shown {
		cut := shown
		for cut > 0 && !utf8.RuneStart(s[cut]) {
			cut--
		}
		s = s[:cut] + "…"
	}
	return strings.ToValidUTF8(strings.Clone(s), "\uFFFD")
}
