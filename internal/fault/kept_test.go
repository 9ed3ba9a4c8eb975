package fault_test

import (
	"reflect"
	"testing"

	"qingce/internal/fault"
)

func TestKeptMessagesCanBeShownLater(t *testing.T) {
	k := fault.Kept{
		{Name: "owner", Cell: "C5", Code: "err.required", Args: fault.Args{"field": fault.Label("system.owner")}},
		{Code: "err.many", Warning: true, Args: fault.Args{"n": 3, "fields": []fault.Label{"system.code", "system.name"}}},
	}
	want := fault.Kept{
		{Name: "owner", Cell: "C5", Code: "err.required", Args: fault.Args{"field": []fault.Label{"system.owner"}}},
		{Code: "err.many", Warning: true, Args: fault.Args{"n": "3", "fields": []fault.Label{"system.code", "system.name"}}},
	}
	if got := fault.ReadKept(k.Text()); !reflect.DeepEqual(got, want) {
		t.Errorf("read again: %+v, want %+v", got, want)
	}
}

func TestNothingKeptIsNothing(t *testing.T) {
	for _, text := range []string{"", "[]", "nonsense", "{}"} {
		if got := fault.ReadKept(text); len(got) != 0 {
			t.Errorf("%q reads as %+v", text, got)
		}
	}
	if got := (fault.Kept)(nil).Text(); got != "[]" {
		t.Errorf("nothing is kept as %q", got)
	}
}
