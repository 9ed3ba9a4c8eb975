package inventoryweb

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/fieldweb"
	"qingce/internal/web"
	"qingce/inventory"
)

// countOp describes the operation that counts: it takes the filters of the
// list, which has pages and an order besides.
func countOp() huma.Operation {
	op := systemsOp("count-systems", http.MethodGet, apiSystems+"/totals", "Count systems and add up what they cost to run, by one thing")
	op.Description = "The same filters as the list. Rows are sorted by their number of systems, what is not given last. A system without costs is counted in om_not_given and adds nothing to om_year: not given is not zero."
	by := &huma.Schema{Type: huma.TypeString}
	for _, key := range inventory.CountedBy() {
		by.Enum = append(by.Enum, key)
	}
	op.Parameters = append(op.Parameters, &huma.Param{Name: paramBy, In: "query", Required: true, Schema: by, Description: "What is counted by"})
	for _, p := range listParameters() {
		switch p.Name {
		case paramSort, paramPage, paramSize:
		default:
			op.Parameters = append(op.Parameters, p)
		}
	}
	return op
}

// sumDoc is a number of systems with what they cost.
type sumDoc struct {
	Systems    int64 `json:"systems"`
	OmYear     int64 `json:"om_year" doc:"Yearly running costs of those that give them, in fen"`
	OmNotGiven int64 `json:"om_not_given" doc:"Systems that give no yearly costs"`
}

// totalDoc is a row.
type totalDoc struct {
	Value string `json:"value" doc:"The choice, the code of the department or county, or the group; empty for what is not given and, by owner_region, for the city level"`
	Name  string `json:"name" doc:"The value in words"`
	sumDoc
}

type totalsBody struct {
	Body struct {
		By      string     `json:"by"`
		Overlap bool       `json:"overlap" doc:"A system may stand in several rows, which add up to more than all"`
		All     sumDoc     `json:"all" doc:"Every system once"`
		Rows    []totalDoc `json:"rows"`
	}
}

// countQuery is the address of the operation, read like that of the list.
type countQuery struct{ listQuery }

func (d *desk) apiCountSystems(ctx context.Context, call web.Call, in *countQuery) (*totalsBody, error) {
	n, err := d.names(ctx, call.By)
	if err != nil {
		return nil, err
	}
	u, by := withoutBy(&in.url)
	a := readQuery(u, d.systemReader(n, fieldweb.ForPrograms), call.Now)
	if !slices.Contains(inventory.CountedBy(), by) {
		a.wrong = append(a.wrong, fault.At(paramBy, "inventory.err.count_by_any", "field", by, "known", strings.Join(inventory.CountedBy(), ", ")))
	}
	for _, key := range []string{paramSort, paramPage, paramSize, paramColumns} {
		if a.params.Has(key) {
			a.wrong = append(a.wrong, fault.At(key, "web.err.unknown_parameter"))
		}
	}
	if err := fault.Refuse(a.wrong); err != nil {
		return nil, err
	}
	totals, err := d.Registry.Totals(ctx, call.By, a.query, by)
	if err != nil {
		return nil, err
	}
	return totalsDocument(totals, numbersView{listView: listView{p: call.P, by: auth.Principal{}, names: n}, key: by}), nil
}

// withoutBy takes what is counted by out of an address of the list.
func withoutBy(u *url.URL) (list *url.URL, by string) {
	c := *u
	q := c.Query()
	by = q.Get(paramBy)
	q.Del(paramBy)
	c.RawQuery = q.Encode()
	return &c, by
}

func totalsDocument(t inventory.Totals, words numbersView) *totalsBody {
	out := &totalsBody{}
	out.Body.By, out.Body.Overlap, out.Body.All = t.By, t.Overlap, sumDocument(t.All)
	out.Body.Rows = make([]totalDoc, len(t.Rows))
	for i, row := range t.Rows {
		out.Body.Rows[i] = totalDoc{row.Value, words.name(row), sumDocument(row.Sum)}
	}
	return out
}

func sumDocument(s inventory.Sum) sumDoc { return sumDoc{s.Systems, s.OmYear, s.OmUnknown} }
