package catalog_test

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"qingce/internal/auth"
	"qingce/internal/locale"
	"qingce/internal/store"
	"qingce/inventory/catalog"
	"qingce/inventory/catalog/catalogtest"
	"qingce/inventory/inventorytest"
)

// benchEntries is how many entries the benchmarks make: 20 000, or what
// QINGCE_CATALOG_ENTRIES says (470 000 is the catalog of the nation in 2018).
func benchEntries() int {
	if n, err := strconv.Atoi(os.Getenv("QINGCE_CATALOG_ENTRIES")); err == nil && n > 0 {
		return n
	}
	return 20_000
}

// itemsEach gives 470 000 entries 5 million items.
const itemsEach = 11

// grown is a catalog of the wanted size on PostgreSQL. The rows are made from
// one published entry inside the database, each with words of its own, and
// indexed by the verb that an administrator calls after a restore.
func grown(b *testing.B) *catalogtest.World {
	b.Helper()
	w := catalogtest.Over(b, inventorytest.OpenPostgres(b), catalog.Options{})
	c := w.Content("MZ", "样本", catalog.Unconditional)
	for i := len(c.Items); i < itemsEach; i++ {
		c.Items = append(c.Items, catalog.Item{Name: fmt.Sprintf("信息项%d", i), DataType: "C"})
	}
	sample := w.Mounted("MZ", w.PublishedContent("MZ", c))
	statements := []string{
		fmt.Sprintf(`CREATE TEMP TABLE words AS SELECT g AS n, (ARRAY['婚姻','低保','参保','户籍','学籍','房屋','车辆','企业','许可','处罚','征信','缴费','环境','水文','气象','土地','规划','医疗','疫苗','药品'])[1 + g %% 20]
			|| (ARRAY['登记','审批','监测','统计','查询','档案','年报','变更','注销','核验'])[1 + (g / 20) %% 10] || '信息' || to_char(g, 'FM0000000') AS name FROM generate_series(1, %d) g`, benchEntries()),
		fmt.Sprintf(`INSERT INTO catalog_entries SELECT %s FROM catalog_entries e, words w WHERE e.id = %d`, columnsWith(w, map[string]string{
			"id": "e.id + w.n", "code": "'30702004/' || to_char(w.n + 1000, 'FM0000000')", "name": "w.name", "abstract": "w.name || '的摘要，来自第' || w.n % 997 || '批汇总'",
			"provider_id": "(SELECT d.id FROM departments d WHERE w.n > 0 ORDER BY d.id OFFSET w.n % 11 LIMIT 1)",
			"share_type":  "(ARRAY['1','1','1','2','2','3'])[1 + w.n % 6]",
		}), sample.ID),
		fmt.Sprintf(`INSERT INTO catalog_items SELECT e.id, i.position, i.name || CASE WHEN i.position > 3 THEN (e.id %% 5000)::text ELSE '' END, i.name_key || CASE WHEN i.position > 3 THEN (e.id %% 5000)::text ELSE '' END,
			i.data_type, i.length, i.base_item, i.sensitive, i.share_type, i.remark FROM catalog_items i, catalog_entries e WHERE i.entry_id = %d AND e.id > %d`, sample.ID, sample.ID),
	}
	began := time.Now()
	err := w.DB.Write(b.Context(), func(tx *store.Tx) error {
		for _, s := range statements {
			if err := tx.Gorm().Exec(s).Error; err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	if n, err := w.Desk.Reindex(b.Context()); err != nil || n != benchEntries()+1 {
		b.Fatalf("indexed %d, %v", n, err)
	}
	err = w.DB.Write(b.Context(), func(tx *store.Tx) error { return tx.Gorm().Exec("ANALYZE").Error })
	if err != nil {
		b.Fatal(err)
	}
	b.Logf("%d entries with %d items made in %s", benchEntries(), benchEntries()*itemsEach, time.Since(began).Round(time.Second))
	return w
}

// columnsWith lists the columns of entries, some of them with other values.
func columnsWith(w *catalogtest.World, other map[string]string) string {
	names, err := store.ColumnNames(catalog.Entry{})
	if err != nil {
		panic(err) // the struct is right
	}
	var order []string
	_ = w.DB.Read(context.Background(), func(tx *store.Tx) error {
		return tx.Gorm().Raw("SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = 'catalog_entries' ORDER BY ordinal_position").Scan(&order).Error
	})
	if len(order) != len(names) {
		panic("the columns of catalog_entries are not read")
	}
	for i, name := range order {
		order[i] = "e." + name
		if v, ok := other[name]; ok {
			order[i] = v
		}
	}
	return strings.Join(order, ", ")
}

// BenchmarkSearch asks the questions of the search page in turn: rare and common
// words, with and without filters, and the plain list. It reports the slowest
// of a hundred (p99).
func BenchmarkSearch(b *testing.B) {
	w := grown(b)
	by := w.Clerk("RS")
	mz := []auth.DepartmentID{w.Department("MZ").ID}
	questions := []catalog.Query{
		{Search: "婚姻登记"}, {Search: "信息"}, {Search: "信息 摘要"}, {Search: "0012345"}, {Search: "疫苗", Providers: mz},
		{Search: "信息", Providers: mz, Share: []catalog.ShareType{catalog.NotShared}}, {Search: "公民身份号码"}, {Search: "许可年报信息0000"},
		{Search: "没有这个词"}, {}, {Page: 40}, {Share: []catalog.ShareType{catalog.Conditional}}, {Class: "307020"}, {Stale: new(true)}, {Search: "信", Stale: new(false)},
	}
	var took []time.Duration
	names := map[int]time.Duration{}
	for i := 0; b.Loop(); i++ {
		began := time.Now()
		if _, err := w.Desk.List(b.Context(), by, questions[i%len(questions)]); err != nil {
			b.Fatal(err)
		}
		d := time.Since(began)
		took = append(took, d)
		names[i%len(questions)] = max(names[i%len(questions)], d)
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
	for i, d := range names {
		b.Logf("%8.1f ms at most: %+v", float64(d.Microseconds())/1000, questions[i].Search)
	}
}

// BenchmarkExport writes the city's catalog as a workbook and reports the
// greatest memory in use meanwhile.
func BenchmarkExport(b *testing.B) {
	w := grown(b)
	p := inventorytest.Messages(b).Printer(locale.Chinese)
	for b.Loop() {
		most, stop := watchHeap()
		var size countingWriter
		if err := w.Desk.Export(b.Context(), w.Someone(auth.Office), p, catalog.Query{}, "", &size); err != nil {
			b.Fatal(err)
		}
		stop()
		b.ReportMetric(float64(*most)/(1<<20), "heap-MB")
		b.ReportMetric(float64(size)/(1<<20), "file-MB")
	}
}

type countingWriter int64

func (c *countingWriter) Write(p []byte) (int, error) {
	*c += countingWriter(len(p))
	return len(p), nil
}

// watchHeap samples the memory in use until it is stopped.
func watchHeap() (most *uint64, stop func()) {
	most = new(uint64)
	done, over := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(over)
		tick := time.NewTicker(50 * time.Millisecond)
		defer tick.Stop()
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			*most = max(*most, m.HeapInuse+m.StackInuse)
			select {
			case <-done:
				return
			case <-tick.C:
			}
		}
	}()
	return most, func() { close(done); <-over }
}
