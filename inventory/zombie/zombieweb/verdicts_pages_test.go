package zombieweb

import (
	"testing"

	"qingce/internal/web/webtest"
)

func TestPagesOfDetectionFitTheirData(t *testing.T) {
	site := webtest.Open(t, nil)
	for _, prefix := range []string{"zombie/system", "zombie/verdicts", "zombie/run", "zombie/polic", "zombie/simulation"} {
		webtest.CheckPages(t, site.Server, prefix, map[string]any{
			"zombie/system": lifePage{}, "zombie/verdicts": verdictsPage{}, "zombie/runs": runsPage{}, "zombie/run": runPage{},
			"zombie/policies": policiesPage{}, "zombie/policy": policyPage{}, "zombie/policy_form": policyFormPage{}, "zombie/simulation": simulationPage{},
		})
	}
}
