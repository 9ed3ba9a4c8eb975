package fault_test

import (
	"errors"
	"fmt"
	"testing"

	"qingce/internal/fault"
)

func TestKindOf(t *testing.T) {
	cases := []struct {
		name string
		err  error
		want fault.Kind
	}{
		{"a fault", fault.New(fault.Conflict, "err.conflict"), fault.Conflict},
		{"a wrapped fault", fmt.Errorf("save: %w", fault.New(fault.NotFound, "err.not_found")), fault.NotFound},
		{"a foreign error is internal", errors.New("disk on fire"), fault.Internal},
		{"no error at all", nil, fault.Internal},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := fault.KindOf(c.err); got != c.want {
				t.Errorf("KindOf = %v, want %v", got, c.want)
			}
		})
	}
}

func TestRefuse(t *testing.T) {
	if err := fault.Refuse([]fault.Field{fault.Remark("name", "warn.duplicate")}); err != nil {
		t.Errorf("a warning alone must not refuse, got %v", err)
	}
	err := fault.Refuse([]fault.Field{fault.Remark("a", "x"), fault.At("name", "err.required", "field", fault.Label("system.name"))})
	if fault.KindOf(err) != fault.Invalid {
		t.Fatalf("kind = %v, want invalid", fault.KindOf(err))
	}
	if got := fault.FieldsOf(err); len(got) != 2 || got[1].Args["field"] != fault.Label("system.name") {
		t.Errorf("fields = %+v", got)
	}
}

func TestSentinelSurvivesArgumentsAndCause(t *testing.T) {
	sentinel := fault.New(fault.Conflict, "err.conflict")
	cause := errors.New("0 rows")
	err := fmt.Errorf("change: %w", fault.New(fault.Conflict, "err.conflict", "name", "x").Because(cause))
	if !errors.Is(err, sentinel) {
		t.Error("a fault with arguments must match its sentinel")
	}
	if !errors.Is(err, cause) {
		t.Error("the cause must stay reachable")
	}
	if errors.Is(err, fault.New(fault.Conflict, "err.other")) {
		t.Error("another code must not match")
	}
}
