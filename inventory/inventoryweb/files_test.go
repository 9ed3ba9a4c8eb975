package inventoryweb_test

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"qingce/internal/auth"
	"qingce/internal/evidence"
	"qingce/internal/web/webtest"
	"qingce/inventory"
	"qingce/inventory/inventoryweb"
)

// picture is a small good file.
func picture(t *testing.T, shade uint8) []byte {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, 2, 2))
	img.Pix[0] = shade
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// addFile puts a file beside a system by the box.
func addFile(t *testing.T, tn *town, s inventory.System) evidence.LinkID {
	t.Helper()
	up := evidence.Upload{Name: "截图.png", Reader: bytes.NewReader(picture(t, 1))}
	item, err := tn.box.Add(t.Context(), tn.Someone(auth.Centre), up, inventoryweb.EvidenceOf(s.ID, s.OwnerID), "screenshot", "")
	if err != nil {
		t.Fatal(err)
	}
	return item.Link.ID
}

// upload sends the form of a file.
func upload(t *testing.T, b *webtest.Browser, path, name string, data []byte, fields map[string]string) *webtest.Page {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for k, v := range fields {
		if err := w.WriteField(k, v); err != nil {
			t.Fatal(err)
		}
	}
	if name != "" {
		part, err := w.CreateFormFile("file", name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write(data); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Do(http.MethodPost, path, &body, http.Header{"Content-Type": {w.FormDataContentType()}})
}

func TestAFileIsUploadedListedTakenAndRemoved(t *testing.T) {
	tn := open(t)
	s := tn.Registered("RS", "就业服务系统")
	at := "/systems/" + s.Code + "/evidence"
	clerk := tn.site.Of(tn.Clerk("RS"))
	if got := clerk.Get(at).Want(200).Text(".empty-title"); got != "还没有佐证材料" {
		t.Errorf("empty: %s", got)
	}
	data := picture(t, 7)
	done := upload(t, clerk, at, "备份截图.png", data, map[string]string{"purpose": "backup", "note": "异地备份"})
	p := done.Want(http.StatusSeeOther).Follow().Want(200)
	if got := p.Words(".file a"); got != "备份截图.png" || !strings.Contains(p.Text("main"), "异地备份") || !strings.Contains(p.Text("main"), "数据备份证明") {
		t.Errorf("listed: %s", p.Text("main"))
	}
	link := p.Attr(".file a", "href")
	file := clerk.Get(link).Want(200)
	if file.Body != string(data) || !strings.HasPrefix(file.Header.Get("Content-Disposition"), "attachment") {
		t.Errorf("the file came as %s", file.Header.Get("Content-Disposition"))
	}
	tn.site.Of(tn.Someone(auth.Auditor)).Get(link).Want(200)
	refused := clerk.Post(link+"/remove", url.Values{"reason": {""}}).Want(http.StatusUnprocessableEntity)
	if got := refused.Text(".errors li"); !strings.Contains(got, "移除原因") {
		t.Errorf("without a reason: %s", got)
	}
	clerk.Post(link+"/remove", url.Values{"reason": {"传错了"}}).Want(http.StatusSeeOther)
	if p := clerk.Get(at); p.Has(".file") {
		t.Error("the removed file is listed")
	}
	clerk.Get(link).Want(http.StatusNotFound)
}

func TestAFileThatCannotBeTakenIsSaidAndTheFormKept(t *testing.T) {
	tn := open(t)
	s := tn.Registered("RS", "就业服务系统")
	at := "/systems/" + s.Code + "/evidence"
	clerk := tn.site.Of(tn.Clerk("RS"))
	for _, c := range []struct {
		name, file string
		data       []byte
		purpose    string
		field      string
	}{
		{"no file", "", nil, "backup", "file"},
		{"no picture at all", "备份.png", []byte("文字"), "backup", "file"},
		{"no purpose", "备份.png", picture(t, 3), "", "purpose"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := upload(t, clerk, at, c.file, c.data, map[string]string{"purpose": c.purpose, "note": "异地备份"})
			p.Want(http.StatusUnprocessableEntity)
			if !p.Has(fmt.Sprintf(`.errors a[href="#f-%s"]`, c.field)) || !p.Has(".has-error") {
				t.Errorf("the mistake is not at %s: %s", c.field, p.Text(".errors"))
			}
			if got := p.Form("form#evidence").Get("note"); got != "异地备份" {
				t.Errorf("typed note became %q", got)
			}
		})
	}
}

func TestASystemIsRetiredWhenItsProofIsThere(t *testing.T) {
	tn := open(t)
	office := tn.Someone(auth.Office)
	s := tn.move(t, tn.Someone(auth.Centre), tn.move(t, tn.Head("RS"), tn.Registered("RS", "旧系统"), inventory.Declare, ""), inventory.Verify, "")
	s = tn.move(t, office, s, inventory.StartRetiring, "停止更新")
	b := tn.site.Of(office)
	form := b.Get("/systems/" + s.Code).Form("#step-retire-form")
	form.Set("retire_reason", "已关停")
	p := b.Post("/systems/"+s.Code+"/moves", form).Want(http.StatusUnprocessableEntity)
	if got := p.Words("#step-retire .errors li"); !strings.Contains(got, "数据备份证明") || !strings.Contains(got, "数据处置证明") {
		t.Errorf("refused with %s", got)
	}
	if got := p.Form("#step-retire-form").Get("retire_reason"); got != "已关停" {
		t.Errorf("reason became %q", got)
	}
	for i, purpose := range []string{"backup", "data_disposal"} {
		upload(t, tn.site.Of(tn.Clerk("RS")), "/systems/"+s.Code+"/evidence", "证明.png", picture(t, uint8(10+i)), map[string]string{"purpose": purpose}).Want(http.StatusSeeOther)
	}
	if !b.Get("/systems/" + s.Code + "/evidence").Has(".callout-ok") {
		t.Error("the page does not say that the proof is complete")
	}
	b.Post("/systems/"+s.Code+"/moves", form).Want(http.StatusSeeOther)
	if got := tn.find(t, s.Code).State; got != inventory.Retired {
		t.Errorf("state %s", got)
	}
}

func TestAFileIsFoundBesideItsOwnSystemOnly(t *testing.T) {
	tn := open(t)
	a, b := tn.Registered("RS", "甲系统"), tn.Registered("RS", "乙系统")
	first, second := addFile(t, tn, a), addFile(t, tn, b)
	clerk := tn.site.Of(tn.Clerk("RS"))
	clerk.Get(fmt.Sprintf("/systems/%s/evidence/%d", a.Code, first)).Want(200)
	clerk.Get(fmt.Sprintf("/systems/%s/evidence/%d", a.Code, second)).Want(http.StatusNotFound)
	clerk.Post(fmt.Sprintf("/systems/%s/evidence/%d/remove", b.Code, first), url.Values{"reason": {"错"}}).Want(http.StatusNotFound)
	clerk.Get("/systems/" + a.Code + "/evidence/x").Want(http.StatusNotFound)
}
