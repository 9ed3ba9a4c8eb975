package inventory

import (
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/field"
)

// DepartmentID identifies a department.
type DepartmentID = auth.DepartmentID

// Kind is the sort of body a department is (方案 part 2: 各地、各部门).
type Kind string

// The kinds of bodies.
const (
	Municipal    Kind = "municipal"    // 市直部门
	County       Kind = "county"       // 县市区
	Zone         Kind = "zone"         // 开发区
	Coordination Kind = "coordination" // 议事协调机构, not a department, never ranked
)

// Department is a body that owns systems or takes part in the programme.
type Department struct {
	ID       DepartmentID
	Code     string // internal code, or the region code of a county
	Name     string // the short name in daily use
	FullName string
	// Prefix begins the codes of the department's systems; Code when empty.
	Prefix     string
	Uscc       string // 统一社会信用代码, GB 32100-2015
	RegionCode string // GB/T 2260; empty for zones, which have none of their own
	Kind       Kind
	ParentID   *DepartmentID
	KeyArea    bool // one of the 重点领域部门 of 方案 part 2 (7)
	KeyAreas   string
	Duties     field.List // duties that the document gives to the body
	Vertical   bool       // managed by province or ministry
	// GroupCode is the group inside which scores are compared (A–D).
	GroupCode string

	HeadName           string // 第一责任人, 办法 art. 22
	HeadPhone          string
	ContactName        string
	ContactPhone       string
	ImplementingUnit   string
	Address            string
	StaffCount         *int64
	ItStaffCount       *int64
	ItUnit             string
	ServerRoom         *bool
	ItBudgetYear       *int64 // fen a year
	Origin             string // where the row comes from: document, general_knowledge, entered
	Remark             string
	UsccOverrideReason string

	ActiveFrom  calendar.Date
	ActiveTo    calendar.Date // the last day; zero while it exists
	SuccessorID *DepartmentID

	Version   int64
	CreatedAt time.Time
	UpdatedAt time.Time
	UpdatedBy auth.AccountID
}

// TableName is the table of current rows.
func (Department) TableName() string { return "departments" }

// ActiveOn tells whether the body exists on a day.
func (d *Department) ActiveOn(day calendar.Date) bool {
	return (d.ActiveFrom.IsZero() || !d.ActiveFrom.After(day)) &&
		(d.ActiveTo.IsZero() || !d.ActiveTo.Before(day))
}

// SystemPrefix begins the codes of the department's systems.
func (d *Department) SystemPrefix() string {
	if d.Prefix != "" {
		return d.Prefix
	}
	return d.Code
}

// Sections of the department form.
const (
	secBody    = "body"
	secPeople  = "people"
	secIT      = "it"
	secHistory = "history"
)

// DepartmentFields describes what is kept of a department.
var DepartmentFields = field.NewCatalog("department",
	field.OfText(field.Code, "code", func(d *Department) *string { return &d.Code }).In(secBody).Limit(20).Required(),
	field.OfText(field.Text, "name", func(d *Department) *string { return &d.Name }).In(secBody).Limit(60).Required(),
	field.OfText(field.Text, "full_name", func(d *Department) *string { return &d.FullName }).In(secBody).Limit(120).AcrossRow(),
	field.OfChoice("kind", "department_kind", func(d *Department) *Kind { return &d.Kind }, Municipal, County, Zone, Coordination).In(secBody).Required(),
	field.OfText(field.Code, "region_code", func(d *Department) *string { return &d.RegionCode }).In(secBody).Limit(6).
		RequiredWhen(field.When("kind", string(Municipal), string(County))),
	field.OfText(field.Code, "uscc", func(d *Department) *string { return &d.Uscc }).In(secBody).Limit(18),
	field.OfText(field.LongText, "uscc_override_reason", func(d *Department) *string { return &d.UsccOverrideReason }).In(secBody).Limit(200).AcrossRow(),
	field.OfText(field.Code, "prefix", func(d *Department) *string { return &d.Prefix }).In(secBody).Limit(12),
	field.OfOptionalRef("parent_id", "department", func(d *Department) **DepartmentID { return &d.ParentID }).In(secBody),
	field.OfChoice("group_code", "department_group", func(d *Department) *string { return &d.GroupCode }, "A", "B", "C", "D").In(secBody),
	field.OfFlag("key_area", func(d *Department) *bool { return &d.KeyArea }).In(secBody),
	field.OfText(field.Text, "key_areas", func(d *Department) *string { return &d.KeyAreas }).In(secBody).Limit(200).
		ShownWhen(field.When("key_area", "true")),
	field.OfChoices("duties", "duty", func(d *Department) *field.List { return &d.Duties },
		"leading_group", "office", "key_area_provider", "coordination", "funding_consult", "evaluation", "tech_support",
		"resource_census_lead", "evaluation_mechanism", "security_lead", "djbh_supervision", "standards_lead",
		"funding_decision", "hub_operator", "census_lead", "catalog_aggregation", "security_system", "network_security",
		"audit", "issuer", "regional_coordinator").In(secBody).AcrossRow(),
	field.OfFlag("vertical", func(d *Department) *bool { return &d.Vertical }).In(secBody),

	field.OfText(field.Text, "head_name", func(d *Department) *string { return &d.HeadName }).In(secPeople).Limit(40),
	field.OfText(field.Phone, "head_phone", func(d *Department) *string { return &d.HeadPhone }).In(secPeople).Limit(20),
	field.OfText(field.Text, "contact_name", func(d *Department) *string { return &d.ContactName }).In(secPeople).Limit(40),
	field.OfText(field.Phone, "contact_phone", func(d *Department) *string { return &d.ContactPhone }).In(secPeople).Limit(20),
	field.OfText(field.Text, "implementing_unit", func(d *Department) *string { return &d.ImplementingUnit }).In(secPeople).Limit(60),
	field.OfText(field.Text, "address", func(d *Department) *string { return &d.Address }).In(secPeople).Limit(120).AcrossRow(),

	field.OfNumber(field.Count, "staff_count", func(d *Department) **int64 { return &d.StaffCount }).In(secIT).Per("people"),
	field.OfNumber(field.Count, "it_staff_count", func(d *Department) **int64 { return &d.ItStaffCount }).In(secIT).Per("people"),
	field.OfText(field.Text, "it_unit", func(d *Department) *string { return &d.ItUnit }).In(secIT).Limit(60),
	field.OfBool("server_room", func(d *Department) **bool { return &d.ServerRoom }).In(secIT),
	field.OfNumber(field.Money, "it_budget_year", func(d *Department) **int64 { return &d.ItBudgetYear }).In(secIT).Per("wan"),

	field.OfDate("active_from", func(d *Department) *calendar.Date { return &d.ActiveFrom }).In(secHistory),
	field.OfDate("active_to", func(d *Department) *calendar.Date { return &d.ActiveTo }).In(secHistory),
	field.OfOptionalRef("successor_id", "department", func(d *Department) **DepartmentID { return &d.SuccessorID }).In(secHistory),
	field.OfText(field.Text, "origin", func(d *Department) *string { return &d.Origin }).In(secHistory).Limit(60).ByService(),
	field.OfText(field.LongText, "remark", func(d *Department) *string { return &d.Remark }).In(secHistory).Limit(1000).AcrossRow(),
)
