package backup

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"
	"time"
	"unicode/utf8"
)

// class is what a column holds, whatever the engine calls it.
type class string

const (
	number  class = "number"
	text    class = "text"
	day     class = "day"
	instant class = "instant"
	truth   class = "truth"
	octets  class = "octets"
	float   class = "float"
)

// classes are the names that the engines give to the types of the migrations.
var classes = map[string]class{
	"integer": number, "bigint": number, "smallint": number, "text": text, "date": day,
	"datetime": instant, "timestamp with time zone": instant, "boolean": truth, "blob": octets, "bytea": octets,
	"double precision": float,
}

// raw is text that is not valid UTF-8, which SQLite keeps and JSON cannot.
type raw struct {
	Base64 string `json:"base64"`
}

// encode gives the form of a value that is written, the same on both engines.
func encode(c class, v any) (any, error) {
	switch v := v.(type) {
	case nil, int64, bool:
		if n, ok := v.(int64); ok && c == truth {
			return n != 0, nil
		}
		return v, nil
	case float64: // as text, since JSON has no words for what is no number
		return strconv.FormatFloat(v, 'g', -1, 64), nil
	case string:
		if !utf8.ValidString(v) {
			return raw{base64.StdEncoding.EncodeToString([]byte(v))}, nil
		}
		return v, nil
	case []byte:
		if c == text { // some drivers give text as bytes
			return encode(c, string(v))
		}
		return base64.StdEncoding.EncodeToString(v), nil
	case time.Time:
		if c == day {
			return v.Format(time.DateOnly), nil
		}
		return v.UTC().Format(time.RFC3339Nano), nil
	}
	return nil, fmt.Errorf("a value of type %T cannot be written", v)
}

// decode turns what was read into what the driver of a column takes.
func decode(c class, v any) (any, error) {
	switch v := v.(type) {
	case nil, bool:
		return v, nil
	case json.Number:
		return v.Int64()
	case string:
		switch c {
		case octets:
			return base64.StdEncoding.DecodeString(v)
		case instant:
			return time.Parse(time.RFC3339Nano, v)
		case float:
			return strconv.ParseFloat(v, 64)
		}
		return v, nil
	case map[string]any:
		s, ok := v["base64"].(string)
		if !ok {
			break
		}
		b, err := base64.StdEncoding.DecodeString(s)
		return string(b), err
	}
	return nil, fmt.Errorf("%v is no value of a %s", v, c)
}
