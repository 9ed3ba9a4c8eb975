package web

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"qingce/internal/fault"
	"qingce/internal/locale"
	"qingce/templates"
)

const (
	identityKey   = "identity"
	sessionCookie = "qingce"
	flashCookie   = "qingce_flash"
	langCookie    = "qingce_lang"
)

// identifyTimeout is how long finding out who is calling may take.
const identifyTimeout = 5 * time.Second

// identity is the Identity with the reason why a secret was not accepted.
type identity struct {
	Identity
	err error
}

// identify finds out who is calling before anything else is read. A secret
// that is not accepted makes the caller nobody; the error is kept, so that an
// API client learns that its token is dead.
func (s *Server) identify(c *gin.Context) {
	if strings.HasPrefix(c.Request.URL.Path, "/assets/") {
		return
	}
	id := identityOf(c)
	origin, requestID := id.By.Origin, id.By.RequestID
	ctx, cancel := context.WithTimeout(c.Request.Context(), identifyTimeout)
	defer cancel()
	if secret, ok := bearer(c.Request); ok {
		id.By, id.err = s.opts.Token(ctx, secret, origin)
	} else if secret := s.cookie(c, sessionCookie); secret != "" {
		id.Identity, id.err = s.opts.Session(ctx, secret, origin)
		if fault.KindOf(id.err) == fault.Unauthenticated {
			s.setSessionCookie(c, "")
		}
	}
	if id.err != nil {
		id.Identity = Identity{}
	}
	id.By.Origin, id.By.RequestID = origin, requestID
	c.Set(identityKey, id)
}

func identityOf(c *gin.Context) identity {
	v, _ := c.Get(identityKey)
	id, _ := v.(identity)
	return id
}

func bearer(r *http.Request) (string, bool) {
	scheme, secret, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	return strings.TrimSpace(secret), ok && strings.EqualFold(scheme, "Bearer")
}

// cookieName binds a cookie to the host when TLS allows it.
func (s *Server) cookieName(name string) string {
	if s.opts.Secure {
		return "__Host-" + name
	}
	return name
}

func (s *Server) cookie(c *gin.Context, name string) string {
	v, err := c.Request.Cookie(s.cookieName(name))
	if err != nil {
		return ""
	}
	return v.Value
}

func (s *Server) setSessionCookie(c *gin.Context, secret string) {
	age := 0
	if secret == "" {
		age = -1
	}
	s.setCookie(c, sessionCookie, secret, age)
}

// setCookie sets a cookie for age seconds: 0 until the browser ends, less takes
// it away.
func (s *Server) setCookie(c *gin.Context, name, value string, age int) {
	http.SetCookie(c.Writer, &http.Cookie{
		Name: s.cookieName(name), Value: value, Path: "/", MaxAge: age,
		HttpOnly: true, Secure: s.opts.Secure, SameSite: http.SameSiteLaxMode,
	})
}

// flashSeconds is how long a message waits for the next page.
const flashSeconds = 120

// keepFlash keeps a message for the next page in the person's own browser.
func (s *Server) keepFlash(c *gin.Context, f templates.Flash) {
	raw, err := json.Marshal(f)
	if err == nil {
		s.setCookie(c, flashCookie, base64.RawURLEncoding.EncodeToString(raw), flashSeconds)
	}
}

func (s *Server) takeFlash(c *gin.Context) []templates.Flash {
	v := s.cookie(c, flashCookie)
	if v == "" {
		return nil
	}
	s.setCookie(c, flashCookie, "", -1)
	raw, err := base64.RawURLEncoding.DecodeString(v)
	var f templates.Flash
	if err != nil || json.Unmarshal(raw, &f) != nil || f.Text == "" {
		return nil
	}
	return []templates.Flash{f}
}

// langSeconds is how long the chosen language is remembered.
const langSeconds = 365 * 24 * 3600

// printer speaks the language that was asked for by ?lang=, kept in the
// cookie, or preferred by the browser; Chinese when none of them says so.
func (s *Server) printer(c *gin.Context) *locale.Printer {
	if lang := c.Query("lang"); lang == locale.Chinese || lang == locale.English {
		return s.opts.Catalog.Printer(lang)
	}
	if lang := s.cookie(c, langCookie); lang != "" {
		return s.opts.Catalog.Printer(lang)
	}
	return s.opts.Catalog.Printer(preferred(c.GetHeader("Accept-Language")))
}

// keepLang remembers the language that was asked for by ?lang=.
func (s *Server) keepLang(c *gin.Context) {
	if lang := c.Query("lang"); lang == locale.Chinese || lang == locale.English {
		s.setCookie(c, langCookie, lang, langSeconds)
	}
}

// preferred reads Accept-Language: English when it is wanted more than
// Chinese.
func preferred(header string) string {
	var english, chinese float64
	for part := range strings.SplitSeq(header, ",") {
		tag, params, _ := strings.Cut(part, ";")
		q := weight(params)
		switch primary, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(tag)), "-"); primary {
		case "en":
			english = max(english, q)
		case "zh":
			chinese = max(chinese, q)
		}
	}
	if english > chinese {
		return locale.English
	}
	return locale.Chinese
}

// weight reads "q=0.8"; without it a language is wanted fully.
func weight(params string) float64 {
	value, ok := strings.CutPrefix(strings.TrimSpace(params), "q=")
	if !ok {
		return 1
	}
	q, err := strconv.ParseFloat(value, 64)
	if err != nil {
		return 0
	}
	return q
}
