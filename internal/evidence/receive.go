package evidence

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"time"

	"qingce/internal/fault"
)

// Upload is a file as somebody hands it in.
type Upload struct {
	Name   string
	Reader io.Reader
	// Size is what was announced, in bytes; 0 or less means not known.
	Size int64
}

// Received is an upload that was read and found good. It is of use only inside
// the function that Receive calls.
type Received struct {
	name string
	typ  Type
	sum  string
	data []byte
}

// Name is the cleaned name.
func (r Received) Name() string { return r.name }

// Type is what the content is.
func (r Received) Type() Type { return r.typ }

// SHA256 is the hash of the content in hexadecimal.
func (r Received) SHA256() string { return r.sum }

// Size is the number of bytes.
func (r Received) Size() int64 { return int64(len(r.data)) }

// retryAfter is what a client is told to wait when too many files come at once.
const retryAfter = 3 * time.Second

// Receive reads and checks an upload and calls use with it, outside of any
// transaction: the network and the checks must not hold up the database. Use
// begins the transaction in which it calls Attach. What Check refuses is an
// Invalid fault about the field "file", too many bytes are TooLarge, and too
// many uploads at once Unavailable.
func (b *Box) Receive(ctx context.Context, up Upload, use func(Received) error) error {
	if up.Size > MaxSize {
		return tooLarge()
	}
	select {
	case b.slots <- struct{}{}:
		defer func() { <-b.slots }()
	default:
		e := fault.New(fault.Unavailable, "err.evidence.busy")
		e.RetryAfter = retryAfter
		return e
	}
	name := CleanName(up.Name)
	if name == "" {
		return refuse("err.evidence.name")
	}
	data, err := readUpload(ctx, up)
	if err != nil {
		return err
	}
	typ, err := Check(name, data)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(data)
	return use(Received{name: name, typ: typ, sum: hex.EncodeToString(sum[:]), data: data})
}

func readUpload(ctx context.Context, up Upload) ([]byte, error) {
	var buf bytes.Buffer
	if up.Size > 0 {
		buf.Grow(int(up.Size) + bytes.MinRead) // else ReadFrom doubles it at the end
	}
	if _, err := buf.ReadFrom(io.LimitReader(up.Reader, MaxSize+1)); err != nil {
		return nil, interrupted(err)
	}
	if err := ctx.Err(); err != nil {
		return nil, interrupted(err)
	}
	return buf.Bytes(), nil
}

// interrupted is what a broken connection leaves. A fault of the reader's own,
// such as its limit of bytes, says more and passes.
func interrupted(err error) error {
	var f *fault.Error
	if errors.As(err, &f) {
		return err
	}
	return fault.New(fault.Unavailable, "err.evidence.interrupted").Because(err)
}
