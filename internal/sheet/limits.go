package sheet

// Limits say how much of a file is read. A zero field means its default, so
// Limits{} is the default set.
type Limits struct {
	// File is the size of the file itself, in bytes (default 16 MiB).
	File int64
	// Unpacked is the size of all parts of the file together after
	// unpacking, in bytes (default 256 MiB).
	Unpacked int64
	// Parts is the number of parts in the file (default 1000).
	Parts int
	// Depth is how deep the elements of a part may be nested (default 64).
	Depth int
	// Rows is the number of the last row that may hold something (default
	// 100 000).
	Rows int
	// Columns is the number of the last column that may hold something
	// (default 300, which is KN).
	Columns int
	// CellText is the length of the text of one cell in characters (default
	// 32 767, the limit of the spreadsheet programs).
	CellText int
}

func (l Limits) withDefaults() Limits {
	l.File = orDefault(l.File, 16<<20)
	l.Unpacked = orDefault(l.Unpacked, 256<<20)
	l.Parts = orDefault(l.Parts, 1000)
	l.Depth = orDefault(l.Depth, 64)
	l.Rows = orDefault(l.Rows, 100_000)
	l.Columns = orDefault(l.Columns, 300)
	l.CellText = orDefault(l.CellText, maxCellText)
	return l
}

func orDefault[N int | int64](n, standard N) N {
	if n <= 0 {
		return standard
	}
	return n
}

// maxCellText is how many characters spreadsheet programs keep in one cell.
const maxCellText = 32_767

// Limits of what is kept in memory that no honest file comes near.
const (
	maxToken         = 1 << 20   // one tag or one run of text, in bytes
	maxSharedText    = 128 << 20 // the shared texts together, in bytes
	maxSharedStrings = 4_000_000
	maxStyles        = 65_536
	maxFormats       = 65_536
	maxMergedAreas   = 500_000
	maxProperties    = 1_000
)

// A part larger than this that was packed by more than this ratio holds the same
// bytes over and over. Tables of real offices stay below 50.
const (
	suspiciousSize  = 16 << 20
	suspiciousRatio = 200
)
