package questionnaire

import (
	"strconv"

	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/inventory"
)

// Fact is something that the register knows of a body or of one of its systems
// and that conditions may ask for. Nobody answers it.
type Fact struct {
	Key string
	// Words names the choices as Field.Words does; empty is yes or no.
	Words   string
	Options []string
	parts   []Part
}

// The keys of facts.
const (
	FactKind       = "fact.kind"
	FactKeyArea    = "fact.key_area"
	FactRegistered = "fact.registered"
	FactRetired    = "fact.retired"
	FactSeasonal   = "fact.seasonal"
	FactClassified = "fact.classified"
)

// FactsOf lists the facts that a part can ask for.
func FactsOf(part Part) []Fact {
	yesNo := []string{"true", "false"}
	all := []Fact{{
		Key: FactKind, Words: "department_kind", parts: []Part{OfSystem, OfDepartment},
		Options: []string{string(inventory.Municipal), string(inventory.County), string(inventory.Zone)},
	}, {
		Key: FactKeyArea, Options: yesNo, parts: []Part{OfSystem, OfDepartment},
	}}
	for _, key := range []string{FactRegistered, FactRetired, FactSeasonal, FactClassified} {
		all = append(all, Fact{Key: key, Options: yesNo, parts: []Part{OfSystem}})
	}
	var out []Fact
	for _, f := range all {
		for _, p := range f.parts {
			if p == part {
				out = append(out, f)
			}
		}
	}
	return out
}

func findFact(part Part, key string) (Fact, bool) {
	for _, f := range FactsOf(part) {
		if f.Key == key {
			return f, true
		}
	}
	return Fact{}, false
}

// Label is the message key of the fact's name.
func (f Fact) Label() fault.Label { return fault.Label("questionnaire." + f.Key) }

// SetFacts puts what the register knows into the answers before they are
// judged. s is nil for the part about the body and for a system that is not
// registered.
func SetFacts(answers field.Answers, d inventory.Department, s *inventory.System) {
	answers[FactKind] = string(d.Kind)
	answers[FactKeyArea] = strconv.FormatBool(d.KeyArea)
	answers[FactRegistered] = strconv.FormatBool(s != nil)
	answers[FactRetired] = strconv.FormatBool(s != nil && (s.State.Closed() || s.Phase == inventory.PhaseOffline))
	answers[FactSeasonal] = strconv.FormatBool(s != nil && s.UsagePattern == inventory.PatternSeasonal)
	answers[FactClassified] = strconv.FormatBool(s != nil && s.Classified)
}

// DropFacts takes the facts out again, before answers are kept.
func DropFacts(answers field.Answers) {
	for _, part := range []Part{OfSystem, OfDepartment} {
		for _, f := range FactsOf(part) {
			delete(answers, f.Key)
		}
	}
}
