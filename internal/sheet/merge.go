package sheet

import (
	"bytes"
	"errors"
	"slices"
)

// area is a merged area; rows and columns count from 1.
type area struct{ top, left, bottom, right int }

// readMerged walks through the whole part of a table and collects its merged
// areas, which stand behind the rows. So each part is known to be well-formed
// before its first row is given out.
func readMerged(a *archive, part string) ([]area, error) {
	var areas []area
	err := a.each(part, func(s *scanner) error {
		if string(s.name) != "mergeCell" {
			return nil
		}
		one, ok := parseArea(s.attribute("ref"))
		if !ok || one.left > a.limits.Columns {
			return nil
		}
		if len(areas) >= maxMergedAreas {
			return errors.New("too many merged areas")
		}
		one.right = min(one.right, a.limits.Columns)
		areas = append(areas, one)
		return nil
	})
	slices.SortFunc(areas, func(a, b area) int { return a.top - b.top })
	return areas, err
}

// parseArea reads "A1:C3"; one cell alone is no area.
func parseArea(ref []byte) (area, bool) {
	from, to, found := bytes.Cut(ref, []byte(":"))
	left, top, ok := parseAddress(from)
	right, bottom, also := parseAddress(to)
	return area{top, left, bottom, right}, found && ok && also && top <= bottom && left <= right
}

// merges follows the merged areas while the rows go by.
type merges struct {
	areas  []area // those that have not begun
	active []activeArea
}

// activeArea is an area with the content of its first cell.
type activeArea struct {
	area
	cell Cell
}

// enter begins the areas of the row and ends those above it. Areas never
// overlap, so those of one row are together no wider than the table.
func (m *merges) enter(row, columns int) error {
	m.active = slices.DeleteFunc(m.active, func(a activeArea) bool { return a.bottom < row })
	for len(m.areas) > 0 && m.areas[0].top <= row {
		if m.areas[0].bottom >= row {
			m.active = append(m.active, activeArea{area: m.areas[0]})
		}
		m.areas = m.areas[1:]
	}
	width := 0
	for _, a := range m.active {
		width += a.right - a.left + 1
	}
	if width > columns {
		return errors.New("merged areas overlap")
	}
	return nil
}

// fill repeats the content of each area in its other cells of this row.
func (m *merges) fill(row *Row) {
	for i := range m.active {
		a := &m.active[i]
		if a.top == row.Number && a.left <= len(row.Cells) {
			a.cell = row.Cells[a.left-1]
		}
		if a.cell.Kind == CellEmpty {
			continue
		}
		for len(row.Cells) < a.right {
			row.Cells = append(row.Cells, Cell{Address: Address(len(row.Cells)+1, row.Number)})
		}
		for column := a.left; column <= a.right; column++ {
			cell := &row.Cells[column-1]
			if column == a.left && row.Number == a.top || cell.Kind != CellEmpty {
				continue
			}
			address := cell.Address
			*cell = a.cell
			cell.Address, cell.MergedFrom = address, a.cell.Address
		}
	}
}
