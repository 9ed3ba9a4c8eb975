package inventory_test

import (
	"bytes"
	"fmt"
	"runtime"
	"testing"
	"time"

	"qingce/internal/auth"
	"qingce/internal/sheet"
	"qingce/inventory"
	"qingce/inventory/inventorytest"
)

// exported is a workbook of n systems as the register gives it out.
func exported(b *testing.B, city *inventorytest.City, n int) []byte {
	b.Helper()
	city.Fill(max(n/50, 1), n)
	var out bytes.Buffer
	p := inventorytest.Messages(b).Printer("zh-CN")
	if err := city.Importer().ExportSystems(b.Context(), city.Someone(auth.Office), p, inventory.Query{}, inventory.Export{Format: sheet.XLSX}, &out); err != nil {
		b.Fatal(err)
	}
	return out.Bytes()
}

// BenchmarkPreview compares the preview of a workbook of 5 000 systems (read,
// check, compare with the register, keep every row) with merely reading it.
func BenchmarkPreview(b *testing.B) {
	city := inventorytest.Open(b)
	data := exported(b, city, 5_000)
	console := auth.System("benchmark")
	im := city.Importer()
	b.Run("read", func(b *testing.B) {
		for b.Loop() {
			book, err := sheet.Open(bytes.NewReader(data), int64(len(data)), "x.xlsx", sheet.Limits{})
			if err != nil {
				b.Fatal(err)
			}
			for _, err := range book.Rows(book.Sheets()[0]) {
				if err != nil {
					b.Fatal(err)
				}
			}
		}
	})
	b.Run("preview", func(b *testing.B) {
		for b.Loop() {
			f, err := im.Receive(b.Context(), console, inventory.ImportSystems, "x.xlsx", data)
			if err != nil {
				b.Fatal(err)
			}
			im.Wait(b.Context(), f.ID)
			if f, err = im.Find(b.Context(), console, f.ID); err != nil || f.RowsSame != 5_000 {
				b.Fatalf("%+v %v", f, err)
			}
		}
	})
}

// BenchmarkPreviewMemory reports the greatest heap while 50 000 systems are
// exported and previewed.
func BenchmarkPreviewMemory(b *testing.B) {
	city := inventorytest.Open(b)
	console := auth.System("benchmark")
	data := exported(b, city, 50_000)
	im := city.Importer()
	stop, peak := make(chan struct{}), make(chan uint64)
	go func() {
		top, tick := uint64(0), time.NewTicker(50*time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				top = max(top, m.HeapInuse+m.StackInuse)
			case <-stop:
				peak <- top
				return
			}
		}
	}()
	for b.Loop() {
		f, err := im.Receive(b.Context(), console, inventory.ImportSystems, "x.xlsx", data)
		if err != nil {
			b.Fatal(err)
		}
		im.Wait(b.Context(), f.ID)
		if f, err = im.Find(b.Context(), console, f.ID); err != nil || f.RowsSame != 50_000 {
			b.Fatalf("%v %v", fmt.Sprintf("%+v", f), err)
		}
	}
	close(stop)
	b.ReportMetric(float64(<-peak)/(1<<20), "MB-heap")
	b.ReportMetric(float64(len(data))/(1<<20), "MB-file")
}
