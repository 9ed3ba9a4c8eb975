package questionnaire

import (
	"embed"
	"fmt"
)

//go:embed data/*.json
var files embed.FS

// Shipped is a questionnaire that comes with the programme.
type Shipped struct {
	Code string
	Body Body
}

// AllShipped lists the questionnaires that come with the programme: that of the
// document's self-survey with everything the register holds, and a short one
// with the eight items of 方案 part 2 (1) and what the register requires.
func AllShipped() ([]Shipped, error) {
	var out []Shipped
	for _, code := range []string{"self-survey-2017", "self-survey-brief"} {
		raw, err := files.ReadFile("data/" + code + ".json")
		if err != nil {
			return nil, fmt.Errorf("shipped questionnaire %s: %w", code, err)
		}
		b, err := Parse(raw)
		if err != nil {
			return nil, fmt.Errorf("shipped questionnaire %s: %w", code, err)
		}
		out = append(out, Shipped{Code: code, Body: b})
	}
	return out, nil
}
