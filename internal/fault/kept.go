package fault

import (
	"encoding/json"
	"fmt"
)

// Kept are messages in a form that can be stored and shown in any language
// later: labels stay labels, other arguments become texts.
type Kept []Field

type keptField struct {
	Name    string              `json:"name,omitempty"`
	Cell    string              `json:"cell,omitempty"`
	Code    string              `json:"code"`
	Args    map[string]string   `json:"args,omitempty"`
	Labels  map[string][]string `json:"labels,omitempty"`
	Warning bool                `json:"warning,omitempty"`
}

// MarshalJSON writes them as they are kept.
func (k Kept) MarshalJSON() ([]byte, error) {
	out := make([]keptField, len(k))
	for i, f := range k {
		out[i] = keep(f)
	}
	return json.Marshal(out)
}

func keep(f Field) keptField {
	k := keptField{Name: f.Name, Cell: f.Cell, Code: f.Code, Warning: f.Warning, Args: map[string]string{}, Labels: map[string][]string{}}
	for name, v := range f.Args {
		switch v := v.(type) {
		case Label:
			k.Labels[name] = []string{string(v)}
		case []Label:
			for _, l := range v {
				k.Labels[name] = append(k.Labels[name], string(l))
			}
		default:
			k.Args[name] = fmt.Sprint(v)
		}
	}
	return k
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (k *Kept) UnmarshalJSON(raw []byte) error {
	var kept []keptField
	if err := json.Unmarshal(raw, &kept); err != nil {
		return fmt.Errorf("read kept messages: %w", err)
	}
	*k = nil
	for _, one := range kept {
		*k = append(*k, one.field())
	}
	return nil
}

func (k keptField) field() Field {
	f := Field{Name: k.Name, Cell: k.Cell, Code: k.Code, Warning: k.Warning, Args: Args{}}
	for name, v := range k.Args {
		f.Args[name] = v
	}
	for name, list := range k.Labels {
		labels := make([]Label, len(list))
		for i, l := range list {
			labels[i] = Label(l)
		}
		f.Args[name] = labels
	}
	return f
}

// Text is the messages as one text, for a column.
func (k Kept) Text() string {
	raw, _ := json.Marshal(k) // texts can always be written
	return string(raw)
}

// ReadKept reads what Text wrote; what cannot be read is shown as nothing.
func ReadKept(text string) Kept {
	var k Kept
	if json.Unmarshal([]byte(text), &k) != nil {
		return nil
	}
	return k
}
