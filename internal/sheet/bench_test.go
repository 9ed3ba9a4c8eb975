package sheet_test

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/metrics"
	"sync/atomic"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"qingce/internal/calendar"
	"qingce/internal/sheet"
)

// benchColumns are 75 columns of the kinds that a register has.
func benchColumns() []sheet.Column {
	columns := make([]sheet.Column, 75)
	for i := range columns {
		columns[i] = sheet.Column{Key: fmt.Sprintf("field_%d", i), Title: fmt.Sprintf("项目%d", i), Kind: sheet.ColumnKind(i % 6)}
		if columns[i].Kind == sheet.ColumnList {
			columns[i].Options = []string{"自主运维", "外包服务"}
		}
	}
	return columns
}

func benchRow(columns []sheet.Column, row int) []sheet.Value {
	day := calendar.NewDate(2017, time.September, 30)
	values := make([]sheet.Value, len(columns))
	for i := range values {
		switch columns[i].Kind {
		case sheet.ColumnNumber:
			values[i] = sheet.Whole(int64(row * i))
		case sheet.ColumnDecimal:
			values[i] = sheet.Decimal("12.5")
		case sheet.ColumnMoney:
			values[i] = sheet.Amount(int64(row*1000 + i))
		case sheet.ColumnDate:
			values[i] = sheet.Day(day.AddDays(row % 1000))
		case sheet.ColumnList:
			values[i] = sheet.Text("自主运维")
		default:
			values[i] = sheet.Text(fmt.Sprintf("某市某局信息系统第%d号", row*100+i))
		}
	}
	return values
}

// benchFile writes a workbook of so many rows of 75 columns.
func benchFile(tb testing.TB, rows int) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "table.xlsx")
	out, err := os.Create(path)
	if err != nil {
		tb.Fatal(err)
	}
	defer out.Close()
	writeBench(tb, out, rows)
	return path
}

func writeBench(tb testing.TB, out io.Writer, rows int) {
	tb.Helper()
	w := sheet.NewWriter(options(tb))
	defer w.Close()
	columns := benchColumns()
	table, err := w.Table(sheet.Table{Sheet: "系统", Title: "系统清单", Columns: columns})
	if err != nil {
		tb.Fatal(err)
	}
	for row := range rows {
		if err := table.Row(benchRow(columns, row)...); err != nil {
			tb.Fatal(err)
		}
	}
	if err := table.Close(); err != nil {
		tb.Fatal(err)
	}
	if _, err := w.WriteTo(out); err != nil {
		tb.Fatal(err)
	}
}

var benchSizes = []int{5_000, 50_000}

// bigLimits lets the larger benchmark file in.
var bigLimits = sheet.Limits{File: 64 << 20, Unpacked: 512 << 20}

// BenchmarkRead reads whole tables: with this package (header found, every cell
// with kind and address) and, as the base line, with the bare row loop of the
// library, which gives texts alone.
func BenchmarkRead(b *testing.B) {
	for _, rows := range benchSizes {
		path := benchFile(b, rows)
		b.Run(fmt.Sprintf("sheet/%dx75", rows), func(b *testing.B) { measured(b, func() { readWithSheet(b, path, rows) }) })
		b.Run(fmt.Sprintf("excelize/%dx75", rows), func(b *testing.B) { measured(b, func() { readWithLibrary(b, path, rows) }) })
	}
}

// BenchmarkWrite writes the same tables.
func BenchmarkWrite(b *testing.B) {
	for _, rows := range benchSizes {
		b.Run(fmt.Sprintf("sheet/%dx75", rows), func(b *testing.B) { measured(b, func() { writeBench(b, io.Discard, rows) }) })
	}
}

func readWithSheet(b *testing.B, path string, want int) {
	in, err := os.Open(path)
	if err != nil {
		b.Fatal(err)
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		b.Fatal(err)
	}
	book, err := sheet.Open(in, info.Size(), "table.xlsx", bigLimits)
	if err != nil {
		b.Fatal(err)
	}
	rows := book.Rows(book.Sheets()[0])
	header, err := sheet.FindHeader(rows, sheet.Known(benchColumns()))
	if err != nil || len(header.Columns) != 75 {
		b.Fatalf("header of %d columns: %v", len(header.Columns), err)
	}
	n := 0
	for row, err := range header.Data(rows) {
		if err != nil || len(row.Cells) != 75 {
			b.Fatalf("row of %d cells: %v", len(row.Cells), err)
		}
		n++
	}
	if n != want {
		b.Fatalf("%d rows, want %d", n, want)
	}
}

func readWithLibrary(b *testing.B, path string, want int) {
	f, err := excelize.OpenFile(path, excelize.Options{RawCellValue: true, UnzipSizeLimit: 512 << 20, UnzipXMLSizeLimit: 16 << 20})
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	rows, err := f.Rows(f.GetSheetName(0))
	if err != nil {
		b.Fatal(err)
	}
	defer rows.Close()
	n := 0
	for rows.Next() {
		if _, err := rows.Columns(); err != nil {
			b.Fatal(err)
		}
		n++
	}
	if n != want+2 {
		b.Fatalf("%d rows, want %d", n, want+2)
	}
}

// measured reports the peak of the heap beside the time.
func measured(b *testing.B, run func()) {
	b.ReportAllocs()
	peak := peakDuring(func() {
		for b.Loop() {
			run()
		}
	})
	b.ReportMetric(float64(peak)/(1<<20), "peak-MiB")
}

// peakDuring is the most memory that the heap held while run ran.
func peakDuring(run func()) uint64 {
	runtime.GC()
	var peak atomic.Uint64
	done, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		heap := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for {
			metrics.Read(heap)
			peak.Store(max(peak.Load(), heap[0].Value.Uint64()))
			select {
			case <-done:
				return
			case <-tick.C:
			}
		}
	}()
	run()
	close(done)
	<-stopped
	return peak.Load()
}
