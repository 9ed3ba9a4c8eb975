package evidence_test

import (
	"mime"
	"strings"
	"testing"
	"unicode/utf8"

	"qingce/internal/evidence"
)

func TestCleanName(t *testing.T) {
	long := strings.Repeat("很", 200)
	cases := []struct{ name, in, want string }{
		{"plain", "验收报告.pdf", "验收报告.pdf"},
		{"a path", "../../etc/passwd.pdf", "passwd.pdf"},
		{"a path of Windows", `C:\fakepath\报告.docx`, "报告.docx"},
		{"control characters", "a\x00b\r\nc.pdf", "abc.pdf"},
		{"text turned around", "exe.\u202Efdp.pdf", "exe.fdp.pdf"},
		{"reserved characters", `a<b>:"|?*.pdf`, "a_b______.pdf"},
		{"odd blanks", "\u3000报告\u00a0(终).pdf ", "报告 (终).pdf"},
		{"dots at the ends", "...a.pdf...", "a.pdf"},
		{"broken text", "a\xff.pdf", "a_.pdf"},
		{"too long", long + ".pdf", strings.Repeat("很", 116) + ".pdf"},
		{"too long, without an extension", long, strings.Repeat("很", 120)},
		{"an extension of its own length", "a." + long, "a." + strings.Repeat("很", 118)},
		{"nothing left", "/..", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := evidence.CleanName(c.in)
			if got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
			if again := evidence.CleanName(got); again != got {
				t.Errorf("cleaned again it is %q", again)
			}
		})
	}
}

func TestDisposition(t *testing.T) {
	cases := []struct{ name, in, want string }{
		{"ascii", "report.pdf", `attachment; filename="report.pdf"; filename*=UTF-8''report.pdf`},
		{"Chinese", "报告 1.pdf", `attachment; filename="__ 1.pdf"; filename*=UTF-8''%E6%8A%A5%E5%91%8A%201.pdf`},
		{"a header of its own", "a\r\nSet-Cookie: x=1;.pdf", `attachment; filename="aSet-Cookie_ x=1_.pdf"; filename*=UTF-8''aSet-Cookie_%20x%3D1%3B.pdf`},
		{"quotes", `a"; filename="b.exe`, `attachment; filename="a__ filename=_b.exe"; filename*=UTF-8''a_%3B%20filename%3D_b.exe`},
		{"nothing", "", `attachment; filename="file"; filename*=UTF-8''file`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := evidence.Disposition(c.in); got != c.want {
				t.Errorf("%s\nwant %s", got, c.want)
			}
		})
	}
}

func FuzzDisposition(f *testing.F) {
	f.Add("报告.pdf")
	f.Add("a\"; b\r\n\\ %41.pdf")
	f.Fuzz(func(t *testing.T, name string) {
		clean := evidence.CleanName(name)
		if utf8.RuneCountInString(clean) > 120 || strings.ContainsAny(clean, "/\\\r\n\x00\"") || !utf8.ValidString(clean) {
			t.Errorf("%q is not clean", clean)
		}
		kind, params, err := mime.ParseMediaType(evidence.Disposition(name))
		if err != nil || kind != "attachment" || params["filename"] == "" {
			t.Errorf("%q: %v %v", evidence.Disposition(name), params, err)
		}
	})
}

func TestSafeMediaType(t *testing.T) {
	for _, typ := range evidence.Types() {
		if got := evidence.SafeMediaType(typ.MediaType()); got != typ.MediaType() {
			t.Errorf("%s is served as %s", typ, got)
		}
	}
	for _, other := range []string{"", "text/html", "image/svg+xml", "application/pdf; charset=x"} {
		if got := evidence.SafeMediaType(other); got != "application/octet-stream" {
			t.Errorf("%q is served as %s", other, got)
		}
	}
}
