package oplog_test

import (
	"fmt"
	"testing"

	"qingce/internal/oplog"
)

// wide is an object of the size that the register has.
type wide struct {
	Name  string     `json:"name"`
	Texts [40]string `json:"texts"`
	Units [20]int    `json:"units"`
}

// BenchmarkAppend writes lots of entries, each in one transaction.
func BenchmarkAppend(b *testing.B) {
	for engine, open := range engines() {
		for _, lot := range []int{1, 100, 500, 50_000} {
			b.Run(fmt.Sprintf("%s/lot=%d", engine, lot), func(b *testing.B) {
				db := open(b)
				for b.Loop() {
					if err := record(b.Context(), db, lot); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(lot)*float64(b.N)/b.Elapsed().Seconds(), "entries/s")
			})
		}
	}
}

// BenchmarkChanges compares two objects of sixty values.
func BenchmarkChanges(b *testing.B) {
	before := wide{Name: "学籍管理系统", Units: [20]int{1}}
	after := before
	after.Units[0], after.Texts[7] = 2, "不动产登记"
	for b.Loop() {
		if list, err := oplog.Changes(before, after); err != nil || len(list) != 2 {
			b.Fatal(list, err)
		}
	}
}

// BenchmarkVerify reads a whole log.
func BenchmarkVerify(b *testing.B) {
	const entries = 100_000
	for engine, open := range engines() {
		b.Run(engine, func(b *testing.B) {
			db := open(b)
			a, err := oplog.OpenAnchor(b.TempDir())
			if err != nil {
				b.Fatal(err)
			}
			for range entries / 10_000 {
				if err := record(b.Context(), db, 10_000); err != nil {
					b.Fatal(err)
				}
				if _, err := a.Sign(b.Context(), db); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportAllocs()
			for b.Loop() {
				if r, err := oplog.Verify(b.Context(), db, a); err != nil || !r.OK {
					b.Fatal(r, err)
				}
			}
			b.ReportMetric(entries*float64(b.N)/b.Elapsed().Seconds(), "entries/s")
		})
	}
}

// BenchmarkList reads the first page of a log of some size.
func BenchmarkList(b *testing.B) {
	queries := map[string]oplog.Query{
		"all": {}, "history": {Kind: "system", ObjectID: "7"}, "text": {Text: "系统77"}, "action": {Action: "login"},
	}
	for engine, open := range engines() {
		db := open(b)
		if err := record(b.Context(), db, 50_000); err != nil {
			b.Fatal(err)
		}
		log := oplog.NewLog(db, nil)
		for name, q := range queries {
			b.Run(engine+"/"+name, func(b *testing.B) {
				for b.Loop() {
					if _, _, err := log.List(b.Context(), auditor(), q); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
