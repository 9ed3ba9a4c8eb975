package web_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
)

func TestBodyLimits(t *testing.T) {
	b := sample(t).Nobody()
	form := func(n int) url.Values { return url.Values{"a": {strings.Repeat("x", n)}} }
	b.Post("/small", form(900)).Want(http.StatusOK)
	p := b.Post("/small", form(1100)).Want(http.StatusRequestEntityTooLarge)
	if !strings.Contains(p.Text("main"), "1 MB") {
		t.Errorf("the limit is not named: %s", p.Short())
	}
	b.Post("/open", form(900_000)).Want(http.StatusOK)
	b.Post("/open", form(1_100_000)).Want(http.StatusRequestEntityTooLarge)
}

func TestPackedBodiesAreRefused(t *testing.T) {
	b := sample(t).Nobody()
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := w.Write(make([]byte, 20<<20)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/open", "/upload"} {
		header := http.Header{"Content-Encoding": {"gzip"}, "Content-Type": {"application/x-www-form-urlencoded"}}
		b.Do("POST", path, bytes.NewReader(packed.Bytes()), header).Want(http.StatusUnsupportedMediaType)
	}
	header := http.Header{"Content-Encoding": {"identity"}, "Content-Type": {"application/x-www-form-urlencoded"}}
	b.Do("POST", "/open", strings.NewReader("a=b"), header).Want(http.StatusOK)
}

// multipartBody is an upload of n bytes.
func multipartBody(t *testing.T, field string, n int) (io.Reader, string) {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	part, err := w.CreateFormFile(field, "../../台账.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write(make([]byte, n)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return &body, w.FormDataContentType()
}

func TestUploads(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	b := sample(t).Nobody()
	cases := []struct {
		name  string
		field string
		size  int
		want  int
	}{
		{"in memory", "file", 1000, 200},
		{"through a file", "file", 5 << 20, 200},
		{"larger than the handler takes", "file", 7 << 20, 413},
		{"larger than the route takes", "file", 9 << 20, 413},
		{"no such field", "other", 1000, 400},
	}
	for _, k := range cases {
		t.Run(k.name, func(t *testing.T) {
			body, kind := multipartBody(t, k.field, k.size)
			b.Do("POST", "/upload", body, http.Header{"Content-Type": {kind}}).Want(k.want)
		})
	}
	b.Do("POST", "/upload", strings.NewReader("--x\r\nbroken"), http.Header{"Content-Type": {"multipart/form-data; boundary=x"}}).Want(http.StatusBadRequest)
	// The server removes the files after the answer; the next request of the
	// same connection is read after that.
	b.Get("/open")
	left, err := os.ReadDir(temp)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range left {
		if strings.HasPrefix(f.Name(), "multipart-") {
			t.Errorf("an upload is left behind: %s", f.Name())
		}
	}
}
