package web

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/locale"
	"qingce/templates"
)

const (
	identityKey = "identity"
	flashCookie = "qingce_flash"
	langCookie  = "qingce_lang"
)

// identity is the Identity with the reason why a secret was not accepted.
type identity struct {
	Identity
	err error
}

// identify finds out who is calling before anything else is read. A secret
// that is not accepted makes the caller nobody; the error is kept, so that an
// API client learns that its token is dead.
func (s *Server) identify(c *gin.Context) {
	id := identity{Identity: Identity{By: auth.Principal{}}}
	origin, requestID := c.ClientIP(), rand.Text()[:12]
	c.Header("X-Request-Id", requestID)
	ctx := c.Request.Context()
	if secret, ok := bearer(c.Request); ok {
		id.By, id.err = s.opts.Token(ctx, secret, origin)
	} else if secret := s.sessionCookie(c); secret != "" {
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

// cookieName binds the cookie to the host when TLS allows it.
func (s *Server) cookieName() string {
	if s.opts.Secure {
		return "__Host-qingce"
	}
	return "qingce_session"
}

func (s *Server) sessionCookie(c *gin.Context) string {
	v, err := c.Request.Cookie(s.cookieName())
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
	s.setCookie(c, s.cookieName(), secret, age)
}

func (s *Server) setCookie(c *gin.Context, name, value string, age int) {
	http.SetCookie(c.Writer, &http.Cookie{
		Name: name, Value: value, Path: "/", MaxAge: age,
		HttpOnly: true, Secure: s.opts.Secure, SameSite: http.SameSiteLaxMode,
	})
}

// keepFlash keeps a message for the next page in the person's own browser.
func (s *Server) keepFlash(r *Request, f templates.Flash) {
	raw, err := json.Marshal(f)
	if err == nil {
		s.setCookie(r.gin, flashCookie, base64.RawURLEncoding.EncodeToString(raw), 120)
	}
}

func (s *Server) takeFlash(c *gin.Context) []templates.Flash {
	v, err := c.Request.Cookie(flashCookie)
	if err != nil {
		return nil
	}
	s.setCookie(c, flashCookie, "", -1)
	raw, err := base64.RawURLEncoding.DecodeString(v.Value)
	var f templates.Flash
	if err != nil || json.Unmarshal(raw, &f) != nil || f.Text == "" {
		return nil
	}
	return []templates.Flash{f}
}

// printer speaks the language that was asked for by ?lang=, kept in the
// cookie, or preferred by the browser; Chinese when none of them says so.
func (s *Server) printer(c *gin.Context) *locale.Printer {
	if lang := c.Query("lang"); lang == locale.Chinese || lang == locale.English {
		s.setCookie(c, langCookie, lang, 365*24*3600)
		return s.opts.Catalog.Printer(lang)
	}
	if v, err := c.Request.Cookie(langCookie); err == nil {
		return s.opts.Catalog.Printer(v.Value)
	}
	return s.opts.Catalog.Printer(preferred(c.GetHeader("Accept-Language")))
}

// preferred reads the first language of Accept-Language.
func preferred(header string) string {
	first, _, _ := strings.Cut(header, ",")
	if strings.HasPrefix(strings.ToLower(strings.TrimSpace(first)), "en") {
		return locale.English
	}
	return locale.Chinese
}
