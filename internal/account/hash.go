package account

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/crypto/argon2"

	"qingce/internal/fault"
)

// Cost is what one password hash costs: memory in KiB, passes over it, and
// lanes that may be computed side by side.
type Cost struct {
	MemoryKiB uint32
	Passes    uint32
	Lanes     uint8
}

// DefaultCost is OWASP's first choice for argon2id, 19 MiB and two passes:
// about 50 ms of one core.
func DefaultCost() Cost { return Cost{MemoryKiB: 19 * 1024, Passes: 2, Lanes: 1} }

// The weakest and the strongest cost that an operator may configure. OWASP's
// five equal choices run from 46 MiB in one pass to 7 MiB in five.
const (
	minMemoryKiB = 7 * 1024
	minWork      = 5 * minMemoryKiB
	maxMemoryKiB = 256 * 1024
	maxPasses    = 10
	maxLanes     = 4
)

// Check returns an error when the cost is weaker than OWASP's advice or dearer
// than a server can bear. Whoever takes a Cost from outside calls it.
func (c Cost) Check() error {
	switch {
	case c.MemoryKiB < minMemoryKiB, uint64(c.MemoryKiB)*uint64(c.Passes) < minWork, c.Lanes < 1:
		return fmt.Errorf("password hash of %d KiB in %d passes is too weak: use at least 19456 KiB in 2 passes", c.MemoryKiB, c.Passes)
	case c.MemoryKiB > maxMemoryKiB, c.Passes > maxPasses, c.Lanes > maxLanes:
		return fmt.Errorf("password hash of %d KiB in %d passes and %d lanes is too dear: the limits are %d, %d and %d",
			c.MemoryKiB, c.Passes, c.Lanes, maxMemoryKiB, maxPasses, maxLanes)
	}
	return nil
}

// Hasher computes argon2id hashes of passwords, only so many at the same time,
// because each takes its memory. It is safe for concurrent use.
type Hasher struct {
	cost     Cost
	slots    chan struct{}
	computed atomic.Int64
}

// NewHasher makes a Hasher that computes at most concurrent hashes at once.
func NewHasher(cost Cost, concurrent int) *Hasher {
	return &Hasher{cost: cost, slots: make(chan struct{}, max(1, concurrent))}
}

// Computed is the number of hashes computed so far: a figure for operators,
// and the measure by which tests see that every refusal costs the same.
func (h *Hasher) Computed() int64 { return h.computed.Load() }

const (
	saltBytes = 16
	keyBytes  = 32
	// busyRetry is what a client is told to wait when all slots are taken.
	busyRetry = 5 * time.Second
)

// hash makes the PHC string of a password.
func (h *Hasher) hash(ctx context.Context, password string) (string, error) {
	p := phc{cost: h.cost, salt: random(saltBytes)}
	key, err := h.compute(ctx, password, p)
	if err != nil {
		return "", err
	}
	p.key = key
	return p.String(), nil
}

// verify tells whether password belongs to the PHC string.
func (h *Hasher) verify(ctx context.Context, password, stored string) (bool, error) {
	p, err := parsePHC(stored)
	if err != nil {
		return false, err
	}
	key, err := h.compute(ctx, password, p)
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(key, p.key) == 1, nil
}

// dummy is a PHC string of this hasher's cost that no password belongs to:
// verifying against it takes as long as verifying against a real one.
func (h *Hasher) dummy() string {
	return phc{cost: h.cost, salt: random(saltBytes), key: random(keyBytes)}.String()
}

// outdated tells whether the PHC string was made with another cost.
func (h *Hasher) outdated(stored string) bool {
	p, err := parsePHC(stored)
	return err != nil || p.cost != h.cost
}

func (h *Hasher) compute(ctx context.Context, password string, p phc) ([]byte, error) {
	select {
	case h.slots <- struct{}{}:
		defer func() { <-h.slots }()
	case <-ctx.Done():
		busy := fault.New(fault.Unavailable, "err.account.busy").Because(ctx.Err())
		busy.RetryAfter = busyRetry
		return nil, busy
	}
	h.computed.Add(1)
	return argon2.IDKey([]byte(password), p.salt, p.cost.Passes, p.cost.MemoryKiB, p.cost.Lanes, keyBytes), nil
}

// phc is a hash as the Password Hashing Competition writes it:
// $argon2id$v=19$m=19456,t=2,p=1$salt$key.
type phc struct {
	cost Cost
	salt []byte
	key  []byte
}

var b64 = base64.RawStdEncoding

func (p phc) String() string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version,
		p.cost.MemoryKiB, p.cost.Passes, p.cost.Lanes, b64.EncodeToString(p.salt), b64.EncodeToString(p.key))
}

var errPHC = errors.New("stored password hash is not an argon2id PHC string")

func parsePHC(s string) (phc, error) {
	parts := strings.Split(s, "$")
	if len(parts) != 6 || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return phc{}, errPHC
	}
	var p phc
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &p.cost.MemoryKiB, &p.cost.Passes, &p.cost.Lanes); err != nil {
		return phc{}, errPHC
	}
	// What stands in the database must not make the server allocate at will.
	if p.cost.MemoryKiB > maxMemoryKiB || p.cost.Passes < 1 || p.cost.Passes > maxPasses || p.cost.Lanes < 1 {
		return phc{}, errPHC
	}
	var err error
	if p.salt, err = b64.DecodeString(parts[4]); err != nil {
		return phc{}, errPHC
	}
	if p.key, err = b64.DecodeString(parts[5]); err != nil || len(p.key) != keyBytes {
		return phc{}, errPHC
	}
	return p, nil
}

// random returns n bytes from the system's generator, which never fails.
func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b)
	return b
}
