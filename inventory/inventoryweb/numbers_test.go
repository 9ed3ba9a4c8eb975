package inventoryweb_test

import (
	"fmt"
	"image/png"
	"net/http"
	"net/url"
	"path"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"qingce/internal/auth"
	"qingce/internal/sheet"
	"qingce/internal/store"
	"qingce/internal/web/webtest"
	"qingce/inventory"
)

// numbersOn reads the table of numbers: "业务专网 | 2 | …" a line.
func numbersOn(p *webtest.Page) []string {
	var out []string
	for _, row := range p.All("table.list tbody tr") {
		out = append(out, strings.Join(strings.Fields(webtest.Words(row)), " "))
	}
	return out
}

func TestNumbersCountTheListWithNotGivenByItself(t *testing.T) {
	tn := open(t)
	tn.variety(t)
	office := tn.site.Of(tn.Someone(auth.Office))
	for _, c := range []struct{ name, query, want string }{
		{"by department", "", "市人社局 2 2/4 · 50.00 % "},
		{"by network a system counts in each", "by=network", "电子政务外网 4 4/4 · 100.00 %"},
		{"and in the other", "by=network", "互联网 1 1/4 · 25.00 %"},
		{"no record of an approval is an answer", "by=approval_dept", "无审批记录 1 1/4 · 25.00 %"},
		{"only what the filter finds", "by=use_frequency&q=登记", "每日 1 1/1 · 100.00 %"},
		{"what nobody has is there", "by=phase", "拟建 0 0/4 · 0.00 %"},
	} {
		rows := numbersOn(office.Get("/systems/numbers?" + c.query).Want(200))
		found := false
		for _, row := range rows {
			found = found || strings.HasPrefix(row+" ", c.want)
		}
		if !found {
			t.Errorf("%s: no row %q in\n%s", c.name, c.want, strings.Join(rows, "\n"))
		}
	}
	all := numbersOn(office.Get("/systems/numbers?by=network"))
	if last := all[len(all)-1]; !strings.HasPrefix(last, "合计 4 4/4") {
		t.Errorf("the last row is %q, want every system once", last)
	}
}

// TestEveryNumberLeadsToItsSystems follows every link of the table and counts
// what the list shows.
func TestEveryNumberLeadsToItsSystems(t *testing.T) {
	tn := open(t)
	tn.Fill(5, 130)
	err := tn.DB.Write(t.Context(), func(tx *store.Tx) error {
		for i, column := range []string{"network", "phase", "use_frequency", "proposed"} {
			if err := tx.Gorm().Exec("UPDATE systems SET "+column+" = '' WHERE id % 9 = ?", i).Error; err != nil {
				return err
			}
		}
		if err := tx.Gorm().Exec("UPDATE departments SET group_code = 'A' WHERE id % 2 = 0").Error; err != nil {
			return err
		}
		return tx.Gorm().Exec("UPDATE systems SET om_amount_year = NULL WHERE id % 4 = 1").Error
	})
	if err != nil {
		t.Fatal(err)
	}
	office := tn.site.Of(tn.Someone(auth.Office))
	followed := 0
	for _, key := range inventory.CountedBy() {
		for _, filter := range []string{"", "&q=保险", "&state=draft&network=extranet", "&om_amount_year.from=50"} {
			page := office.Get("/systems/numbers?by=" + key + filter).Want(200)
			for _, row := range page.All("table.list tbody tr") {
				cells := linksOf(row)
				for column, link := range cells {
					if column != 1 && column != 4 { // systems; systems without costs
						continue
					}
					followed++
					list := office.Get(link.href).Want(200)
					if got := totalOf(list); got != link.text {
						t.Errorf("by %s%s: %q says %s, the list %s has %s", key, filter, webtest.Words(row), link.text, link.href, got)
					}
				}
			}
		}
	}
	if followed < 150 {
		t.Errorf("only %d numbers were followed", followed)
	}
}

type link struct{ href, text string }

// linksOf are the links of a row by column.
func linksOf(row *html.Node) map[int]link {
	out := map[int]link{}
	column := -1
	for n := range row.ChildNodes() {
		if n.Type != html.ElementNode {
			continue
		}
		column++
		for a := range n.Descendants() {
			if a.Type == html.ElementNode && a.Data == "a" {
				out[column] = link{hrefOf(a), strings.TrimSpace(webtest.Words(a))}
			}
		}
	}
	return out
}

func hrefOf(n *html.Node) string {
	for _, a := range n.Attr {
		if a.Key == "href" {
			return a.Val
		}
	}
	return ""
}

// totalOf is the number of systems that a list says it has found.
func totalOf(list *webtest.Page) string {
	_, rest, _ := strings.Cut(list.Text("main"), "查到 ")
	n, _, _ := strings.Cut(rest, " 个")
	return n
}

// readSheet reads the rows of a workbook or a text table.
func readSheet(t *testing.T, body, name string) []string {
	t.Helper()
	u, err := url.Parse(name)
	if err != nil {
		t.Fatal(err)
	}
	book, err := sheet.Open(strings.NewReader(body), int64(len(body)), path.Base(u.Path), sheet.Limits{})
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	var out []string
	for row, err := range book.Rows(book.Sheets()[0]) {
		if err != nil {
			t.Fatal(err)
		}
		var cells []string
		for _, c := range row.Cells {
			cells = append(cells, c.Text)
		}
		out = append(out, strings.Join(cells, " "))
	}
	return out
}

func TestNumbersAreForThoseWhoSeeTheList(t *testing.T) {
	tn := open(t)
	tn.Registered("RS", "就业服务系统")
	tn.Registered("MZ", "婚姻登记系统")
	tn.Registered("ZY", "乡镇办公系统")
	for _, c := range []struct {
		name string
		by   auth.Principal
		want int
	}{
		{"the Office", tn.Someone(auth.Office), 3},
		{"a clerk", tn.Clerk("RS"), 1},
		{"a region", tn.Region("ZY"), 1},
	} {
		rows := numbersOn(tn.site.Of(c.by).Get("/systems/numbers?by=phase").Want(200))
		if last := rows[len(rows)-1]; !strings.HasPrefix(last, fmt.Sprintf("合计 %d ", c.want)) {
			t.Errorf("%s: %q, want %d systems", c.name, last, c.want)
		}
	}
	tabs := tn.site.Of(tn.Clerk("RS")).Get("/systems/numbers").Words(".numbers-by .tabs a")
	if strings.Contains(tabs, "部门分组") || !strings.Contains(tabs, "网络") {
		t.Errorf("a clerk can count by %s", tabs)
	}
	tn.site.Of(tn.Someone(auth.Admin)).Get("/systems/numbers").Want(http.StatusForbidden)
}

func TestNumbersOfNothing(t *testing.T) {
	tn := open(t)
	office := tn.site.Of(tn.Someone(auth.Office))
	page := office.Get("/systems/numbers").Want(200)
	if page.Has("table.list") || page.Has("svg.chart-picture") || !page.Has(".empty") {
		t.Error("without systems there is no picture and no table, but a word about it")
	}
	tn.Registered("RS", "就业服务系统")
	if page = office.Get("/systems/numbers?q=没有").Want(200); page.Has("table.list") || !strings.Contains(page.Text(".empty"), "没有") {
		t.Errorf("a search that finds nothing: %s", page.Text(".empty"))
	}
	page = office.Get("/systems/numbers?by=shoe_size").Want(200)
	if !page.Has(".callout-error") || !page.Has("table.list") {
		t.Error("an unknown thing to count by is told, and the page is there all the same")
	}
	for _, kind := range []string{"png", "svg", "xlsx", "csv"} {
		office.Get("/systems/numbers." + kind + "?by=shoe_size").Want(http.StatusBadRequest)
		office.Get("/systems/numbers." + kind + "?q=没有").Want(200)
	}
}

func TestAnUnknownSumIsNotZero(t *testing.T) {
	tn := open(t)
	s := tn.System("RS", "就业服务系统")
	s.OmAmountYear, s.Phase = nil, inventory.PhasePlanned
	put(t, tn, "RS", s)
	office := tn.site.Of(tn.Someone(auth.Office))
	page := office.Get("/systems/numbers?by=phase&of=om").Want(200)
	if rows := numbersOn(page); !strings.Contains(strings.Join(rows, "\n"), "拟建 1 1/1 · 100.00 % 未填 1") {
		t.Errorf("rows %v, want the money of the planned system not given", rows)
	}
	svg := page.Body
	if !strings.Contains(svg, "url(#c-numbers-gap)") {
		t.Error("the picture has no hatched gap for what is not known")
	}
}

func put(t *testing.T, tn *town, prefix string, s inventory.System) {
	t.Helper()
	if _, _, err := tn.Registry.Register(t.Context(), tn.Clerk(prefix), inventory.Registration{System: s}); err != nil {
		t.Fatal(err)
	}
}

func TestNumbersCanBeTakenHome(t *testing.T) {
	tn := open(t)
	tn.variety(t)
	office := tn.site.Of(tn.Someone(auth.Office))
	page := office.Get("/systems/numbers?by=network&q=系统").Want(200)
	for _, n := range page.All(".chart-files a") {
		href := hrefOf(n)
		file := office.Get(href).Want(200)
		u, err := url.Parse(href)
		if err != nil || u.Query().Get("q") != "系统" || u.Query().Get("by") != "network" {
			t.Errorf("%s does not keep what was asked (%v)", href, err)
		}
		switch {
		case strings.Contains(href, ".png"):
			if img, err := png.Decode(strings.NewReader(file.Body)); err != nil || img.Bounds().Dx() < 1000 {
				t.Errorf("the PNG: %v", err)
			}
		case strings.Contains(href, ".svg"):
			if text := file.Body; !strings.HasPrefix(text, "<?xml") || !strings.Contains(text, "查找 系统") || strings.Contains(text, "<a ") {
				t.Errorf("the SVG: %s", text)
			}
		default:
			text := strings.Join(readSheet(t, file.Body, href), "\n")
			for _, want := range []string{"筛选条件：查找 系统", "电子政务外网 4 100", "互联网 1 25", "合计 4 100"} {
				if !strings.Contains(text, want) {
					t.Errorf("%s: no %q in\n%s", href, want, text)
				}
			}
		}
	}
}

func TestProgramsGetTheNumbersToo(t *testing.T) {
	tn := open(t)
	tn.variety(t)
	var doc struct {
		By      string
		Overlap bool
		All     struct {
			Systems    int64
			OmYear     int64 `json:"om_year"`
			OmNotGiven int64 `json:"om_not_given"`
		}
		Rows []struct {
			Value, Name string
			Systems     int64
		}
	}
	office := tn.site.Of(tn.Someone(auth.Office))
	office.JSON(http.MethodGet, "/api/v1/systems/totals?by=network&state=draft", nil).Want(200).Into(&doc)
	if doc.By != "network" || !doc.Overlap || doc.All.Systems != 4 || doc.Rows[0].Value != "extranet" || doc.Rows[0].Systems != 4 || doc.Rows[0].Name == "" {
		t.Errorf("%+v", doc)
	}
	tn.site.Of(tn.Clerk("MZ")).JSON(http.MethodGet, "/api/v1/systems/totals?by=owner_id", nil).Want(200).Into(&doc)
	if doc.All.Systems != 1 || len(doc.Rows) != 1 {
		t.Errorf("a clerk gets %+v", doc)
	}
	for _, query := range []string{"", "by=shoe_size", "by=phase&page=2", "by=phase&nothing=1", "by=phase&phase=flying"} {
		if p := office.JSON(http.MethodGet, "/api/v1/systems/totals?"+query, nil); p.Status != http.StatusUnprocessableEntity {
			t.Errorf("%q: status %d, want 422: %s", query, p.Status, p.Body)
		}
	}
}
