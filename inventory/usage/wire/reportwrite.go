package wire

import (
	"encoding/base64"
	"encoding/json"
	"strconv"
	"time"
)

// AppendJSON writes the report as one line of JSON, without the line feed. It
// writes what Reports reads; whether that is sound, the reader says.
func (r *Report) AppendJSON(dst []byte) []byte {
	dst = append(dst, `{"system":`...)
	dst = appendText(dst, r.System)
	dst = append(dst, `,"source":`...)
	dst = appendText(dst, r.Source)
	dst = append(dst, `,"epoch":`...)
	dst = strconv.AppendInt(dst, r.Epoch, 10)
	dst = append(dst, `,"hour":"`...)
	dst = r.Hour.Start().AppendFormat(dst, time.RFC3339)
	dst = append(dst, `","seq":`...)
	dst = strconv.AppendInt(dst, r.Seq, 10)
	dst = append(dst, `,"minutes":`...)
	dst = strconv.AppendInt(dst, int64(r.Minutes), 10)
	for s := range signalCount {
		if n, ok := r.Values.Get(s); ok {
			dst = append(append(append(dst, `,"`...), s.String()...), `":`...)
			dst = s.append(dst, n)
		}
	}
	dst = appendSketch(dst, `,"users_sketch":"`, r.Users)
	dst = appendSketch(dst, `,"machines_sketch":"`, r.Machines)
	if r.SketchKey != "" {
		dst = appendText(append(dst, `,"sketch_key":`...), r.SketchKey)
	}
	if !r.LastWrite.IsZero() {
		dst = append(dst, `,"last_write":"`...)
		dst = append(r.LastWrite.UTC().AppendFormat(dst, time.RFC3339), '"')
	}
	if r.Build != "" {
		dst = appendText(append(dst, `,"build":`...), r.Build)
	}
	return append(dst, '}')
}

func appendSketch(dst []byte, member string, sketch []byte) []byte {
	if len(sketch) == 0 {
		return dst
	}
	dst = base64.StdEncoding.AppendEncode(append(dst, member...), sketch)
	return append(dst, '"')
}

// appendText writes a JSON string.
func appendText(dst []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c >= 0x7f {
			quoted, _ := json.Marshal(s) // a string can always be marshalled
			return append(dst, quoted...)
		}
	}
	return append(append(append(dst, '"'), s...), '"')
}
