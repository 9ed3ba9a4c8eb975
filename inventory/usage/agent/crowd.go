package agent

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"hash/maphash"
	"maps"
	"slices"

	"github.com/axiomhq/hyperloglog"
)

// precision is that of all sketches: 4096 registers, 1.6 % error. Sketches of
// another one cannot be merged with these.
const precision = 12

// exactUpTo is how many clients of an hour are counted one by one. Beyond that
// the sketch estimates.
const exactUpTo = 1024

// crowd counts distinct clients by their keyed hashes.
type crowd struct {
	exact  map[uint64]struct{}
	sketch *hyperloglog.Sketch // only when there are more than exactUpTo
}

func (c *crowd) add(h uint64) {
	if c.sketch != nil {
		c.sketch.InsertHash(h)
		return
	}
	if c.exact == nil {
		c.exact = make(map[uint64]struct{})
	}
	if c.exact[h] = struct{}{}; len(c.exact) > exactUpTo {
		c.sketch, c.exact = sketchOf(c.exact), nil
	}
}

// has tells whether a client is surely in the crowd.
func (c *crowd) has(h uint64) bool {
	_, ok := c.exact[h]
	return ok
}

func (c *crowd) count() int64 {
	if c.sketch != nil {
		return max(exactUpTo+1, int64(c.sketch.Estimate()))
	}
	return int64(len(c.exact))
}

// bytes is the sketch as it is sent, nil for nobody.
func (c *crowd) bytes() []byte {
	s := c.sketch
	if s == nil {
		if len(c.exact) == 0 {
			return nil
		}
		s = sketchOf(c.exact)
	}
	b, err := s.MarshalBinary()
	if err != nil { // only a sketch without precision cannot be written
		return nil
	}
	return b
}

func (c *crowd) clone() crowd {
	out := crowd{exact: maps.Clone(c.exact)}
	if c.sketch != nil {
		out.sketch = c.sketch.Clone()
	}
	return out
}

// sketchOf makes a sketch in an order that does not depend on chance.
func sketchOf(hashes map[uint64]struct{}) *hyperloglog.Sketch {
	s, err := hyperloglog.NewSketch(precision, true)
	if err != nil {
		panic(err) // the precision is a constant that the library has
	}
	for _, h := range slices.Sorted(maps.Keys(hashes)) {
		s.InsertHash(h)
	}
	return s
}

// crowdState is a crowd in the state file.
type crowdState struct {
	Exact  []byte `json:"exact,omitempty"`
	Sketch []byte `json:"sketch,omitempty"`
}

// MarshalJSON writes the crowd for the state file.
func (c crowd) MarshalJSON() ([]byte, error) {
	var s crowdState
	if c.sketch != nil {
		s.Sketch = c.bytes()
	}
	for _, h := range slices.Sorted(maps.Keys(c.exact)) {
		s.Exact = binary.BigEndian.AppendUint64(s.Exact, h)
	}
	return json.Marshal(s)
}

// UnmarshalJSON reads it back.
func (c *crowd) UnmarshalJSON(b []byte) error {
	var s crowdState
	if err := json.Unmarshal(b, &s); err != nil {
		return fmt.Errorf("read clients: %w", err)
	}
	*c = crowd{}
	if len(s.Sketch) > 0 {
		c.sketch = new(hyperloglog.Sketch)
		if err := c.sketch.UnmarshalBinary(s.Sketch); err != nil {
			return fmt.Errorf("read a sketch of clients: %w", err)
		}
		return nil
	}
	for ; len(s.Exact) >= 8; s.Exact = s.Exact[8:] {
		c.add(binary.BigEndian.Uint64(s.Exact))
	}
	return nil
}

// hasher turns clients into keyed hashes, from which nobody who lacks the key
// finds a client back.
type hasher struct {
	mac  hash.Hash
	text []byte
	sum  []byte
	id   string
}

func newHasher(key []byte) *hasher {
	h := &hasher{mac: hmac.New(sha256.New, key)}
	h.mac.Write([]byte("qingce site key"))
	h.id = "hll12-" + hex.EncodeToString(h.mac.Sum(nil)[:6])
	return h
}

// of is the hash of a client: its name, or else its address and agent.
func (h *hasher) of(r *Record) uint64 {
	h.text = h.text[:0]
	if len(r.User) > 0 {
		h.text = append(append(h.text, 'u'), r.User...)
	} else {
		h.text = append(append(h.text, 'c'), r.Addr...)
		h.text = append(append(h.text, 0), r.Agent...)
	}
	h.mac.Reset()
	h.mac.Write(h.text)
	h.sum = h.mac.Sum(h.sum[:0])
	return binary.BigEndian.Uint64(h.sum)
}

// seed makes the prints of this run; they are never written anywhere.
var seed = maphash.MakeSeed()

func printOf(b []byte) uint64 { return maphash.Bytes(seed, b) }

// printClient is a quick print of a client, to know again within this run.
func printClient(r *Record, agent uint64) uint64 {
	if len(r.User) > 0 {
		return printOf(r.User) * 0x9e3779b97f4a7c15
	}
	p := printOf(r.Addr)
	return (p^agent)*0xff51afd7ed558ccd ^ p>>29
}
