package census

import (
	"encoding/json"
	"fmt"
)

// readFacts reads what is needed to find a declared system out of the answers of
// a row.
func readFacts(body []byte) (facts, error) {
	var f facts
	if err := json.Unmarshal(body, &f); err != nil {
		return facts{}, fmt.Errorf("read answers: %w", err)
	}
	return f, nil
}
