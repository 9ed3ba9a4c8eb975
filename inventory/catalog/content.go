package catalog

import (
	"encoding/json"
	"fmt"
)

// written is a content as it is kept: canonical text by key, so that old
// versions stay readable when fields are added.
type written struct {
	Values map[string]string `json:"values"`
	Items  []Item            `json:"items"`
}

// MarshalJSON writes the content as it is kept.
func (c Content) MarshalJSON() ([]byte, error) {
	items := c.Items
	if items == nil {
		items = []Item{}
	}
	return json.Marshal(written{EntryFields.Values(&c.Body), items})
}

// UnmarshalJSON reads what MarshalJSON wrote. A field that is not known any
// more is passed over.
func (c *Content) UnmarshalJSON(raw []byte) error {
	var w written
	if err := json.Unmarshal(raw, &w); err != nil {
		return fmt.Errorf("read the content of an entry: %w", err)
	}
	*c = Content{Items: w.Items}
	for key, value := range w.Values {
		if f, ok := EntryFields.Find(key); ok {
			f.Set(&c.Body, value)
		}
	}
	return nil
}
