package usageweb

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"

	"qingce/inventory/usage"
	"qingce/inventory/usage/wire"
)

const (
	// smallBody is what most bodies fit into, packed and unpacked; middleBody is
	// what most remote writes fit into, which say beforehand how large they are.
	smallBody  = 256 << 10
	middleBody = 2 << 20
	// roomBytes is how much memory the bodies of all requests take together.
	roomBytes = 160 << 20
	// comeAgain is when a sender for whose body there is no room comes again.
	comeAgain = time.Second
)

// room bounds the memory of bodies: of all, and of each probe to a half, so that
// one cannot keep the others out.
type room struct {
	mu     sync.Mutex
	free   int
	most   int
	probes map[usage.ProbeID]int
}

func newRoom(bytes int) *room {
	return &room{free: bytes, most: bytes / 2, probes: map[usage.ProbeID]int{}}
}

// take holds memory for a probe; false when there is not so much.
func (m *room) take(id usage.ProbeID, bytes int) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if bytes > m.free || m.probes[id]+bytes > m.most {
		return false
	}
	m.free -= bytes
	m.probes[id] += bytes
	return true
}

func (m *room) give(id usage.ProbeID, bytes int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.free += bytes
	if m.probes[id] -= bytes; m.probes[id] <= 0 {
		delete(m.probes, id)
	}
}

// used is how much memory is held, for meters.
func (m *room) used() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return 2*m.most - m.free
}

// decoders makes decoders that keep the limits of today.
type decoders struct {
	ledger *usage.Ledger
	clock  func() time.Time

	mu    sync.Mutex
	asked time.Time
	set   *decoderSet
}

// decoderSet are decoders of one set of limits.
type decoderSet struct {
	limits        wire.Limits
	small, middle *sync.Pool
}

func newDecoders(ledger *usage.Ledger, clock func() time.Time) *decoders {
	return &decoders{ledger: ledger, clock: clock}
}

// policyFresh is how long the rules are believed without asking again.
const policyFresh = 10 * time.Second

// now gives decoders by the rules of now. While the database is away the
// rules of before hold.
func (d *decoders) now(ctx context.Context) (*decoderSet, error) {
	ctx, cancel := context.WithTimeout(ctx, tokenWithin)
	defer cancel()
	d.mu.Lock()
	defer d.mu.Unlock()
	if age := d.clock().Sub(d.asked); d.set != nil && age >= 0 && age < policyFresh {
		return d.set, nil
	}
	policy, err := d.ledger.Policy(ctx)
	switch {
	case err != nil && d.set == nil:
		return nil, wire.Away(retryAfter, err)
	case err != nil:
		return d.set, nil
	}
	limits := wire.DefaultLimits()
	limits.Back = policy.HourRetention()
	d.asked = d.clock()
	if d.set == nil || d.set.limits != limits {
		d.set = newDecoderSet(limits)
	}
	return d.set, nil
}

func newDecoderSet(limits wire.Limits) *decoderSet {
	pool := func(bytes int) *sync.Pool {
		less := limits
		less.Body, less.Unpacked = bytes, bytes
		return &sync.Pool{New: func() any { return wire.NewDecoder(less) }}
	}
	return &decoderSet{limits, pool(smallBody), pool(middleBody)}
}

// body is a body that was read, with the decoder whose it is.
type body struct {
	decoder *wire.Decoder
	bytes   []byte
	size    int // as it came
	release func()
}

// read takes the body of a request. Small ones are read by decoders that are
// kept; for what turns out to be great, room is made first.
func (f *front) read(r *http.Request, packing wire.Packing, pass usage.Pass, set *decoderSet) (*body, error) {
	if r.ContentLength > int64(set.limits.Body) {
		return nil, &wire.Error{Status: http.StatusRequestEntityTooLarge, Code: wire.BodyTooLarge, Want: strconv.Itoa(set.limits.Body)}
	}
	if r.ContentLength < 0 || r.ContentLength > smallBody {
		return f.readGreat(r.Body, packing, pass, set)
	}
	const cost = 2 * smallBody
	if !f.room.take(pass.ProbeID, cost) {
		return nil, wire.Busy(comeAgain)
	}
	small, _ := set.small.Get().(*wire.Decoder)
	done := func() {
		set.small.Put(small)
		f.room.give(pass.ProbeID, cost)
	}
	raw, err := small.Read(r.Body, wire.Plain)
	if err != nil {
		done()
		return nil, err
	}
	size := len(raw)
	unpacked, err := small.Unpack(raw, packing)
	if err == nil {
		return &body{small, unpacked, size, done}, nil
	}
	defer done()
	var failed *wire.Error
	if !errors.As(err, &failed) || failed.Code != wire.UnpackedTooLarge {
		return nil, err
	}
	if size, ok := wire.UnpackedSize(raw, packing); ok && size <= middleBody {
		return f.unpackMiddle(raw, size, packing, pass, set)
	}
	return f.unpackGreat(raw, packing, pass, set)
}

// unpackMiddle unpacks what is small as it comes and says that it will not be
// great: room is held for what it needs.
func (f *front) unpackMiddle(raw []byte, size int, packing wire.Packing, pass usage.Pass, set *decoderSet) (*body, error) {
	if !f.room.take(pass.ProbeID, size) {
		return nil, wire.Busy(comeAgain)
	}
	middle, _ := set.middle.Get().(*wire.Decoder)
	done := func() {
		set.middle.Put(middle)
		f.room.give(pass.ProbeID, size)
	}
	unpacked, err := middle.Unpack(raw, packing)
	if err != nil {
		done()
		return nil, err
	}
	return &body{middle, unpacked, len(raw), done}, nil
}

// unpackGreat unpacks what is small as it comes and great unpacked.
func (f *front) unpackGreat(raw []byte, packing wire.Packing, pass usage.Pass, set *decoderSet) (*body, error) {
	cost := 2 * set.limits.Unpacked // a buffer grows by being copied
	if !f.room.take(pass.ProbeID, cost) {
		return nil, wire.Busy(comeAgain)
	}
	done := func() { f.room.give(pass.ProbeID, cost) }
	great := wire.NewDecoder(set.limits)
	unpacked, err := great.Unpack(raw, packing)
	if err != nil {
		done()
		return nil, err
	}
	return &body{great, unpacked, len(raw), done}, nil
}

// readGreat reads a body that is great, or of unknown size.
func (f *front) readGreat(from io.Reader, packing wire.Packing, pass usage.Pass, set *decoderSet) (*body, error) {
	cost := 2 * set.limits.Body
	if packing != wire.Plain {
		cost = set.limits.Body + 2*set.limits.Unpacked
	}
	if !f.room.take(pass.ProbeID, cost) {
		return nil, wire.Busy(comeAgain)
	}
	done := func() { f.room.give(pass.ProbeID, cost) }
	counted := &counter{from: from}
	great := wire.NewDecoder(set.limits)
	unpacked, err := great.Read(counted, packing)
	if err != nil {
		done()
		return nil, err
	}
	return &body{great, unpacked, counted.n, done}, nil
}

// counter counts what is read through it.
type counter struct {
	from io.Reader
	n    int
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.from.Read(p)
	c.n += n
	return n, err
}

// peer is the network address that a request comes from.
func peer(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return ""
	}
	return host
}
