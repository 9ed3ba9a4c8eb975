package funding

import (
	"qingce/inventory"
	"qingce/inventory/hub"
)

// systemFacts are the facts of a record of the register.
func systemFacts(s *inventory.System) SystemFacts {
	return SystemFacts{
		ID: s.ID, Code: s.Code, Name: s.Name, Version: s.Version, State: s.State, Phase: s.Phase, Classified: s.Classified,
		Amount: s.OmAmountYear, Source: s.OmFundSource, ContractEnd: s.OmContractEnd, DjbhLevel: s.DjbhLevel, DjbhFiling: s.DjbhFilingNo,
		DisabledOn: s.DisabledDate,
	}
}

// hubFacts are the facts of a connection.
func hubFacts(c *hub.Connection) HubFacts {
	return HubFacts{
		Known: true, Must: c.Must, Basis: c.Basis, Until: c.ExemptUntil, Stage: c.Stage.Code(), StageOn: c.StageOn, Connected: c.Counted,
		ConnectedOn: c.VerifiedOn, DownSince: c.DownSince, Missing: c.Missing,
	}
}
