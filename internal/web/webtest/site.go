package webtest

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"qingce/internal/account"
	"qingce/internal/auth"
	"qingce/internal/locale"
	"qingce/internal/store"
	"qingce/internal/store/storetest"
	"qingce/internal/web"
	"qingce/templates"
)

// Start is when every Site begins: 2017-10-24 09:00 in Xiangyang.
var Start = time.Date(2017, 10, 24, 1, 0, 0, 0, time.UTC)

// Password is the password of the people that As makes.
const Password = "Lantern-47-brook"

// Site is a server under test.
type Site struct {
	*web.Server
	DB       *store.DB
	Accounts *account.Accounts
	Clock    *storetest.Clock
	URL      string // http://127.0.0.1:…
	Log      *Log
	Texts    *locale.Catalog

	t      testing.TB
	home   auth.DepartmentID
	client *http.Client
	made   int // people with accounts
	people *People
}

// Config changes a Site before it opens.
type Config struct {
	// Web may change the options of the server.
	Web func(*web.Options)
	// Identify may let others than the Site find out who is calling.
	Identify func(*account.Accounts, *web.Options)
	// Accounts are the options of the accounts; a cheap hasher is put in.
	Accounts account.Options
	// Home is a department that exists, for CheckRights; 1 when it is left out.
	Home auth.DepartmentID
	// TLS serves over TLS, with the cookies that belong to it.
	TLS bool

	people *People
}

// Mount adds the routes that are tested.
type Mount func(site *Site)

// Open starts a Site on a fresh SQLite database; it ends with the test.
func Open(t testing.TB, mount Mount, configs ...Config) *Site {
	t.Helper()
	var conf Config
	for _, c := range configs {
		conf = c
	}
	clock := storetest.NewClock(Start)
	site := &Site{t: t, people: conf.people, home: cmp.Or(conf.Home, 1), Clock: clock, Log: &Log{}, DB: storetest.Open(t, storetest.At(clock.Now))}
	if conf.Accounts.Hasher == nil {
		conf.Accounts.Hasher = account.NewHasher(account.Cost{MemoryKiB: 64, Passes: 1, Lanes: 1}, 4)
	}
	site.Accounts, site.Texts = account.New(site.DB, conf.Accounts), Catalog(t)
	opts := web.Options{
		Templates: templates.FS, Catalog: site.Texts, Version: "test", Clock: clock.Now,
		Log: slog.New(slog.NewTextHandler(site.Log, nil)), Metrics: prometheus.NewRegistry(),
		Session: site.session, Token: site.token,
		PasswordPath: "/password", SignInPath: "/sign-in", Secure: conf.TLS,
	}
	if conf.Identify != nil {
		conf.Identify(site.Accounts, &opts)
	}
	if conf.Web != nil {
		conf.Web(&opts)
	}
	var err error
	if site.Server, err = web.New(opts); err != nil {
		t.Fatalf("open site: %v", err)
	}
	if mount != nil {
		mount(site)
	}
	site.serve(conf.TLS)
	return site
}

// session and token do what adminweb's do for the service, so that a test of
// one room does not hang on another.
func (s *Site) session(ctx context.Context, secret, origin string) (web.Identity, error) {
	by, info, err := s.Accounts.Resume(ctx, secret, account.Caller{Origin: origin})
	return web.Identity{By: by, Session: int64(info.ID), MustChange: info.Change != account.NoChange}, err
}

func (s *Site) token(ctx context.Context, secret, origin string) (auth.Principal, error) {
	by, _, err := s.Accounts.ByToken(ctx, secret, account.Caller{Origin: origin})
	return by, err
}

func (s *Site) serve(tls bool) {
	srv := httptest.NewUnstartedServer(s.Server)
	srv.Config.ErrorLog = slog.NewLogLogger(slog.NewTextHandler(s.Log, nil), slog.LevelWarn)
	if tls {
		srv.StartTLS()
	} else {
		srv.Start()
	}
	s.t.Cleanup(srv.Close)
	s.URL, s.client = srv.URL, srv.Client()
}

// Catalog reads the message files.
func Catalog(t testing.TB) *locale.Catalog {
	t.Helper()
	files, err := fs.Sub(templates.FS, "locale")
	if err != nil {
		t.Fatal(err)
	}
	c, err := locale.Load(files)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Nobody is a browser without a session.
func (s *Site) Nobody() *Browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	client := *s.client
	client.Jar = jar
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &Browser{site: s, client: &client, Lang: locale.Chinese}
}

// As is a browser in which a new person with the roles, of the department (0
// is none), has signed in.
func (s *Site) As(department auth.DepartmentID, roles ...auth.Role) *Browser {
	s.t.Helper()
	s.made++
	login := fmt.Sprintf("%s-%d", strings.Join(names(roles), "-"), s.made)
	acc, _, err := s.Accounts.Create(context.Background(), auth.Command("test", "webtest"), account.Draft{
		Login: login, Name: fmt.Sprintf("测试%d", s.made), DepartmentID: department, Roles: roles, Password: Password, Settled: true,
	})
	if err != nil {
		s.t.Fatalf("create %s: %v", login, err)
	}
	return s.SignIn(acc, Password)
}

// SignIn is a browser in which the owner of the account has signed in.
func (s *Site) SignIn(acc account.Account, password string) *Browser {
	s.t.Helper()
	session, _, err := s.Accounts.SignIn(context.Background(), acc.Login, password, account.Caller{Origin: "127.0.0.1", UserAgent: "webtest"})
	if err != nil {
		s.t.Fatalf("sign in as %s: %v", acc.Login, err)
	}
	b := s.Nobody()
	b.Account = acc
	b.SetCookie(&http.Cookie{Name: "qingce", Value: session.Token, Path: "/"})
	return b
}

// Token issues an API token of the browser's person and gives its text.
func (b *Browser) Token(scopes ...string) string {
	b.site.t.Helper()
	by := auth.Principal{AccountID: b.Account.ID, Login: b.Account.Login, Way: auth.BySession, Roles: b.Account.Roles}
	_, text, err := b.site.Accounts.IssueToken(context.Background(), by, "test", scopes, b.site.Clock.Now().AddDate(0, 1, 0))
	if err != nil {
		b.site.t.Fatalf("issue token: %v", err)
	}
	return text
}

// SetCookie gives the browser a cookie. Under TLS the name is bound to the
// host, as the server does it.
func (b *Browser) SetCookie(c *http.Cookie) {
	u, err := url.Parse(b.site.URL)
	if err != nil {
		b.site.t.Fatal(err)
	}
	if u.Scheme == "https" {
		c.Name, c.Secure = "__Host-"+c.Name, true
	}
	b.client.Jar.SetCookies(u, []*http.Cookie{c})
}

func names(roles []auth.Role) []string {
	out := make([]string, len(roles))
	for i, r := range roles {
		out[i] = string(r)
	}
	return out
}

// Log keeps what the server logs. It is safe for concurrent use.
type Log struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

// Write implements io.Writer.
func (l *Log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

// String is all that was logged.
func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}
