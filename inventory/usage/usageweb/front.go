package usageweb

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"qingce/internal/fault"
	"qingce/internal/locale"
	"qingce/inventory/usage"
	"qingce/inventory/usage/wire"
)

// endpoint is one address to which probes send.
type endpoint struct {
	// fallback is the form of answers to requests that do not say theirs.
	fallback  wire.Format
	negotiate func(http.Header) (wire.Format, wire.Packing, error)
	// take does the work: it decodes the body, has stored what can be kept, and
	// returns after the commit.
	take func(ctx context.Context, c *delivery) (wire.Tally, error)
}

// delivery is a request whose token was accepted and whose body was read.
type delivery struct {
	Pass    usage.Pass
	Format  wire.Format
	Decoder *wire.Decoder
	// Body is unpacked. It is the decoder's, and valid until take returns.
	Body []byte
	Now  time.Time
}

// front is what all endpoints share.
type front struct {
	probes   *usage.Probes
	catalog  *locale.Catalog
	clock    func() time.Time
	quotas   *usage.Quotas
	room     *room
	decoders *decoders
	meters   *meters
}

func newFront(deps Deps) *front {
	f := &front{
		probes: deps.Probes, catalog: deps.Catalog, clock: deps.DB.Now, quotas: usage.NewQuotas(deps.quota()),
		room: newRoom(roomBytes), decoders: newDecoders(deps.Ledger, deps.DB.Now), meters: newMeters(deps),
	}
	f.meters.watch(deps, f.room)
	return f
}

// answerWithin is how long a request may take besides the reading of its body,
// so that the sender hears 503 within ten seconds when the database does not
// answer.
const (
	answerWithin = 8 * time.Second
	tokenWithin  = 3 * time.Second
)

// visit is one request on its way through the front.
type visit struct {
	front  *front
	format wire.Format
	pass   usage.Pass
	began  time.Time
	bytes  int
	tally  wire.Tally
	err    error
}

// receive is the handler of an endpoint.
func (f *front) receive(e endpoint) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := &visit{front: f, format: e.fallback, began: f.clock()}
		v.tally, v.err = v.serve(r, e)
		res := wire.Respond(v.format, v.tally, v.err, f.say(r))
		if res.Status == http.StatusUnauthorized {
			res.Header.Set("WWW-Authenticate", `Bearer realm="qingce"`)
		}
		_ = res.Write(w) // a sender that is gone comes again
		v.note(r, res.Status)
	})
}

// serve does everything but answer.
func (v *visit) serve(r *http.Request, e endpoint) (wire.Tally, error) {
	format, packing, unknown := e.negotiate(r.Header)
	if unknown == nil {
		v.format = format
	}
	if err := v.admit(r); err != nil {
		return wire.Tally{}, err
	}
	if unknown != nil {
		return wire.Tally{}, unknown
	}
	if wait, ok := v.front.quotas.Begin(v.pass.TokenID, v.began); !ok {
		return wire.Tally{}, wire.Busy(wait)
	}
	set, err := v.front.decoders.now(r.Context())
	if err != nil {
		return wire.Tally{}, err
	}
	left := answerWithin - v.front.clock().Sub(v.began) // how long the body takes is the sender's affair
	body, err := v.front.read(r, packing, v.pass, set)
	if err != nil {
		return wire.Tally{}, err
	}
	defer body.release()
	v.bytes = body.size
	return v.take(r.Context(), e, body, left)
}

// take has the endpoint work on the body for what is left of the time.
func (v *visit) take(ctx context.Context, e endpoint, body *body, left time.Duration) (wire.Tally, error) {
	ctx, cancel := context.WithTimeout(ctx, left)
	defer cancel()
	tally, err := e.take(ctx, &delivery{
		Pass: v.pass, Format: v.format, Decoder: body.decoder, Body: body.bytes, Now: v.front.clock(),
	})
	v.front.quotas.Charge(v.pass.TokenID, tally.Items, v.front.clock())
	return tally, err
}

// admit finds out who comes, before the body is read.
func (v *visit) admit(r *http.Request) error {
	if tokenInQuery(r) {
		return &wire.Error{Status: http.StatusUnauthorized, Code: "probe.err.token_in_query"}
	}
	ctx, cancel := context.WithTimeout(r.Context(), tokenWithin)
	defer cancel()
	pass, err := v.front.probes.Authenticate(ctx, tokenOf(r))
	v.pass = pass
	var f *fault.Error
	switch {
	case err == nil:
		return nil
	case !usage.Known(err) || !errors.As(err, &f):
		return wire.Away(retryAfter, err)
	case f.Kind == fault.Forbidden:
		return &wire.Error{Status: http.StatusForbidden, Code: wire.Code(f.Code)}
	}
	return &wire.Error{Status: http.StatusUnauthorized, Code: wire.Code(f.Code)}
}

// retryAfter is when a sender comes again while the database is away.
const retryAfter = 5 * time.Second

// tokenOf is the token of a request: that of the header Authorization, as
// Bearer, or as the password of Basic for senders that know nothing else.
func tokenOf(r *http.Request) string {
	if _, password, ok := r.BasicAuth(); ok {
		return password
	}
	scheme, secret, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(secret)
}

// tokenInQuery tells whether somebody wrote a token into the address, where logs
// of proxies keep it. It is refused even beside a good header, so that it is
// noticed on the first day.
func tokenInQuery(r *http.Request) bool {
	if r.URL.RawQuery == "" {
		return false
	}
	for name, values := range r.URL.Query() {
		switch strings.ToLower(name) {
		case "token", "access_token", "api_key", "apikey":
			return true
		}
		for _, value := range values {
			if strings.Contains(value, usage.TokenPrefix) {
				return true
			}
		}
	}
	return false
}

// say puts issues into the language of the sender: Chinese if nothing is said.
func (f *front) say(r *http.Request) wire.Say {
	lang := locale.Chinese
	if strings.HasPrefix(strings.ToLower(r.Header.Get("Accept-Language")), "en") {
		lang = locale.English
	}
	p := f.catalog.Printer(lang)
	return func(i wire.Issue) string { return p.Text(string(i.Code), i.Args()) }
}

// note counts the request, and what it says about the probe. What was turned
// away for now is no rejection: it comes again.
func (v *visit) note(r *http.Request, status int) {
	v.front.meters.count(v, status)
	if v.pass.ProbeID == 0 {
		return
	}
	a := usage.Arrival{At: v.began, Origin: peer(r)}
	var failed *wire.Error
	switch {
	case v.err == nil:
		a.Accepted, a.Refused, a.Issues = v.tally.Kept, v.tally.Reasons, v.tally.Issues
	case errors.As(v.err, &failed) && !again(failed.Status):
		a.Refused, a.Issues = map[wire.Code]int{failed.Code: 1}, []wire.Issue{failed.Issue()}
	}
	v.front.probes.Arrived(v.pass, a)
}

// again tells whether the sender comes again with the same body.
func again(status int) bool {
	return status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable
}
