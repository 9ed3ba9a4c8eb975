package fundingweb

import (
	"net/url"
	"strconv"
	"time"

	"qingce/internal/evidence"
	"qingce/inventory"
	"qingce/scoring/funding"
)

// Deps are the rooms behind the pages.
type Deps struct {
	Registry *inventory.Registry
	Funding  *funding.Desk
	Box      *evidence.Box
	// Key signs statements; nil where the service has no key.
	Key funding.Signer
}

// desk is what all handlers share.
type desk struct{ Deps }

const (
	slowWork     = 2 * time.Minute
	formOverhead = 64 << 10 // what a form with a file takes besides the file
	fundingPath  = "/funding"
	xlsxType     = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
)

func yearPath(year int, parts ...string) string {
	out := fundingPath + "/" + strconv.Itoa(year)
	for _, p := range parts {
		out += "/" + url.PathEscape(p)
	}
	return out
}
