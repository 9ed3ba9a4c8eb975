package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"html/template"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
)

// assets serves the embedded style sheets, scripts and pictures under
// /assets/, each with its content's hash in its address.
type assets struct{ files map[string]*asset }

type asset struct {
	body, packed []byte
	mediaType    string
	hash         string
}

// packable are the sorts of files that become smaller by compression.
var packable = map[string]string{
	".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml",
}

func newAssets(files fs.FS) (*assets, error) {
	a := &assets{files: map[string]*asset{}}
	err := fs.WalkDir(files, "assets", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		a.files[strings.TrimPrefix(name, "assets/")] = newAsset(name, body)
		return nil
	})
	return a, err
}

func newAsset(name string, body []byte) *asset {
	sum := sha256.Sum256(body)
	f := &asset{body: body, hash: hex.EncodeToString(sum[:6])}
	ext := path.Ext(name)
	if f.mediaType = packable[ext]; f.mediaType == "" {
		f.mediaType = mime.TypeByExtension(ext)
		return f
	}
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write(body) // writing to memory cannot fail
	_ = w.Close()
	f.packed = b.Bytes()
	return f
}

// href is the address of an asset. A name that does not exist is a mistake of
// the template and makes its page fail.
func (a *assets) href(name string) (string, error) {
	f, ok := a.files[name]
	if !ok {
		return "", fmt.Errorf("no asset %q", name)
	}
	return "/assets/" + name + "?v=" + f.hash, nil
}

// icon draws a symbol of icons.svg beside a word.
func (a *assets) icon(name string) (template.HTML, error) {
	if name == "" || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
		return "", fmt.Errorf("no icon %q", name)
	}
	sprite, err := a.href("icons.svg")
	if err != nil {
		return "", err
	}
	return template.HTML(`<svg class="icon icon-` + name + `" aria-hidden="true" focusable="false"><use href="` + // the name is checked above
		sprite + `#` + name + `"></use></svg>`), nil
}

// ServeHTTP answers with the file. With the right hash it may be kept for
// ever, otherwise it must be asked for again.
func (a *assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f, ok := a.files[strings.TrimPrefix(r.URL.Path, "/assets/")]
	if !ok {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", f.mediaType)
	h.Set("Cache-Control", "no-cache")
	if r.URL.Query().Get("v") == f.hash {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	h.Set("ETag", `"`+f.hash+`"`)
	h.Set("Vary", "Accept-Encoding")
	if strings.Contains(r.Header.Get("If-None-Match"), f.hash) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	body := f.body
	if f.packed != nil && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		body = f.packed
	}
	h.Set("Content-Length", fmt.Sprint(len(body)))
	if r.Method != http.MethodHead {
		_, _ = w.Write(body)
	}
}
