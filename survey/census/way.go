package census

import (
	"context"
	"slices"

	"qingce/internal/auth"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/survey"
)

// Part is a number of a certificate that rows of forms or certified systems
// stand behind.
type Part string

// The parts of a Way, and the certified systems by whose they are. Behind
// Declared and Corrected stand bodies, behind the others systems.
const (
	PartDeclared  Part = "declared"
	PartCorrected Part = "corrected"
	PartFound     Part = "found"
	PartOffline   Part = "offline"
	PartBeside    Part = "beside"
	PartGone      Part = "gone"
	PartMunicipal Part = "municipal"
	PartOthers    Part = "others"
)

var parts = []Part{PartDeclared, PartCorrected, PartFound, PartOffline, PartBeside, PartGone, PartMunicipal, PartOthers}

// Valid tells whether p is a known part.
func (p Part) Valid() bool { return slices.Contains(parts, p) }

// OfBodies tells whether bodies stand behind the number, each with a share of
// it, and not systems.
func (p Part) OfBodies() bool { return p == PartDeclared || p == PartCorrected }

// PartLine is a body or a system behind a number of a certificate.
type PartLine struct {
	Body inventory.Department
	// Of a body: what it declared first, and how many systems stand on its form
	// besides those that the census found.
	Declared, Standing int
	// Of a system. Row is 0 for one that is on no form, Code is empty for one
	// that was never registered.
	Row        survey.RowID
	Code, Name string
	GoneKind   survey.GoneKind
	GoneReason string
}

// share is what the line adds to the number.
func (l *PartLine) share(p Part) int {
	switch p {
	case PartDeclared:
		return l.Declared
	case PartCorrected:
		return l.Standing - l.Declared
	}
	return 1
}

// PartPage is a page of what stands behind a number.
type PartPage struct {
	Certificate  Certificate
	Census, Base survey.Campaign
	Lines        []PartLine
	Total        int // lines that the reader may see
	Sum          int // what they add up to
	Page, Size   int
}

// PartLines lists what stands behind a number of a certificate, as far as by may
// see the bodies. A part that is none is not found.
func (d *Desk) PartLines(ctx context.Context, by auth.Principal, id CertificateID, part Part, page, size int) (PartPage, error) {
	out := PartPage{Page: max(page, 1), Size: min(max(size, 1), inventory.MaxPageSize)}
	if !part.Valid() {
		return out, errAbsent
	}
	err := d.deps.DB.Read(ctx, func(tx *store.Tx) error {
		seen, err := d.seen(tx, by)
		if err != nil {
			return err
		}
		c, err := certificateByID(tx, id)
		if err != nil {
			return err
		}
		out.Certificate = c
		if out.Census, out.Base, err = campaignsOf(tx, &c); err != nil {
			return err
		}
		all, err := partLines(tx, &c, part, seen)
		if err != nil {
			return err
		}
		dir, err := d.deps.Registry.DirectoryIn(tx)
		if err != nil {
			return err
		}
		out.Total = len(all)
		for i := range all {
			out.Sum += all[i].share(part)
		}
		from := min((out.Page-1)*out.Size, len(all))
		out.Lines = all[from:min(from+out.Size, len(all))]
		for i := range out.Lines {
			out.Lines[i].Body, _ = dir.Find(out.Lines[i].Body.ID)
		}
		return nil
	})
	return out, err
}

// CampaignsOf are the census of a certificate and the self-survey that it rests
// on.
func (d *Desk) CampaignsOf(ctx context.Context, by auth.Principal, c Certificate) (of, base survey.Campaign, err error) {
	if err := by.Require(viewers()...); err != nil {
		return of, base, err
	}
	err = d.deps.DB.Read(ctx, func(tx *store.Tx) error {
		of, base, err = campaignsOf(tx, &c)
		return err
	})
	return of, base, err
}
