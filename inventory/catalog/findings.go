package catalog

import (
	"encoding/json"
	"fmt"

	"qingce/internal/fault"
)

// Findings are what is wrong with an entry of a file, in a form that can be kept
// and shown in any language later: labels stay labels.
type Findings []fault.Field

// finding is one of them as it is kept.
type finding struct {
	Name    string              `json:"name,omitempty"`
	Cell    string              `json:"cell,omitempty"`
	Code    string              `json:"code"`
	Warning bool                `json:"warning,omitempty"`
	Args    map[string]string   `json:"args,omitempty"`
	Labels  map[string][]string `json:"labels,omitempty"`
}

// MarshalJSON writes them as they are kept.
func (f Findings) MarshalJSON() ([]byte, error) {
	out := make([]finding, len(f))
	for i, x := range f {
		k := finding{Name: x.Name, Cell: x.Cell, Code: x.Code, Warning: x.Warning, Args: map[string]string{}, Labels: map[string][]string{}}
		for name, v := range x.Args {
			switch v := v.(type) {
			case fault.Label:
				k.Labels[name] = []string{string(v)}
			case []fault.Label:
				for _, l := range v {
					k.Labels[name] = append(k.Labels[name], string(l))
				}
			default:
				k.Args[name] = fmt.Sprint(v)
			}
		}
		out[i] = k
	}
	return json.Marshal(out)
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (f *Findings) UnmarshalJSON(raw []byte) error {
	var kept []finding
	if err := json.Unmarshal(raw, &kept); err != nil {
		return fmt.Errorf("read findings: %w", err)
	}
	*f = make(Findings, len(kept))
	for i, k := range kept {
		x := fault.Field{Name: k.Name, Cell: k.Cell, Code: k.Code, Warning: k.Warning, Args: fault.Args{}}
		for name, v := range k.Args {
			x.Args[name] = v
		}
		for name, list := range k.Labels {
			labels := make([]fault.Label, len(list))
			for j, l := range list {
				labels[j] = fault.Label(l)
			}
			x.Args[name] = labels
		}
		(*f)[i] = x
	}
	return nil
}
