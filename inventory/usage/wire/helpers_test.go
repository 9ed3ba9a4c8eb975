package wire_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/golang/snappy"
	"google.golang.org/protobuf/encoding/protowire"

	"qingce/inventory/usage/wire"
)

// now is the clock of the receiver in all tests.
var now = time.Date(2017, 11, 24, 9, 42, 0, 0, time.FixedZone("", 8*3600))

// said writes an issue in the words of its code.
func said(i wire.Issue) string {
	return strings.TrimSpace(fmt.Sprintf("[%d] %s %s %s %s", i.Index, i.Item, i.Member, i.Code, i.Got))
}

// brief writes what a test wants to know of an issue.
func brief(i wire.Issue) string {
	return fmt.Sprintf("%d %s %s", i.Index, i.Member, strings.TrimPrefix(string(i.Code), "wire."))
}

func briefs(issues []wire.Issue) string {
	var out []string
	for _, i := range issues {
		out = append(out, brief(i))
	}
	return strings.Join(out, "; ")
}

// sampleLine writes a sample so that two can be compared.
func sampleLine(s *wire.Sample) string {
	start := "-"
	if !s.Start.IsZero() {
		start = s.Start.Format(time.RFC3339Nano)
	}
	return fmt.Sprintf("%s %v %d %q %v %s %s %s", s.Name, s.Labels, s.Kind, s.Unit, s.Value, s.At.Format(time.RFC3339Nano), start, s.Flaw)
}

// into collects samples; what it collects are copies.
func into(lines *[]string) wire.Visit {
	return func(s *wire.Sample) wire.Verdict {
		*lines = append(*lines, sampleLine(s))
		return wire.Keep
	}
}

func keepAll(*wire.Sample) wire.Verdict { return wire.Keep }

// pb writes protobuf messages by hand.
type pb []byte

func (b pb) bytes(num protowire.Number, v []byte) pb {
	return protowire.AppendBytes(protowire.AppendTag(b, num, protowire.BytesType), v)
}

func (b pb) text(num protowire.Number, v string) pb { return b.bytes(num, []byte(v)) }

func (b pb) varint(num protowire.Number, v uint64) pb {
	return protowire.AppendVarint(protowire.AppendTag(b, num, protowire.VarintType), v)
}

func (b pb) fixed(num protowire.Number, v uint64) pb {
	return protowire.AppendFixed64(protowire.AppendTag(b, num, protowire.Fixed64Type), v)
}

func packed(b []byte) []byte { return snappy.Encode(nil, b) }

func gzipped(t testing.TB, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// refusedAs is the code of an error that refuses a body.
func refusedAs(err error) string {
	e, ok := err.(*wire.Error)
	if !ok {
		return fmt.Sprint(err)
	}
	return fmt.Sprintf("%d %s", e.Status, strings.TrimPrefix(string(e.Code), "wire."))
}

// reasons writes the counts of a tally.
func reasons(t wire.Tally) string {
	var out []string
	for _, code := range slices.Sorted(maps.Keys(t.Reasons)) {
		out = append(out, fmt.Sprintf("%s=%d", strings.TrimPrefix(string(code), "wire."), t.Reasons[code]))
	}
	return strings.Join(out, " ")
}
