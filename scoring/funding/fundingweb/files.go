package fundingweb

import (
	"bytes"
	"context"

	"qingce/internal/auth"
	"qingce/internal/evidence"
	"qingce/internal/fault"
	"qingce/scoring/funding"
)

func uploadOf(name string, data []byte) evidence.Upload {
	return evidence.Upload{Name: name, Reader: bytes.NewReader(data), Size: int64(len(data))}
}

// received takes files and calls do with all of them.
func (d *desk) received(ctx context.Context, files []evidence.Upload, do func([]evidence.Received) error) error {
	if len(files) == 0 {
		return do(nil)
	}
	return d.Box.Receive(ctx, files[0], func(first evidence.Received) error {
		return d.received(ctx, files[1:], func(rest []evidence.Received) error {
			return do(append([]evidence.Received{first}, rest...))
		})
	})
}

// errNoKey says that this service cannot sign.
var errNoKey = fault.New(fault.Unavailable, "funding.err.no_key")

// signed is the statement of a year as a signed file.
func (d *desk) signed(ctx context.Context, by auth.Principal, year int) (funding.Signed, error) {
	if d.Key == nil {
		return funding.Signed{}, errNoKey
	}
	s, err := d.Funding.State(ctx, by, year)
	if err != nil {
		return funding.Signed{}, err
	}
	return s.Sign(d.Key)
}
