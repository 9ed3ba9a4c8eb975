package main

import (
	"net"
	"net/netip"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"qingce/internal/fault"
)

// Settings are the flags that every subcommand has. Each can also be given by
// the environment variable of its tag "setting".
type Settings struct {
	Data      string `setting:"QINGCE_DATA" default:"data" placeholder:"DIR" help:"Directory for the embedded database, the signed heads of the operation log, and backups."`
	Database  string `setting:"QINGCE_DATABASE" placeholder:"ADDRESS" help:"sqlite:FILE or postgres://USER:PASSWORD@HOST/NAME. Default: qingce.db in the data directory. Prefer the variable: others can read a command line."`
	LogLevel  string `setting:"QINGCE_LOG_LEVEL" default:"auto" enum:"auto,debug,info,warn,error" placeholder:"LEVEL" help:"debug, info, warn, error, or auto: info for serve, warn otherwise."`
	LogFormat string `setting:"QINGCE_LOG_FORMAT" default:"auto" enum:"auto,json,text" placeholder:"FORM" help:"json, text, or auto: json for serve, text otherwise."`
	Lang      string `setting:"QINGCE_LANG" default:"" enum:",zh-CN,en" placeholder:"LANG" help:"Language of the messages of this command: zh-CN or en. Default: that of the terminal."`
}

// Serving are the flags of the running service.
type Serving struct {
	Listen         string   `setting:"QINGCE_LISTEN" default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Address to listen on. \":8080\" is every address of this machine."`
	PublicURL      string   `setting:"QINGCE_PUBLIC_URL" placeholder:"URL" help:"How people reach the service, such as https://qingce.example.gov.cn. With https, cookies are bound to TLS."`
	TLSCert        string   `setting:"QINGCE_TLS_CERT" placeholder:"FILE" help:"Certificate chain in PEM. SIGHUP reads it again."`
	TLSKey         string   `setting:"QINGCE_TLS_KEY" placeholder:"FILE" help:"Private key of the certificate in PEM."`
	TrustedProxies []string `setting:"QINGCE_TRUSTED_PROXIES" placeholder:"ADDRESS,…" help:"Reverse proxies, as addresses or networks, that may tell the client's address. Nobody is trusted by default."`
	Migrate        bool     `setting:"QINGCE_MIGRATE" help:"Migrate an older PostgreSQL database at the start. (The embedded one is always migrated, after a copy was made.)"`
	KeepBackups    int      `setting:"QINGCE_KEEP_BACKUPS" default:"14" placeholder:"N" help:"Nightly backups of the embedded database to keep; 0 makes none."`
	MaxRequests    int      `setting:"QINGCE_MAX_REQUESTS" default:"256" placeholder:"N" help:"Requests answered at the same time; more are told to come again."`
}

// database is the address of the database.
func (s Settings) database() string {
	if s.Database != "" {
		return s.Database
	}
	return "sqlite:" + filepath.Join(s.Data, "qingce.db")
}

// embedded tells whether the database is a file of this machine.
func (s Settings) embedded() bool { return strings.HasPrefix(s.database(), "sqlite:") }

// anchorDir holds the signing key and the signed heads of the operation log.
func (s Settings) anchorDir() string { return filepath.Join(s.Data, "oplog") }

// backupDir holds the nightly backups.
func (s Settings) backupDir() string { return filepath.Join(s.Data, "backups") }

func (s Settings) check() error {
	d := s.database()
	if !slices.ContainsFunc([]string{"sqlite:", "postgres://", "postgresql://"}, func(p string) bool { return strings.HasPrefix(d, p) }) {
		return badSetting("QINGCE_DATABASE", "cli.bad.database")
	}
	if d == "sqlite:" {
		return badSetting("QINGCE_DATABASE", "cli.bad.database")
	}
	return nil
}

func (s Serving) check() error {
	if _, _, err := net.SplitHostPort(s.Listen); err != nil {
		return badSetting("QINGCE_LISTEN", "cli.bad.listen")
	}
	if (s.TLSCert == "") != (s.TLSKey == "") {
		return badSetting("QINGCE_TLS_CERT", "cli.bad.tls")
	}
	if u, err := url.Parse(s.PublicURL); s.PublicURL != "" && (err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") || strings.Trim(u.Path, "/") != "" || u.User != nil) {
		return badSetting("QINGCE_PUBLIC_URL", "cli.bad.public_url")
	}
	for _, p := range s.TrustedProxies {
		_, notAddress := netip.ParseAddr(p)
		_, notNetwork := netip.ParsePrefix(p)
		if notAddress != nil && notNetwork != nil {
			return badSetting("QINGCE_TRUSTED_PROXIES", "cli.bad.proxy", "value", p)
		}
	}
	if s.KeepBackups < 0 || s.KeepBackups > 3650 {
		return badSetting("QINGCE_KEEP_BACKUPS", "cli.bad.number", "least", 0, "most", 3650)
	}
	if s.MaxRequests < 8 || s.MaxRequests > 65536 {
		return badSetting("QINGCE_MAX_REQUESTS", "cli.bad.number", "least", 8, "most", 65536)
	}
	return nil
}

// secure tells whether people come over TLS, here or at a proxy.
func (s Serving) secure() bool {
	return s.TLSCert != "" || strings.HasPrefix(s.PublicURL, "https://")
}

// badSetting refuses a value of a setting; the flag has the name of the
// variable without QINGCE_, in small letters.
func badSetting(variable, code string, args ...any) error {
	return fault.Refuse([]fault.Field{fault.At(variable, code, append(args, "name", variable, "flag", flagOf(variable))...)})
}

func flagOf(variable string) string {
	return "--" + strings.ReplaceAll(strings.ToLower(strings.TrimPrefix(variable, "QINGCE_")), "_", "-")
}

// variables gives flags their values from the environment.
type variables struct{ all map[string]string }

func newVariables(env []string) *variables {
	v := &variables{all: map[string]string{}}
	for _, pair := range env {
		if name, value, ok := strings.Cut(pair, "="); ok {
			v.all[name] = value
		}
	}
	return v
}

// Validate is for kong.
func (v *variables) Validate(*kong.Application) error { return nil }

// Resolve finds the value of a flag that is not on the command line.
func (v *variables) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	name := flag.Tag.Get("setting")
	value, ok := v.all[name]
	if name == "" || !ok || value == "" {
		return nil, nil //nolint:nilnil // kong's way to say "not here"
	}
	return value, nil
}

// unknown lists variables that look like settings and are none: most likely
// their names are misspelled. Those of the tests are left alone.
func (v *variables) unknown() []string {
	var out []string
	for name := range v.all {
		if strings.HasPrefix(name, "QINGCE_") && !strings.HasPrefix(name, "QINGCE_TEST_") && !slices.Contains(settingNames(), name) {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}
