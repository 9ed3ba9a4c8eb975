package evidence_test

import (
	"archive/zip"
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"
)

// The samples are written here and not kept as files, so that a reader sees
// what is in them.

func pdf(text string) []byte {
	return []byte("%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n% " + text + "\nxref\n0 1\ntrailer\n<< /Root 1 0 R >>\nstartxref\n9\n%%EOF\n")
}

func picture() image.Image {
	img := image.NewRGBA(image.Rect(0, 0, 40, 30))
	for i := range 40 {
		img.Set(i, i%30, color.RGBA{R: uint8(i * 6), A: 255})
	}
	return img
}

func jpg() []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, picture(), nil); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func pngFile() []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, picture()); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// part is one file of a packed document: its name and a text, and behind the
// text as many zeros as wanted, which take next to no room when packed.
type part struct {
	name, text string
	mebibytes  int
}

var mebibyte [1 << 20]byte

func pack(parts ...part) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, p := range parts {
		f, err := w.Create(p.name)
		if err == nil {
			_, err = f.Write([]byte(p.text))
		}
		for range p.mebibytes {
			_, err = f.Write(mebibyte[:])
		}
		if err != nil {
			panic(err)
		}
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}

const (
	docxMain = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
	xlsxMain = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
)

// index is the list of contents of an Office document; overrides are pairs of
// part and type.
func index(overrides ...string) part {
	text := `<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
		`<Default Extension="xml" ContentType="application/xml"/>`
	for i := 0; i+1 < len(overrides); i += 2 {
		text += `<Override PartName="` + overrides[i] + `" ContentType="` + overrides[i+1] + `"/>`
	}
	return part{name: "[Content_Types].xml", text: text + "</Types>"}
}

func docx(more ...part) []byte {
	return pack(append([]part{index("/word/document.xml", docxMain), {name: "word/document.xml", text: "<document/>"}}, more...)...)
}

func xlsx(more ...part) []byte {
	return pack(append([]part{index("/xl/workbook.xml", xlsxMain), {name: "xl/workbook.xml", text: "<workbook/>"}}, more...)...)
}

func ofd(more ...part) []byte {
	return pack(append([]part{{name: "OFD.xml", text: `<ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016"/>`}, {name: "Doc_0/Document.xml", text: "<x/>"}}, more...)...)
}

// replaced gives data with one text in the place of another of the same length.
func replaced(t *testing.T, data []byte, old, now string) []byte {
	t.Helper()
	if len(old) != len(now) || !bytes.Contains(data, []byte(old)) {
		t.Fatalf("%q cannot take the place of %q", now, old)
	}
	return bytes.ReplaceAll(data, []byte(old), []byte(now))
}

// flipped gives data with one byte turned over.
func flipped(data []byte, at int) []byte {
	out := bytes.Clone(data)
	out[at] ^= 0xFF
	return out
}

func join(pieces ...[]byte) []byte { return bytes.Join(pieces, nil) }

func zeros(n int) string { return strings.Repeat("\x00", n) }
