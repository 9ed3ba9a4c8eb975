package catalogweb

import (
	"net/url"
	"strconv"
	"time"

	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/field"
	"qingce/internal/fieldweb"
	"qingce/internal/web"
	"qingce/inventory/catalog"
)

// entryBody is what an entry says, as programs read and write it.
type entryBody struct {
	ClassCode           string            `json:"class_code" example:"30702004" doc:"Code of the classification tree; fixed once published"`
	Name                string            `json:"name"`
	Provider            string            `json:"provider" example:"XY107" doc:"Code of the department"`
	Lead                string            `json:"lead,omitempty" doc:"Code of the department that leads the base or theme library (V05)"`
	Abstract            string            `json:"abstract,omitempty"`
	FormatCategory      string            `json:"format_category,omitempty" enum:"file,sheet,database,graphics,stream,self,service"`
	FormatType          string            `json:"format_type,omitempty" example:"mysql"`
	ShareType           catalog.ShareType `json:"share_type,omitempty" enum:"1,2,3" doc:"1 unconditional, 2 conditional, 3 not shared"`
	ShareCondition      string            `json:"share_condition,omitempty" doc:"Of type 2 (V02)"`
	ShareMethodCategory string            `json:"share_method_category,omitempty" enum:"platform,mail,disk,paper,electronic"`
	ShareMethod         string            `json:"share_method,omitempty" enum:"database,file,service"`
	BasisLevel          string            `json:"basis_level,omitempty" enum:"law,regulation,party,council" doc:"Of type 3 (V01)"`
	BasisText           string            `json:"basis_text,omitempty" doc:"The document and its article"`
	BasisDoc            string            `json:"basis_doc,omitempty"`
	OpenToPublic        *bool             `json:"open_to_public,omitempty"`
	OpenCondition       string            `json:"open_condition,omitempty"`
	UpdateCycle         catalog.Cycle     `json:"update_cycle,omitempty" enum:"realtime,daily,weekly,ten_days,monthly,quarterly,half_year,yearly,irregular"`
	PublishDate         calendar.Date     `json:"publish_date,omitempty" required:"false"`
	RelatedCodes        string            `json:"related_codes,omitempty" doc:"Codes of entries, with blanks between them"`
	System              string            `json:"system,omitempty" example:"RS-0001" doc:"Code of the system that holds it"`
	TotalRecords        *int64            `json:"total_records,omitempty" minimum:"0"`
	SharedRecords       *int64            `json:"shared_records,omitempty" minimum:"0"`
	SecrecyResult       string            `json:"secrecy_result,omitempty" enum:"passed,failed" doc:"passed is wanted before publication (V07)"`
	SecrecyReviewer     string            `json:"secrecy_reviewer,omitempty"`
	SecrecyOn           calendar.Date     `json:"secrecy_on,omitempty" required:"false"`
	Items               []entryItem       `json:"items,omitempty" maxItems:"500"`
}

// entryItem is one field of a resource.
type entryItem struct {
	Name      string            `json:"name"`
	DataType  string            `json:"data_type,omitempty" enum:"C,N,Y,D,T,L,M,G,B,I,F"`
	Length    *int64            `json:"length,omitempty" minimum:"0"`
	BaseItem  bool              `json:"base_item,omitempty" doc:"Always unconditional (V04)"`
	Sensitive bool              `json:"sensitive,omitempty"`
	ShareType catalog.ShareType `json:"share_type,omitempty" enum:"1,2,3" doc:"As the entry when it is left out"`
	Remark    string            `json:"remark,omitempty"`
}

// values are what a program sent, as the fields of an entry read it.
func (in entryBody) values() url.Values {
	v := url.Values{}
	for key, text := range map[string]string{
		"class_code": in.ClassCode, "name": in.Name, "provider_id": in.Provider, "lead_id": in.Lead, "abstract": in.Abstract,
		"format_category": in.FormatCategory, "format_type": in.FormatType, "share_type": string(in.ShareType), "share_condition": in.ShareCondition,
		"share_method_category": in.ShareMethodCategory, "share_method": in.ShareMethod, "basis_level": in.BasisLevel, "basis_text": in.BasisText,
		"basis_doc": in.BasisDoc, "open_condition": in.OpenCondition, "update_cycle": string(in.UpdateCycle), "publish_date": in.PublishDate.String(),
		"related_codes": in.RelatedCodes, "system_id": in.System, "secrecy_result": in.SecrecyResult, "secrecy_reviewer": in.SecrecyReviewer,
		"secrecy_on": in.SecrecyOn.String(), "total_records": numberText(in.TotalRecords), "shared_records": numberText(in.SharedRecords),
	} {
		v.Set(key, text)
	}
	if in.OpenToPublic != nil {
		v.Set("open_to_public", strconv.FormatBool(*in.OpenToPublic))
	}
	return v
}

func numberText(n *int64) string {
	if n == nil {
		return ""
	}
	return number(*n)
}

// content turns what a program sent into the content of an entry. What cannot
// be read is Invalid with the names of the members.
func (d *desk) content(call web.Call, n names, in entryBody) (catalog.Content, error) {
	reader := &field.Reader[catalog.Body]{Catalog: catalog.EntryFields, Words: d.words, Names: n.In(fieldweb.ForPrograms), Program: true}
	var c catalog.Content
	found := reader.SetForm(&c.Body, in.values())
	for i := range found {
		found[i].Name = memberOf(found[i].Name)
	}
	for _, i := range in.Items {
		c.Items = append(c.Items, catalog.Item(i))
	}
	return c, fault.Refuse(found)
}

// memberOf is the name of a field in bodies.
func memberOf(key string) string {
	switch key {
	case "provider_id":
		return "provider"
	case "lead_id":
		return "lead"
	case "system_id":
		return "system"
	}
	return key
}

// bodyOf writes the content of an entry for programs.
func bodyOf(n names, c catalog.Content) entryBody {
	names := n.In(fieldweb.ForPrograms)
	b := c.Body
	out := entryBody{
		ClassCode: b.ClassCode, Name: b.Name, Provider: names.Show("department", number(int64(b.ProviderID))), Abstract: b.Abstract,
		FormatCategory: b.FormatCategory, FormatType: b.FormatType, ShareType: b.ShareType, ShareCondition: b.ShareCondition,
		ShareMethodCategory: b.ShareMethodCategory, ShareMethod: b.ShareMethod, BasisLevel: b.BasisLevel, BasisText: b.BasisText, BasisDoc: b.BasisDoc,
		OpenToPublic: b.OpenToPublic, OpenCondition: b.OpenCondition, UpdateCycle: b.UpdateCycle, PublishDate: b.PublishDate, RelatedCodes: b.RelatedCodes,
		TotalRecords: b.TotalRecords, SharedRecords: b.SharedRecords, SecrecyResult: b.SecrecyResult, SecrecyReviewer: b.SecrecyReviewer, SecrecyOn: b.SecrecyOn,
	}
	if b.LeadID != nil {
		out.Lead = names.Show("department", number(int64(*b.LeadID)))
	}
	if b.SystemID != nil {
		out.System = names.Show("system", number(int64(*b.SystemID)))
	}
	for _, i := range c.Items {
		out.Items = append(out.Items, entryItem(i))
	}
	return out
}

// entryLine is an entry in a list.
type entryLine struct {
	ID           catalog.EntryID   `json:"id"`
	Code         string            `json:"code"`
	Name         string            `json:"name"`
	Owner        string            `json:"owner" doc:"Code of the department that compiles it"`
	Provider     string            `json:"provider"`
	State        catalog.State     `json:"state" enum:"draft,review,returned,published,changing,withdrawn"`
	Library      catalog.Library   `json:"library" enum:"base,theme,dept"`
	ShareType    catalog.ShareType `json:"share_type"`
	Items        int64             `json:"item_count"`
	Mounted      bool              `json:"mounted"`
	Stale        bool              `json:"stale" doc:"The data are older than one and a half cycles (V08)"`
	LastUpdateOn calendar.Date     `json:"last_update_on"`
	Published    int64             `json:"published_version" doc:"0 when nothing was published"`
	PublishedAt  *time.Time        `json:"published_at"`
	Version      int64             `json:"version" doc:"The ETag"`
}

func lineOf(n names, e catalog.Entry, today calendar.Date) entryLine {
	names := n.In(fieldweb.ForPrograms)
	return entryLine{
		ID: e.ID, Code: e.Code, Name: e.Name, Owner: names.Show("department", number(int64(e.OwnerID))),
		Provider: names.Show("department", number(int64(e.ProviderID))), State: e.State(), Library: e.Library, ShareType: e.ShareType, Items: e.Items,
		Mounted: e.Mounted(), Stale: e.Stale(today), LastUpdateOn: e.LastUpdateOn, Published: e.PublishedVersion,
		PublishedAt: web.OptionalInstant(e.PublishedAt), Version: e.Version,
	}
}

// entryDoc is an entry with all that stands beside it.
type entryDoc struct {
	entryHead
	Entry   entryBody          `json:"entry" doc:"The version in force, else the draft"`
	Draft   *entryBody         `json:"draft,omitempty" doc:"The version in the making, for those who may see it"`
	Turn    string             `json:"turn" doc:"Whose turn it is: clerk, head, region, office, withdrawal, nobody"`
	Moves   []string           `json:"moves" doc:"What the caller may do now"`
	Remarks []web.ProblemField `json:"remarks,omitempty" doc:"After a save: what is still missing or wrong"`
}

// entryHead is the head of an entry, as lists show it.
type entryHead = entryLine
