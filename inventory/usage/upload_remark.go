package usage

import (
	"encoding/json"
	"fmt"

	"qingce/internal/fault"
)

// keptRemark is a fault.Field that can be kept: labels stay labels, so that it
// can be shown in any language.
type keptRemark struct {
	Name    string              `json:"name,omitempty"`
	Cell    string              `json:"cell,omitempty"`
	Code    string              `json:"code"`
	Args    map[string]string   `json:"args,omitempty"`
	Labels  map[string][]string `json:"labels,omitempty"`
	Warning bool                `json:"warning,omitempty"`
}

func keepRemark(f fault.Field) keptRemark {
	k := keptRemark{Name: f.Name, Cell: f.Cell, Code: f.Code, Warning: f.Warning, Args: map[string]string{}, Labels: map[string][]string{}}
	for name, v := range f.Args {
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
	return k
}

func (k keptRemark) field() fault.Field {
	f := fault.Field{Name: k.Name, Cell: k.Cell, Code: k.Code, Warning: k.Warning, Args: fault.Args{}}
	for name, v := range k.Args {
		f.Args[name] = v
	}
	for name, list := range k.Labels {
		labels := make([]fault.Label, len(list))
		for i, l := range list {
			labels[i] = fault.Label(l)
		}
		f.Args[name] = labels
	}
	return f
}

func keepRemarks(fields []fault.Field) []keptRemark {
	out := make([]keptRemark, len(fields))
	for i, f := range fields {
		out[i] = keepRemark(f)
	}
	return out
}

func remarksOf(kept []keptRemark) []fault.Field {
	var out []fault.Field
	for _, k := range kept {
		out = append(out, k.field())
	}
	return out
}

// writeRemarks and readRemarks keep fields in a column; what cannot be read is
// shown as nothing.
func writeRemarks(fields []fault.Field) (string, error) {
	raw, err := json.Marshal(keepRemarks(fields))
	if err != nil {
		return "", fmt.Errorf("keep remarks on a header: %w", err)
	}
	return string(raw), nil
}

func readRemarks(text string) []fault.Field {
	var kept []keptRemark
	if json.Unmarshal([]byte(text), &kept) != nil {
		return nil
	}
	return remarksOf(kept)
}
