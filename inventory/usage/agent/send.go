package agent

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"qingce/inventory/usage/wire"
)

// sender brings reports to the service.
type sender struct {
	url     string
	client  *http.Client
	version string
	log     *slog.Logger
	chance  func() float64
	every   time.Duration
	lines   map[string]*line // by token
	said    map[wire.Code]bool
}

// line is the connection with one token: when it may be used again.
type line struct {
	failures int
	notYet   time.Time
	batch    int
	said     string
}

// mostInBatch is how many reports go into one request.
const mostInBatch = 500

// reportsPath is where the service takes reports.
const reportsPath = "api/v1/usage/reports"

func newSender(c Config, o Options) (*sender, error) {
	s := &sender{client: o.HTTP, version: o.Version, log: o.Log, chance: o.Chance, every: c.Interval, lines: map[string]*line{}, said: map[wire.Code]bool{}}
	if c.Server != nil {
		s.url = c.Server.JoinPath(reportsPath).String()
	}
	if s.client != nil {
		return s, nil
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	if c.CAFile != "" {
		pem, err := os.ReadFile(c.CAFile)
		if err != nil {
			return nil, fmt.Errorf("read ca_file: %w", err)
		}
		pool := x509.NewCertPool()
		if !pool.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("ca_file %s holds no certificate in PEM", c.CAFile)
		}
		transport.TLSClientConfig = &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
	}
	s.client = &http.Client{Transport: transport, Timeout: 15 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse // a token goes where it was told to, and nowhere else
	}}
	return s, nil
}

// letter is a report on its way, with the book that it is of.
type letter struct {
	wire.Report
	book *book
}

// send sends what each book has, batch by batch, until there is nothing more
// or the service does not want any.
func (s *sender) send(ctx context.Context, now time.Time, books []*book, epoch int64) {
	byToken := map[string][]letter{}
	var tokens []string
	for _, b := range books {
		if _, ok := byToken[b.token]; !ok {
			tokens = append(tokens, b.token)
		}
		for _, r := range b.pending(epoch) {
			byToken[b.token] = append(byToken[b.token], letter{r, b})
		}
	}
	for _, token := range tokens {
		if s.lines[token] == nil {
			s.lines[token] = &line{batch: mostInBatch}
		}
		s.sendAll(ctx, now, token, s.lines[token], byToken[token])
	}
}

func (s *sender) sendAll(ctx context.Context, now time.Time, token string, l *line, all []letter) {
	if now.Before(l.notYet) && l.notYet.Sub(now) <= longestWait {
		return
	}
	for len(all) > 0 && ctx.Err() == nil {
		batch := all[:min(len(all), l.batch)]
		err := s.post(ctx, token, batch)
		var refusal *refusal
		switch {
		case err == nil:
			s.well(l)
		case errors.As(err, &refusal) && refusal.status == http.StatusRequestEntityTooLarge && l.batch > 1:
			l.batch = max(1, len(batch)/2)
			continue
		case errors.As(err, &refusal) && refusal.status == http.StatusRequestEntityTooLarge:
			s.log.Error("the service takes no report of this size; it is dropped", "system", batch[0].System, "hour", batch[0].Hour.Start())
		default:
			s.badly(l, now, err)
			return
		}
		for i := range batch {
			batch[i].book.acknowledge(&batch[i].Report)
		}
		all = all[len(batch):]
	}
}

// well notes that the service has answered as it should.
func (s *sender) well(l *line) {
	if l.failures > 0 {
		s.log.Info("the service takes reports again", "after_failures", l.failures)
	}
	l.failures, l.said, l.notYet = 0, "", time.Time{}
}

// slow is how long the agent waits when somebody has to mend something first,
// and longestWait is the longest of all waits.
const (
	slow        = 15 * time.Minute
	longestWait = time.Hour
)

// badly waits: longer each time, as long as the service says, and long when it
// does not want this sender at all.
func (s *sender) badly(l *line, now time.Time, err error) {
	l.failures++
	wait := min(slow, s.every<<min(l.failures-1, 8))
	var r *refusal
	if errors.As(err, &r) {
		if !r.again {
			wait = slow
		}
		if r.after > 0 {
			wait = min(r.after, longestWait)
		}
	}
	wait += time.Duration(float64(wait) * 0.2 * s.chance())
	l.notYet = now.Add(min(wait, longestWait))
	if text := err.Error(); text != l.said {
		l.said = text
		s.log.Warn("reports could not be sent; they are kept", "error", err, "again_in", wait.Round(time.Second))
	}
}

// refusal is an answer other than the one hoped for.
type refusal struct {
	status int
	again  bool // it may be different soon
	after  time.Duration
	text   string
}

// Error says what to do about it.
func (r *refusal) Error() string {
	said := fmt.Sprintf("the service answers %d %s", r.status, http.StatusText(r.status))
	if r.text != "" {
		said += ": " + r.text
	}
	switch r.status {
	case http.StatusUnauthorized, http.StatusForbidden:
		said += " (is the token the one of this probe, and not revoked?)"
	case http.StatusNotFound, http.StatusMovedPermanently, http.StatusFound, http.StatusPermanentRedirect, http.StatusTemporaryRedirect:
		said += " (is server the address of the service itself?)"
	}
	return said
}

// post sends one batch. No error means that all of it need not be sent again.
func (s *sender) post(ctx context.Context, token string, batch []letter) error {
	body, err := pack(batch)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("make the request: %w", err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Content-Type", "application/x-ndjson")
	req.Header.Set("Content-Encoding", "gzip")
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", "qingce-agent/"+s.version)
	res, err := s.client.Do(req)
	if err != nil {
		return fmt.Errorf("reach the service: %w", err)
	}
	defer res.Body.Close()
	said, err := io.ReadAll(io.LimitReader(res.Body, 4<<20))
	if err != nil {
		return fmt.Errorf("read the answer of the service: %w", err)
	}
	return s.answer(res, said, len(batch))
}

func pack(batch []letter) ([]byte, error) {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	var line []byte
	for i := range batch {
		line = append(batch[i].AppendJSON(line[:0]), '\n')
		if _, err := z.Write(line); err != nil {
			return nil, fmt.Errorf("pack reports: %w", err)
		}
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("pack reports: %w", err)
	}
	return out.Bytes(), nil
}

// answer reads what the service says to a batch of n reports.
func (s *sender) answer(res *http.Response, said []byte, n int) error {
	a, err := wire.ReadAnswer(said)
	if res.StatusCode == http.StatusOK || res.StatusCode == http.StatusUnprocessableEntity {
		if err != nil || a.Accepted+a.Refused != n {
			return &refusal{status: res.StatusCode, text: "but this is not the answer of the service to reports: " + shorten(said, 80)}
		}
		s.refused(a)
		return nil
	}
	r := &refusal{status: res.StatusCode, text: a.Message, after: retryAfter(res.Header)}
	r.again = res.StatusCode >= 500 || res.StatusCode == http.StatusTooManyRequests || res.StatusCode == http.StatusRequestTimeout
	if err != nil {
		r.text = ""
	}
	return r
}

// refused logs what was refused, once for every reason. It is not sent again:
// it would be refused again.
func (s *sender) refused(a wire.Answer) {
	for _, i := range a.Issues {
		if s.said[i.Code] {
			continue
		}
		s.said[i.Code] = true
		s.log.Error("the service refuses a report; such reports are not sent again", "code", i.Code, "system", i.System, "message", i.Message, "count", i.Count)
	}
}

// retryAfter reads the header: seconds, or a date, which is held against the
// clock of the service and not against ours.
func retryAfter(h http.Header) time.Duration {
	said := strings.TrimSpace(h.Get("Retry-After"))
	if n, err := strconv.Atoi(said); err == nil {
		return time.Duration(min(max(n, 0), 1<<20)) * time.Second
	}
	then, err := http.ParseTime(said)
	if err != nil {
		return 0
	}
	now, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		return 0
	}
	return max(0, then.Sub(now))
}
