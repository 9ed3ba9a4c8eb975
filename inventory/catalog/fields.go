package catalog

import (
	"qingce/internal/calendar"
	"qingce/internal/field"
	"qingce/inventory"
)

// Sections of an entry's form.
const (
	secIdentity = "identity"
	secFormat   = "format"
	secSharing  = "sharing"
	secUpkeep   = "upkeep"
	secSecrecy  = "secrecy"
)

// SecrecyPassed is the result of a review that lets an entry be published.
const SecrecyPassed = "passed"

// EntryFields describes what an entry says, in the order of the guideline.
var EntryFields = field.NewCatalog("entry",
	field.OfText(field.Code, "class_code", func(b *Body) *string { return &b.ClassCode }).In(secIdentity).Limit(20).Required(),
	field.OfText(field.Text, "name", func(b *Body) *string { return &b.Name }).In(secIdentity).Limit(100).Required(),
	field.OfRef("provider_id", "department", func(b *Body) *DepartmentID { return &b.ProviderID }).In(secIdentity).Required(),
	field.OfOptionalRef("lead_id", "department", func(b *Body) **DepartmentID { return &b.LeadID }).In(secIdentity),
	field.OfText(field.LongText, "abstract", func(b *Body) *string { return &b.Abstract }).In(secIdentity).Limit(1000).Required().AcrossRow(),

	field.OfChoice("format_category", "format_category", func(b *Body) *string { return &b.FormatCategory },
		"file", "sheet", "database", "graphics", "stream", "self", "service").In(secFormat).Required(),
	field.OfText(field.Text, "format_type", func(b *Body) *string { return &b.FormatType }).In(secFormat).Limit(40).Required(),

	field.OfChoice("share_type", "share_type", func(b *Body) *ShareType { return &b.ShareType },
		Unconditional, Conditional, NotShared).In(secSharing).Required(),
	field.OfText(field.LongText, "share_condition", func(b *Body) *string { return &b.ShareCondition }).In(secSharing).Limit(500).AcrossRow(), // always asked, so that V03 can be said
	field.OfChoice("share_method_category", "share_method_category", func(b *Body) *string { return &b.ShareMethodCategory },
		"platform", "mail", "disk", "paper", "electronic").In(secSharing).ShownWhen(field.When("share_type", "1", "2")).Required(),
	field.OfChoice("share_method", "share_method", func(b *Body) *string { return &b.ShareMethod },
		"database", "file", "service").In(secSharing).ShownWhen(field.When("share_type", "1", "2")).Required(),
	field.OfChoice("basis_level", "basis_level", func(b *Body) *string { return &b.BasisLevel },
		"law", "regulation", "party", "council").In(secSharing).ShownWhen(field.When("share_type", string(NotShared))),
	field.OfText(field.LongText, "basis_text", func(b *Body) *string { return &b.BasisText }).In(secSharing).Limit(500).AcrossRow().
		ShownWhen(field.When("share_type", string(NotShared))),
	field.OfText(field.Text, "basis_doc", func(b *Body) *string { return &b.BasisDoc }).In(secSharing).Limit(200).
		ShownWhen(field.When("share_type", string(NotShared))),
	field.OfBool("open_to_public", func(b *Body) **bool { return &b.OpenToPublic }).In(secSharing).Required(),
	field.OfText(field.Text, "open_condition", func(b *Body) *string { return &b.OpenCondition }).In(secSharing).Limit(300).
		ShownWhen(field.When("open_to_public", "true")),

	field.OfChoice("update_cycle", "update_cycle", func(b *Body) *Cycle { return &b.UpdateCycle }, Cycles()...).In(secUpkeep).Required(),
	field.OfDate("publish_date", func(b *Body) *calendar.Date { return &b.PublishDate }).In(secUpkeep),
	field.OfText(field.Text, "related_codes", func(b *Body) *string { return &b.RelatedCodes }).In(secUpkeep).Limit(400).AcrossRow(),
	field.OfOptionalRef("system_id", "system", func(b *Body) **inventory.SystemID { return &b.SystemID }).In(secUpkeep),
	field.OfNumber(field.Count, "total_records", func(b *Body) **int64 { return &b.TotalRecords }).In(secUpkeep).Per("records"),
	field.OfNumber(field.Count, "shared_records", func(b *Body) **int64 { return &b.SharedRecords }).In(secUpkeep).Per("records"),

	field.OfChoice("secrecy_result", "secrecy_result", func(b *Body) *string { return &b.SecrecyResult }, SecrecyPassed, "failed").In(secSecrecy),
	field.OfText(field.Text, "secrecy_reviewer", func(b *Body) *string { return &b.SecrecyReviewer }).In(secSecrecy).Limit(40),
	field.OfDate("secrecy_on", func(b *Body) *calendar.Date { return &b.SecrecyOn }).In(secSecrecy),
)

// ItemFields describes what an entry says of each item.
var ItemFields = field.NewCatalog("entry_item",
	field.OfText(field.Text, "name", func(i *Item) *string { return &i.Name }).Limit(100).Required(),
	field.OfChoice("data_type", "data_type", func(i *Item) *string { return &i.DataType },
		"C", "N", "Y", "D", "T", "L", "M", "G", "B", "I", "F").Required(),
	field.OfNumber(field.Count, "length", func(i *Item) **int64 { return &i.Length }),
	field.OfFlag("base_item", func(i *Item) *bool { return &i.BaseItem }),
	field.OfFlag("sensitive", func(i *Item) *bool { return &i.Sensitive }),
	field.OfChoice("share_type", "share_type", func(i *Item) *ShareType { return &i.ShareType }, Unconditional, Conditional, NotShared),
	field.OfText(field.Text, "remark", func(i *Item) *string { return &i.Remark }).Limit(200),
)
