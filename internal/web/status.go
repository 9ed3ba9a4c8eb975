package web

import (
	"errors"
	"fmt"
	"math"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode"

	"qingce/internal/fault"
)

// statusOf is the one place where a kind of trouble becomes an HTTP status.
func statusOf(kind fault.Kind) int {
	switch kind {
	case fault.Invalid:
		return http.StatusBadRequest
	case fault.Unauthenticated:
		return http.StatusUnauthorized
	case fault.Forbidden:
		return http.StatusForbidden
	case fault.NotFound:
		return http.StatusNotFound
	case fault.Conflict:
		return http.StatusConflict
	case fault.TooLarge:
		return http.StatusRequestEntityTooLarge
	case fault.Unsupported:
		return http.StatusUnsupportedMediaType
	case fault.RateLimited:
		return http.StatusTooManyRequests
	case fault.Unavailable:
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// formStatus is the status of a form that comes back: an invalid one was
// understood but cannot be processed.
func formStatus(err error) int {
	if kind := fault.KindOf(err); kind != fault.Invalid {
		return statusOf(kind)
	}
	return http.StatusUnprocessableEntity
}

// retryAfter is the value of the Retry-After header, empty for none.
func retryAfter(err error) string {
	var f *fault.Error
	if !errors.As(err, &f) || f.RetryAfter <= 0 {
		return ""
	}
	return strconv.Itoa(int(math.Ceil(f.RetryAfter.Seconds())))
}

// bodyFault turns what reading a body said into a fault, or nil when it was
// something else.
func bodyFault(err error) error {
	var big *http.MaxBytesError
	if errors.As(err, &big) {
		return tooLarge(big.Limit)
	}
	return nil
}

func tooLarge(limit int64) error {
	return fault.New(fault.TooLarge, "web.err.too_large", "limit", fmt.Sprintf("%.0f MB", math.Ceil(float64(limit)/(1<<20))))
}

// disposition names a download; the plain name is for browsers that do not
// read the encoded one.
func disposition(name string, inline bool) string {
	kind := "attachment"
	if inline {
		kind = "inline"
	}
	return mime.FormatMediaType(kind, map[string]string{"filename": name})
}

// Join is an address below another: each part is escaped, so that a code or a
// name with a slash in it stays one part.
func Join(base string, parts ...string) string {
	for _, p := range parts {
		base += "/" + url.PathEscape(p)
	}
	return base
}

// LocalPath returns to when it is a path of this service and "/" otherwise, so
// that no link can send people to another site. What browsers read otherwise
// than the standard library (backslashes, control characters) is no path.
func LocalPath(to string) string {
	strange := strings.ContainsFunc(to, func(r rune) bool { return r == '\\' || unicode.IsControl(r) })
	u, err := url.Parse(to)
	if err != nil || strange || u.Scheme != "" || u.Host != "" || !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") {
		return "/"
	}
	return to
}
