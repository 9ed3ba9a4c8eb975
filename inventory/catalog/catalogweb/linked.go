package catalogweb

import (
	"encoding/json"
	"io"
	"strconv"

	"qingce/internal/calendar"
	"qingce/internal/locale"
	"qingce/internal/web"
	"qingce/inventory/catalog"
)

// The published catalog in the words of the W3C's Data Catalog Vocabulary, for
// other catalogs to harvest.

const linkedType = "application/ld+json"

// linkedPage is how many datasets a page has.
const linkedPage = 200

// linkedContext says what the short names stand for.
type linkedContext struct {
	DCAT  string `json:"dcat"`
	DCT   string `json:"dct"`
	FOAF  string `json:"foaf"`
	Hydra string `json:"hydra"`
	XSD   string `json:"xsd"`
}

type linkedCatalog struct {
	Context linkedContext   `json:"@context"`
	ID      string          `json:"@id"`
	Type    string          `json:"@type"`
	Title   string          `json:"dct:title"`
	Issued  linkedDay       `json:"dct:modified"`
	View    linkedView      `json:"hydra:view"`
	Total   int64           `json:"hydra:totalItems"`
	Sets    []linkedDataset `json:"dcat:dataset"`
}

type linkedView struct {
	ID    string `json:"@id"`
	Type  string `json:"@type"`
	First string `json:"hydra:first"`
	Next  string `json:"hydra:next,omitempty"`
}

type linkedDataset struct {
	ID          string        `json:"@id"`
	Type        string        `json:"@type"`
	Identifier  string        `json:"dct:identifier"`
	Title       string        `json:"dct:title"`
	Description string        `json:"dct:description"`
	Publisher   linkedAgent   `json:"dct:publisher"`
	Theme       string        `json:"dcat:theme"`
	Keywords    []string      `json:"dcat:keyword,omitempty"`
	Issued      *linkedDay    `json:"dct:issued,omitempty"`
	Modified    *linkedDay    `json:"dct:modified,omitempty"`
	Cycle       string        `json:"dct:accrualPeriodicity,omitempty"`
	Access      linkedRef     `json:"dct:accessRights"`
	Rights      string        `json:"dct:rights,omitempty"`
	Version     string        `json:"dcat:version"`
	Offered     []linkedOffer `json:"dcat:distribution,omitempty"`
}

type linkedAgent struct {
	Type       string `json:"@type"`
	Name       string `json:"foaf:name"`
	Identifier string `json:"dct:identifier"`
}

type linkedRef struct {
	ID string `json:"@id"`
}

type linkedDay struct {
	Type  string `json:"@type"`
	Value string `json:"@value"`
}

type linkedOffer struct {
	Type     string     `json:"@type"`
	Format   string     `json:"dct:format"`
	Access   string     `json:"dcat:accessService,omitempty"`
	Modified *linkedDay `json:"dct:modified,omitempty"`
}

// linkedData answers with a page of the published catalog.
func (d *desk) linkedData(r *web.Request) (web.Response, error) {
	page, _ := strconv.Atoi(r.URL.Query().Get(paramPage))
	list, err := d.Catalog.List(r.Ctx, r.By, catalog.Query{Page: page, Size: linkedPage})
	if err != nil {
		return nil, err
	}
	n, err := d.names(r.Ctx, r.By)
	if err != nil {
		return nil, err
	}
	base, self := r.Base(), r.Base()+r.URL.Path
	out := linkedCatalog{
		Context: linkedContext{
			"http://www.w3.org/ns/dcat#", "http://purl.org/dc/terms/", "http://xmlns.com/foaf/0.1/", "http://www.w3.org/ns/hydra/core#",
			"http://www.w3.org/2001/XMLSchema#",
		},
		ID: base + catalogPath, Type: "dcat:Catalog", Title: r.T("menu.catalog"), Issued: linkedDay{"xsd:date", r.Today().String()}, Total: list.Total,
		View: linkedView{ID: self + "?page=" + strconv.Itoa(list.Page), Type: "hydra:PartialCollectionView", First: self}, Sets: []linkedDataset{},
	}
	if int64(list.Page*list.Size) < list.Total {
		out.View.Next = self + "?page=" + strconv.Itoa(list.Page+1)
	}
	items, err := d.Catalog.Items(r.Ctx, r.By, list.Rows)
	if err != nil {
		return nil, err
	}
	for _, e := range list.Rows {
		out.Sets = append(out.Sets, linkedEntry(r.P, n, base, e, items[e.ID]))
	}
	return web.File{Name: "catalog.jsonld", MediaType: linkedType, Inline: true, Write: func(w io.Writer) error {
		return json.NewEncoder(w).Encode(out)
	}}, nil
}

func linkedEntry(p *locale.Printer, n names, base string, e catalog.Entry, items []catalog.Item) linkedDataset {
	dept, _ := n.dir.Find(e.ProviderID)
	out := linkedDataset{
		ID: base + entryPath(e.ID, ""), Type: "dcat:Dataset", Identifier: e.Code, Title: e.Name, Description: e.Abstract,
		Publisher: linkedAgent{"foaf:Organization", dept.Name, dept.Code}, Theme: e.ClassCode, Cycle: linkedCycle(e.UpdateCycle),
		Access: linkedRef{"http://publications.europa.eu/resource/authority/access-right/" + accessRight(e.ShareType)},
		Rights: e.ShareCondition + e.BasisText, Version: number(e.PublishedVersion), Issued: linkedDate(e.PublishDate),
	}
	if e.PublishedAt != nil {
		out.Modified = linkedDate(calendar.DateOf(*e.PublishedAt))
	}
	for _, i := range items {
		out.Keywords = append(out.Keywords, i.Name)
	}
	if e.Mounted() {
		out.Offered = []linkedOffer{{"dcat:Distribution", e.FormatType, p.T("catalogweb.mount." + e.MountKind), linkedDate(e.LastUpdateOn)}}
	}
	return out
}

func linkedDate(d calendar.Date) *linkedDay {
	if d.IsZero() {
		return nil
	}
	return &linkedDay{"xsd:date", d.String()}
}

// accessRight is a type of sharing in the vocabulary of access rights.
func accessRight(t catalog.ShareType) string {
	switch t {
	case catalog.Unconditional:
		return "PUBLIC"
	case catalog.Conditional:
		return "RESTRICTED"
	}
	return "NON_PUBLIC"
}

// linkedCycle is a cycle in the vocabulary of frequencies.
func linkedCycle(c catalog.Cycle) string {
	words := map[catalog.Cycle]string{
		catalog.Realtime: "CONT", catalog.Daily: "DAILY", catalog.Weekly: "WEEKLY", catalog.TenDays: "MONTHLY_3", catalog.Monthly: "MONTHLY",
		catalog.Quarterly: "QUARTERLY", catalog.HalfYear: "ANNUAL_2", catalog.Yearly: "ANNUAL", catalog.Irregular: "IRREG",
	}
	if words[c] == "" {
		return ""
	}
	return "http://publications.europa.eu/resource/authority/frequency/" + words[c]
}
