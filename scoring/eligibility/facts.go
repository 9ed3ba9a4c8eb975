package eligibility

// Kind is what the money is for.
type Kind string

// The kinds.
const (
	Build       Kind = "build"       // a new project, or its next phase
	Maintenance Kind = "maintenance" // O&M of a system
	Acceptance  Kind = "acceptance"  // acceptance and final payment of a project
)

// Valid tells whether the kind is known.
func (k Kind) Valid() bool { return k == Build || k == Maintenance || k == Acceptance }

// Fact is something that is true or not of a system, a project or its body.
type Fact string

// The facts.
const (
	Incomplete       Fact = "incomplete"        // a fact is missing, or the census of the body is not locked
	CountyPlatform   Fact = "county_platform"   // an own-level platform of a county or below (办法 art. 9)
	NoPreCatalog     Fact = "no_pre_catalog"    // 办法 art. 20
	NoHubClause      Fact = "no_hub_clause"     // needs data of others, and the design does not say how
	OverdueNotice    Fact = "overdue_notice"    // the body has an overdue rectification R1 to R4
	NoCatalog        Fact = "no_catalog"        // the catalog of the body was never accepted
	Overlap          Fact = "overlap"           // a running system does 80 percent of it
	Retired          Fact = "retired"           // or merged
	ZombieOverdue    Fact = "zombie_overdue"    // confirmed, and the day of its clean-up is over
	Exempt           Fact = "exempt"            // classified, or an approved exemption in force
	MustConnect      Fact = "must_connect"      // and kept
	Connected        Fact = "connected"         // verified and not down
	Exception        Fact = "exception"         // of the leading group, or deferred, with a day
	AgainstRules     Fact = "against_rules"     // built against the rules of sharing (方案 part 3 article 5)
	NoticeOnSystem   Fact = "notice_on_system"  // an overdue rectification concerns this system
	Suspected        Fact = "suspected"         // of one of the five features
	DownLong         Fact = "down_long"         // for more than 30 days
	Unfiled          Fact = "unfiled"           // classified protection was never filed
	ContractOver     Fact = "contract_over"     // of maintenance
	CatalogNotOnline Fact = "catalog_not_there" // the catalog of the project is not on the platform
)

// AllFacts lists the facts.
func AllFacts() []Fact {
	return []Fact{
		Incomplete, CountyPlatform, NoPreCatalog, NoHubClause, OverdueNotice, NoCatalog, Overlap, Retired, ZombieOverdue, Exempt, MustConnect,
		Connected, Exception, AgainstRules, NoticeOnSystem, Suspected, DownLong, Unfiled, ContractOver, CatalogNotOnline,
	}
}

// Facts are what is known of one system or project.
type Facts struct {
	Kind Kind
	Year int // the fiscal year
	True map[Fact]bool
}

// Result is what the rules come to.
type Result string

// The results.
const (
	Hold        Result = "hold"        // 暂缓安排
	No          Result = "no"          // 原则上不予安排
	Ceased      Result = "ceased"      // there is nothing to maintain any more
	Consult     Result = "consult"     // 提交协商
	ExemptFrom  Result = "exempt"      // eligible, being exempt
	Conditional Result = "conditional" // to the day of the exception, then looked at again
	Warned      Result = "warned"      // eligible, with a warning
	Eligible    Result = "eligible"    // 可以安排
)

// Results lists the results.
func Results() []Result {
	return []Result{Hold, No, Ceased, Consult, ExemptFrom, Conditional, Warned, Eligible}
}

// Paid tells whether money may be given, with or without a condition.
func (r Result) Paid() bool {
	return r == ExemptFrom || r == Conditional || r == Warned || r == Eligible
}
