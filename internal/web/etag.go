package web

import (
	"strconv"
	"strings"

	"qingce/internal/fault"
)

// ETag is the entity tag of a version of a record, for the header of that name.
func ETag(version int64) string { return `"` + strconv.FormatInt(version, 10) + `"` }

// MatchedVersion reads the version that a client has seen from the header
// If-Match of its change. Without the header, or with one that ETag did not
// make, the change is refused: it could undo what the client has not seen.
func MatchedVersion(ifMatch string) (int64, error) {
	tag := strings.TrimPrefix(strings.TrimSpace(ifMatch), "W/") // a proxy that packs answers weakens tags
	version, err := strconv.ParseInt(strings.Trim(tag, `"`), 10, 64)
	if err != nil || version < 1 || len(tag) < 2 || tag[0] != '"' {
		return 0, fault.Refuse([]fault.Field{fault.At("If-Match", "web.err.if_match")})
	}
	return version, nil
}
