package evidence_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"testing"

	"qingce/internal/evidence"
	"qingce/internal/fault"
)

func TestCheckTakesTheSixTypes(t *testing.T) {
	cases := []struct {
		name string
		file string
		data []byte
		want evidence.Type
	}{
		{"pdf", "验收报告.pdf", pdf("x"), evidence.PDF},
		{"pdf with padding of a scanner", "a.pdf", join(pdf("x"), []byte(zeros(5000)+"\r\n")), evidence.PDF},
		{"jpg", "机房.jpg", jpg(), evidence.JPEG},
		{"jpeg in capitals", "IMG_1.JPEG", jpg(), evidence.JPEG},
		{"jpg with what a telephone adds", "a.jpg", join(jpg(), []byte("SEFT trailer of a telephone")), evidence.JPEG},
		{"png", "截图.png", pngFile(), evidence.PNG},
		{"docx", "说明.docx", docx(), evidence.DOCX},
		{"docx with its main part elsewhere", "a.docx",
			pack(index("/word/document2.xml", docxMain), part{name: "word/document2.xml", text: "<d/>"}), evidence.DOCX},
		{"docx with an embedded object", "a.docx", docx(part{name: "word/embeddings/oleObject1.bin", text: "x"}), evidence.DOCX},
		{"xlsx", "清单.xlsx", xlsx(), evidence.XLSX},
		{"ofd", "公文.ofd", ofd(), evidence.OFD},
		{"several dots", "a.exe.pdf", pdf("x"), evidence.PDF},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, err := evidence.Check(c.file, c.data)
			if err != nil || got != c.want {
				t.Errorf("%s, %v; want %s", got, err, c.want)
			}
		})
	}
}

func TestCheckRefuses(t *testing.T) {
	cases := []struct {
		name string
		file string
		data []byte
		want string
	}{
		{"nothing", "a.pdf", nil, "empty"},
		{"a program", "a.pdf", []byte("MZ\x90\x00 this program"), "type"},
		{"a page with a script", "a.pdf", []byte("<html><script>alert(1)</script>"), "type"},
		{"a picture of another kind", "a.gif", []byte("GIF89a"), "type"},
		{"text under a good name", "a.docx", []byte("验收报告"), "type"},
		{"no extension", "报告", pdf("x"), "type"},
		{"a program's extension", "a.pdf.exe", pdf("x"), "type"},
		{"a pdf named jpg", "a.jpg", pdf("x"), "mismatch"},
		{"a docx named xlsx", "a.xlsx", docx(), "mismatch"},
		{"an ofd named docx", "a.docx", ofd(), "mismatch"},

		{"pdf cut off", "a.pdf", pdf("x")[:60], "broken"},
		{"pdf of no version", "a.pdf", replaced(t, pdf("x"), "%PDF-1.7", "%PDF-x.y"), "broken"},
		{"pdf, only its first bytes", "a.pdf", []byte("%PDF-"), "broken"},
		{"pdf with an archive behind", "a.pdf", join(pdf("x"), xlsx()), "mixed"},
		{"pdf around an archive", "a.pdf", join([]byte("%PDF-1.7\n"), docx(), pdf("x")[9:]), "mixed"},

		{"jpg cut off", "a.jpg", jpg()[:len(jpg())/2], "broken"},
		{"jpg without its end mark", "a.jpg", jpg()[:len(jpg())-2], "broken"},
		{"jpg, only its first bytes", "a.jpg", []byte("\xFF\xD8\xFF"), "broken"},
		{"jpg without a picture", "a.jpg", []byte("\xFF\xD8\xFF\xD9"), "broken"},
		{"jpg with an archive behind", "a.jpg", join(jpg(), docx()), "mixed"},
		{"jpg with a pdf in a comment", "a.jpg", join(jpg()[:2], []byte("\xFF\xFE\x00\x0A%PDF-1.7"), jpg()[2:]), "mixed"},

		{"png cut off", "a.png", pngFile()[:len(pngFile())-6], "broken"},
		{"png with a wrong checksum", "a.png", flipped(pngFile(), 30), "broken"},
		{"png that claims to be huge", "a.png", hugePNG(), "broken"},
		{"png with a tail", "a.png", join(pngFile(), []byte("<?php ?>")), "mixed"},
		{"png with an archive behind", "a.png", join(pngFile(), xlsx()), "mixed"},

		{"an archive that is no document", "a.docx", pack(part{name: "a.txt", text: "x"}), "type"},
		{"docx cut off", "a.docx", docx()[:len(docx())-30], "broken"},
		{"docx with a damaged part", "a.docx", flippedPart(t, docx(part{name: "word/media/a.txt", text: "AAAAAAAA"})), "broken"},
		{"docx without its main part", "a.docx", pack(index("/word/document.xml", docxMain)), "type"},
		{"docx whose index is no XML", "a.docx", pack(part{name: "[Content_Types].xml", text: "<Types"}, part{name: "word/document.xml", text: "x"}), "broken"},
		{"docx with a part twice", "a.docx", docx(part{name: "word/document.xml", text: "<other/>"}), "broken"},
		{"docx with a path upwards", "a.docx", docx(part{name: "word/../../evil", text: "x"}), "broken"},
		{"docx with a path from the root", "a.docx", docx(part{name: "/etc/passwd", text: "x"}), "broken"},
		{"docx with bytes before", "a.docx", join([]byte("MZ"), docx()), "type"},
		{"docx with bytes behind", "a.docx", join(docx(), []byte("tail")), "mixed"},
		{"docx behind another archive", "a.docx", join(pack(part{name: "a.txt", text: "x"}), docx()), "mixed"},
		{"docx and ofd at once", "a.docx", docx(part{name: "OFD.xml", text: "<OFD/>"}), "mixed"},
		{"docx and xlsx at once", "a.docx", pack(index("/a.xml", docxMain, "/b.xml", xlsxMain), part{name: "a.xml", text: "x"}, part{name: "b.xml", text: "x"}), "mixed"},
		{"docx with a pdf in front", "a.docx", pack(part{name: "%PDF-1.7", text: "x"}, index("/word/document.xml", docxMain), part{name: "word/document.xml", text: "<d/>"}), "mixed"},
		{"ofd with another root", "a.ofd", pack(part{name: "OFD.xml", text: "<html/>"}), "broken"},

		{"an old or locked document", "a.docx", []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 compound file"), "old_office"},
		{"a locked archive", "a.docx", locked(docx()), "encrypted"},

		{"macros in Word", "a.docx", docx(part{name: "word/vbaProject.bin", text: "x"}), "macro"},
		{"macros in capitals", "a.xlsx", xlsx(part{name: "xl/VBAPROJECT.BIN", text: "x"}), "macro"},
		{"macros under another name", "a.xlsx", pack(index("/xl/workbook.xml", xlsxMain, "/xl/x.bin", "application/vnd.ms-office.vbaProject"),
			part{name: "xl/workbook.xml", text: "<w/>"}, part{name: "xl/x.bin", text: "x"}), "macro"},
		{"a macro document renamed", "a.docx", pack(index("/word/document.xml", "application/vnd.ms-word.document.macroEnabled.main+xml"),
			part{name: "word/document.xml", text: "<d/>"}), "macro"},
		{"a macro sheet of Excel 4", "a.xlsx", xlsx(part{name: "xl/macrosheets/sheet1.xml", text: "<x/>"}), "macro"},

		{"a bomb in one part", "a.xlsx", xlsx(part{name: "xl/big.xml", mebibytes: 129}), "bomb"},
		{"a bomb that lies about its size", "a.xlsx", lyingBomb(t), "broken"},
		{"too many parts", "a.xlsx", xlsx(manyParts(2000)...), "bomb"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, err := evidence.Check(c.file, c.data)
			fields := fault.FieldsOf(err)
			if fault.KindOf(err) != fault.Invalid || len(fields) != 1 || fields[0].Name != "file" || fields[0].Code != "err.evidence."+c.want {
				t.Errorf("%s, %v; want err.evidence.%s at the file", got, err, c.want)
			}
		})
	}
}

func TestCheckBoundsTheSize(t *testing.T) {
	big := append(pdf("x")[:20:20], bytes.Repeat([]byte(" "), evidence.MaxSize)...)
	_, err := evidence.Check("a.pdf", big)
	if fault.KindOf(err) != fault.TooLarge || len(fault.FieldsOf(err)) != 1 {
		t.Errorf("err = %v, want too large at the file", err)
	}
	full := bytes.Repeat([]byte(" "), evidence.MaxSize)
	copy(full, pdf("x"))
	copy(full[len(full)-20:], "\nstartxref\n9\n%%EOF\n")
	if _, err := evidence.Check("a.pdf", full); err != nil {
		t.Errorf("exactly 20 MiB: %v", err)
	}
}

// The parts of a bomb may lie over each other in the archive.
func TestCheckRefusesOverlappingParts(t *testing.T) {
	data := xlsx(part{name: "xl/a.xml", text: zeros(100)}, part{name: "xl/b.xml", text: zeros(100)})
	end := bytes.LastIndex(data, []byte("PK\x05\x06"))
	directory := int(binary.LittleEndian.Uint32(data[end+16:]))
	for at := directory; at < end; { // every entry claims the bytes of all
		binary.LittleEndian.PutUint32(data[at+20:], uint32(len(data)))
		at += 46 + int(binary.LittleEndian.Uint16(data[at+28:])) + int(binary.LittleEndian.Uint16(data[at+30:]))
	}
	_, err := evidence.Check("a.xlsx", data)
	if f := fault.FieldsOf(err); len(f) != 1 || f[0].Code != "err.evidence.bomb" {
		t.Errorf("err = %v, want err.evidence.bomb", err)
	}
}

// hugePNG claims 60,000 by 60,000 pixels.
func hugePNG() []byte {
	data := bytes.Clone(pngFile())
	binary.BigEndian.PutUint32(data[16:], 60_000)
	binary.BigEndian.PutUint32(data[20:], 60_000)
	binary.BigEndian.PutUint32(data[29:], crc32.ChecksumIEEE(data[12:29]))
	return data
}

// locked sets the mark of encryption on every part.
func locked(data []byte) []byte {
	data = bytes.Clone(data)
	for at := 0; ; at += 4 {
		i := bytes.Index(data[at:], []byte("PK\x01\x02"))
		if i < 0 {
			return data
		}
		at += i
		data[at+8] |= 1
	}
}

// flippedPart damages the stored bytes of the part that holds only As.
func flippedPart(t *testing.T, data []byte) []byte {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	at, err := r.File[len(r.File)-1].DataOffset()
	if err != nil {
		t.Fatal(err)
	}
	return flipped(data, int(at)+1)
}

// lyingBomb holds 200 MiB of zeros and says that they are 100 bytes.
func lyingBomb(t *testing.T) []byte {
	t.Helper()
	data := xlsx(part{name: "xl/big.xml", mebibytes: 200})
	at := bytes.LastIndex(data, []byte("PK\x01\x02"))
	binary.LittleEndian.PutUint32(data[at+24:], 100)
	return data
}

func manyParts(n int) []part {
	out := make([]part, n)
	for i := range out {
		out[i] = part{name: fmt.Sprintf("xl/p%d.xml", i), text: "x"}
	}
	return out
}

func FuzzCheck(f *testing.F) {
	for _, s := range [][]byte{pdf("x"), jpg(), pngFile(), docx(), xlsx(), ofd(), locked(docx()), join(jpg(), docx()), []byte("PK\x03\x04PK\x05\x06")} {
		for _, name := range []string{"a.pdf", "a.jpg", "a.docx"} {
			f.Add(name, s)
		}
	}
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		typ, err := evidence.Check(name, data)
		var refusal *fault.Error
		switch {
		case err == nil && !typ.Valid():
			t.Errorf("taken as %q", typ)
		case err != nil && !errors.As(err, &refusal):
			t.Errorf("not a refusal: %v", err)
		case err == nil:
			if _, err := evidence.Check("x."+string(typ), data); err != nil {
				t.Errorf("taken as %s and then refused: %v", typ, err)
			}
		}
	})
}
