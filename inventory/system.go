package inventory

import (
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/field"
)

// SystemID identifies a system.
type SystemID int64

// System is one government information system (政务信息系统): what the
// department declares of it (方案 part 2 (1)) and what was decided about it.
// Money is fen; a nil number and a zero date are "not given", never zero.
type System struct {
	ID      SystemID
	Code    string // given once, {prefix}-{nnnn}, never used again
	State   State
	OwnerID DepartmentID

	Name           string
	ShortName      string
	FunctionDesc   string
	SystemClass    string
	Category       string
	Vertical       string
	Architecture   string
	SystemDesc     string
	ParentSystemID *SystemID // the 大系统 it is a part of
	MergedIntoID   *SystemID

	ChargeUnit        string // 主管单位
	ChargeContact     string
	ChargePhone       string
	BuildUnit         string
	BuildContact      string
	BuildPhone        string
	Contractor        string
	ContractorContact string
	ContractorPhone   string
	MaintainUnit      string
	MaintainContact   string
	MaintainPhone     string

	ApprovalDept      string
	ApprovalDate      calendar.Date
	ApprovalDocNo     string
	ApprovalNote      string
	BudgetProjectName string
	BudgetTotal       *int64
	FinanceCode       string
	FundSource        string
	BuildAmount       *int64
	BuildMode         string
	OmAmountYear      *int64
	OmFundSource      string
	OmMode            string
	OmContractEnd     calendar.Date

	Phase               string
	BuiltDate           calendar.Date
	EnabledDate         calendar.Date
	DisabledDate        calendar.Date
	LastReleaseDate     calendar.Date
	LastMaintenanceDate calendar.Date
	PlannedRetireDate   calendar.Date

	UseScope         string
	UseObjects       string
	RegisteredUsers  *int64
	ActiveUsersMonth *int64
	UseFrequency     string
	UsagePattern     string
	SeasonMonths     field.List
	BusinessItems    string

	Location          string
	Network           field.List
	GatewayNote       string
	ServerIps         string
	Virtualised       *bool
	Backup            string
	DisasterRecovery  *bool
	DbType            string
	DataVolumeGb      *int64
	DataRecords       *int64
	DataGrowthMonthMb *int64
	DataYears         *int64
	VisitUrl          string

	Classified         bool
	SecretLevel        string
	DjbhLevel          string
	DjbhFilingNo       string
	DjbhFilingDate     calendar.Date
	LastAssessmentDate calendar.Date

	Interfaces field.List
	DataStatus string

	Proposed         string
	DispositionNote  string
	Final            string
	MustConnect      *bool
	ExemptReason     string
	DeferUntil       calendar.Date
	CleanedSituation string
	UpgradeNeed      string
	OfficeNote       string

	Version   int64
	CreatedAt time.Time
	UpdatedAt time.Time
	UpdatedBy auth.AccountID
}

// TableName is the table of current rows.
func (System) TableName() string { return "systems" }

// Choices that rules ask for by name. The other choices are only data.
const (
	ApprovalNone    = "none" // 无审批记录: a legal answer that auditors look at
	PhasePlanned    = "planned"
	PhaseBuilding   = "building"
	PhaseRunning    = "running"
	PhaseTrial      = "trial"
	PhaseStopped    = "stopped"
	PhaseOffline    = "offline"
	FrequencyHardly = "hardly"
	PatternSeasonal = "seasonal"
	ObjectsCitizens = "citizens"
	ScopePublic     = "public"
	NetExtranet     = "extranet" // 电子政务外网
	NetIntranet     = "intranet" // 电子政务内网
	NetStandalone   = "standalone"
	DjbhNone        = "none"
	DjbhNotApplied  = "na"
	Keep            = "keep"
	Merge           = "merge"
	Clean           = "clean"
	Connect         = "connect"
	ExemptSecret    = "secret"
	exemptCleaning  = "cleaning"
	ExemptDeferred  = "deferred"
)

// Sections of the system form.
const (
	secIdentity    = "identity"
	secOwners      = "owners"
	secFunds       = "funds"
	secTime        = "time"
	secUse         = "use"
	secDeployment  = "deployment"
	secSecurity    = "security"
	secLinks       = "links"
	secDisposition = "disposition"
)

// notClassified is the condition of every question that a classified
// placeholder must not answer.
var notClassified = field.When("classified", "false")

// built is the condition of what only a system that exists can tell: what is
// planned or being built has neither users nor upkeep, and whoever had to
// answer would invent a zero.
var built = field.When("phase", PhaseTrial, PhaseRunning, PhaseStopped, PhaseOffline)

// detail is a field that a classified placeholder may not hold.
func detail(f field.Field[System]) field.Field[System] {
	f.Shown = append([]field.Case{notClassified}, f.Shown...)
	return f
}

func text(key, section string, limit int, at func(*System) *string) field.Field[System] {
	return field.OfText(field.Text, key, at).In(section).Limit(limit)
}

func prose(key, section string, limit int, at func(*System) *string) field.Field[System] {
	return field.OfText(field.LongText, key, at).In(section).Limit(limit).AcrossRow()
}

func phone(key, section string, at func(*System) *string) field.Field[System] {
	return detail(field.OfText(field.Phone, key, at).In(section).Limit(20))
}

func choice(key, words, section string, at func(*System) *string, options ...string) field.Field[System] {
	return field.OfChoice(key, words, at, options...).In(section)
}

func day(key, section string, at func(*System) *calendar.Date) field.Field[System] {
	return field.OfDate(key, at).In(section)
}

func count(key, section, unit string, at func(*System) **int64) field.Field[System] {
	return field.OfNumber(field.Count, key, at).In(section).Per(unit)
}

func money(key, section string, at func(*System) **int64) field.Field[System] {
	return field.OfNumber(field.Money, key, at).In(section).Per("wan")
}

var fundSources = []string{"city", "superior", "other_fiscal", "self_raised", "vendor", "other"}

// SystemFields describes what is kept of a system (方案 part 2 (1) names
// 数量, 名称, 功能, 使用范围, 使用频率, 审批部门, 审批时间, 经费来源 as the least).
var SystemFields = field.NewCatalog("system",
	text("code", secIdentity, 24, func(s *System) *string { return &s.Code }).ByService().AlsoMasked(),
	field.OfText(field.Enum, "state", func(s *System) *State { return &s.State }).In(secIdentity).Choices("state", stateNames()...).ByService().AlsoMasked(),
	field.OfFlag("classified", func(s *System) *bool { return &s.Classified }).In(secIdentity).AlsoMasked(),
	field.OfRef("owner_id", "department", func(s *System) *DepartmentID { return &s.OwnerID }).In(secIdentity).Required().AlsoMasked(),
	text("name", secIdentity, 80, func(s *System) *string { return &s.Name }).Required().AcrossRow().AlsoMasked(),
	detail(text("short_name", secIdentity, 40, func(s *System) *string { return &s.ShortName })),
	detail(prose("function_desc", secIdentity, 500, func(s *System) *string { return &s.FunctionDesc })).Required(),
	detail(choice("system_class", "system_class", secIdentity, func(s *System) *string { return &s.SystemClass }, "application", "support", "infrastructure")).Required(),
	detail(choice("category", "category", secIdentity, func(s *System) *string { return &s.Category }, "business", "office", "portal", "mobile", "data", "platform", "analysis")),
	choice("vertical", "vertical", secIdentity, func(s *System) *string { return &s.Vertical }, "national", "provincial", "city_shared", "city_own").AlsoMasked(),
	detail(choice("architecture", "architecture", secIdentity, func(s *System) *string { return &s.Architecture }, "bs", "cs", "app", "mixed")),
	detail(prose("system_desc", secIdentity, 2000, func(s *System) *string { return &s.SystemDesc })),
	detail(field.OfOptionalRef("parent_system_id", "system", func(s *System) **SystemID { return &s.ParentSystemID }).In(secIdentity)),

	detail(text("charge_unit", secOwners, 60, func(s *System) *string { return &s.ChargeUnit })),
	detail(text("charge_contact", secOwners, 40, func(s *System) *string { return &s.ChargeContact })),
	phone("charge_phone", secOwners, func(s *System) *string { return &s.ChargePhone }),
	detail(text("build_unit", secOwners, 60, func(s *System) *string { return &s.BuildUnit })).Required(),
	detail(text("build_contact", secOwners, 40, func(s *System) *string { return &s.BuildContact })),
	phone("build_phone", secOwners, func(s *System) *string { return &s.BuildPhone }),
	detail(text("contractor", secOwners, 60, func(s *System) *string { return &s.Contractor })),
	detail(text("contractor_contact", secOwners, 40, func(s *System) *string { return &s.ContractorContact })),
	phone("contractor_phone", secOwners, func(s *System) *string { return &s.ContractorPhone }),
	detail(text("maintain_unit", secOwners, 60, func(s *System) *string { return &s.MaintainUnit })).Required(),
	detail(text("maintain_contact", secOwners, 40, func(s *System) *string { return &s.MaintainContact })),
	phone("maintain_phone", secOwners, func(s *System) *string { return &s.MaintainPhone }),

	detail(choice("approval_dept", "approval_dept", secFunds, func(s *System) *string { return &s.ApprovalDept }, "reform", "finance", "office", "superior", "self", ApprovalNone)).Required(),
	detail(day("approval_date", secFunds, func(s *System) *calendar.Date { return &s.ApprovalDate })).
		RequiredWhen(field.When("approval_dept", "reform", "finance", "office", "superior", "self")),
	detail(text("approval_doc_no", secFunds, 60, func(s *System) *string { return &s.ApprovalDocNo })),
	detail(prose("approval_note", secFunds, 500, func(s *System) *string { return &s.ApprovalNote })).
		RequiredWhen(field.When("approval_dept", ApprovalNone)),
	detail(text("budget_project_name", secFunds, 100, func(s *System) *string { return &s.BudgetProjectName })),
	detail(text("finance_code", secFunds, 60, func(s *System) *string { return &s.FinanceCode })),
	detail(money("budget_total", secFunds, func(s *System) **int64 { return &s.BudgetTotal })),
	choice("fund_source", "fund_source", secFunds, func(s *System) *string { return &s.FundSource }, fundSources...).Required().AlsoMasked(),
	detail(money("build_amount", secFunds, func(s *System) **int64 { return &s.BuildAmount })),
	detail(choice("build_mode", "build_mode", secFunds, func(s *System) *string { return &s.BuildMode }, "owned", "service")),
	money("om_amount_year", secFunds, func(s *System) **int64 { return &s.OmAmountYear }).RequiredWhen(built).AlsoMasked(),
	choice("om_fund_source", "fund_source", secFunds, func(s *System) *string { return &s.OmFundSource }, fundSources...).AlsoMasked(),
	detail(choice("om_mode", "om_mode", secFunds, func(s *System) *string { return &s.OmMode }, "self", "outsourced")),
	detail(day("om_contract_end", secFunds, func(s *System) *calendar.Date { return &s.OmContractEnd })),

	choice("phase", "phase", secTime, func(s *System) *string { return &s.Phase }, PhasePlanned, PhaseBuilding, PhaseTrial, PhaseRunning, PhaseStopped, PhaseOffline).Required().AlsoMasked(),
	detail(day("built_date", secTime, func(s *System) *calendar.Date { return &s.BuiltDate })),
	detail(day("enabled_date", secTime, func(s *System) *calendar.Date { return &s.EnabledDate })).
		RequiredWhen(field.When("phase", PhaseTrial, PhaseRunning, PhaseStopped)),
	detail(day("disabled_date", secTime, func(s *System) *calendar.Date { return &s.DisabledDate })).
		ShownWhen(notClassified, field.When("phase", PhaseStopped, PhaseOffline)),
	detail(day("last_release_date", secTime, func(s *System) *calendar.Date { return &s.LastReleaseDate })),
	detail(day("last_maintenance_date", secTime, func(s *System) *calendar.Date { return &s.LastMaintenanceDate })),
	detail(day("planned_retire_date", secTime, func(s *System) *calendar.Date { return &s.PlannedRetireDate })),

	detail(choice("use_scope", "use_scope", secUse, func(s *System) *string { return &s.UseScope }, "unit", "city_depts", "city_county", "county_below", "province", "national", ScopePublic)).Required(),
	detail(choice("use_objects", "use_objects", secUse, func(s *System) *string { return &s.UseObjects }, "staff", "firms", ObjectsCitizens, "mixed")),
	detail(count("registered_users", secUse, "people", func(s *System) **int64 { return &s.RegisteredUsers })).RequiredWhen(built),
	detail(count("active_users_month", secUse, "people", func(s *System) **int64 { return &s.ActiveUsersMonth })).RequiredWhen(built),
	detail(choice("use_frequency", "use_frequency", secUse, func(s *System) *string { return &s.UseFrequency }, "daily", "weekly", "monthly", "quarterly", "yearly", "irregular", FrequencyHardly)).RequiredWhen(built),
	detail(choice("usage_pattern", "usage_pattern", secUse, func(s *System) *string { return &s.UsagePattern }, "always", PatternSeasonal, "standby")),
	detail(field.OfChoices("season_months", "month", func(s *System) *field.List { return &s.SeasonMonths }, "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12").In(secUse)).
		ShownWhen(notClassified, field.When("usage_pattern", PatternSeasonal)).Required().AcrossRow(),
	detail(prose("business_items", secUse, 500, func(s *System) *string { return &s.BusinessItems })),

	detail(choice("location", "location", secDeployment, func(s *System) *string { return &s.Location }, "gov_cloud", "gov_room", "own_room", "commercial_cloud", "superior", "other")).Required(),
	field.OfChoices("network", "network", func(s *System) *field.List { return &s.Network }, NetExtranet, NetIntranet, "private", "internet", NetStandalone, "other").In(secDeployment).Required().AlsoMasked().AcrossRow(),
	detail(prose("gateway_note", secDeployment, 300, func(s *System) *string { return &s.GatewayNote })),
	detail(text("server_ips", secDeployment, 300, func(s *System) *string { return &s.ServerIps })).AcrossRow(),
	detail(field.OfBool("virtualised", func(s *System) **bool { return &s.Virtualised }).In(secDeployment)),
	detail(choice("backup", "backup", secDeployment, func(s *System) *string { return &s.Backup }, "none", "local", "offsite")),
	detail(field.OfBool("disaster_recovery", func(s *System) **bool { return &s.DisasterRecovery }).In(secDeployment)),
	detail(choice("db_type", "db_type", secDeployment, func(s *System) *string { return &s.DbType }, "oracle", "sqlserver", "mysql", "postgresql", "dm", "kingbase", "db2", "other", "none")),
	detail(count("data_volume_gb", secDeployment, "gb", func(s *System) **int64 { return &s.DataVolumeGb })),
	detail(count("data_records", secDeployment, "records", func(s *System) **int64 { return &s.DataRecords })),
	detail(count("data_growth_month_mb", secDeployment, "mb", func(s *System) **int64 { return &s.DataGrowthMonthMb })),
	detail(count("data_years", secDeployment, "years", func(s *System) **int64 { return &s.DataYears })),
	detail(field.OfText(field.URL, "visit_url", func(s *System) *string { return &s.VisitUrl }).In(secDeployment).Limit(200)).AcrossRow(),

	choice("secret_level", "secret_level", secSecurity, func(s *System) *string { return &s.SecretLevel }, "secret", "confidential", "top").
		ShownWhen(field.When("classified", "true")).Required().AlsoMasked(),
	choice("djbh_level", "djbh_level", secSecurity, func(s *System) *string { return &s.DjbhLevel }, DjbhNone, "1", "2", "3", "4", "5", DjbhNotApplied).Required().AlsoMasked(),
	detail(text("djbh_filing_no", secSecurity, 60, func(s *System) *string { return &s.DjbhFilingNo })).
		ShownWhen(notClassified, field.When("djbh_level", "2", "3", "4", "5")),
	detail(day("djbh_filing_date", secSecurity, func(s *System) *calendar.Date { return &s.DjbhFilingDate })).
		ShownWhen(notClassified, field.When("djbh_level", "2", "3", "4", "5")),
	detail(day("last_assessment_date", secSecurity, func(s *System) *calendar.Date { return &s.LastAssessmentDate })),

	detail(field.OfChoices("interfaces", "interface", func(s *System) *field.List { return &s.Interfaces }, "province_hub", "city_hub", "other_systems", "none").In(secLinks)).AcrossRow(),
	detail(text("data_status", secLinks, 200, func(s *System) *string { return &s.DataStatus })).AcrossRow(),

	choice("proposed", "disposition", secDisposition, func(s *System) *string { return &s.Proposed }, Keep, Merge, Clean, Connect).AlsoMasked(),
	field.OfOptionalRef("merged_into_id", "system", func(s *System) **SystemID { return &s.MergedIntoID }).In(secDisposition).
		ShownWhen(field.When("proposed", Merge)).Required().AlsoMasked(),
	prose("disposition_note", secDisposition, 500, func(s *System) *string { return &s.DispositionNote }).AlsoMasked(),
	field.OfBool("must_connect", func(s *System) **bool { return &s.MustConnect }).In(secDisposition).AlsoMasked(),
	choice("exempt_reason", "exempt_reason", secDisposition, func(s *System) *string { return &s.ExemptReason }, ExemptSecret, "vertical", exemptCleaning, "merging", ExemptDeferred, "exception").
		ShownWhen(field.When("must_connect", "false")).Required().AlsoMasked(),
	day("defer_until", secDisposition, func(s *System) *calendar.Date { return &s.DeferUntil }).
		ShownWhen(field.When("exempt_reason", ExemptDeferred)).Required().AlsoMasked(),
	detail(prose("cleaned_situation", secDisposition, 1000, func(s *System) *string { return &s.CleanedSituation })),
	detail(prose("upgrade_need", secDisposition, 1000, func(s *System) *string { return &s.UpgradeNeed })),
	choice("final", "final", secDisposition, func(s *System) *string { return &s.Final }, Keep, Merge, Clean).ByService().AlsoMasked(),
	prose("office_note", secDisposition, 1000, func(s *System) *string { return &s.OfficeNote }).ByService().AlsoMasked(),
)
