package evidence

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"encoding/xml"
	"errors"
	"io"
	"strings"
)

// Bounds of a packed document. They are far above what offices write and far
// below what hurts.
const (
	maxParts    = 2000
	maxUnpacked = 128 << 20
	maxIndex    = 1 << 20 // the parts that are read as XML

	endLength = 22      // of the end record
	maxTail   = 1 << 16 // its comment
)

// endRecord is what stands at the end of an archive.
type endRecord struct {
	at, parts, size, offset int
}

// findEnd finds the last end record whose directory can be there at all.
func findEnd(data []byte) (endRecord, bool) {
	from := max(0, len(data)-endLength-maxTail)
	for i := len(data) - endLength; i >= from; i-- {
		if !bytes.HasPrefix(data[i:], []byte("PK\x05\x06")) {
			continue
		}
		u16 := func(at int) int { return int(binary.LittleEndian.Uint16(data[i+at:])) }
		u32 := func(at int) int { return int(binary.LittleEndian.Uint32(data[i+at:])) }
		end := endRecord{at: i, parts: u16(10), size: u32(12), offset: u32(16)}
		if end.size <= i && bytes.HasPrefix(data[i-end.size:], []byte("PK\x01\x02")) {
			return end, true
		}
	}
	return endRecord{}, false
}

// hidesZip tells whether programs that unpack would take the content for an
// archive, although it begins as something else.
func hidesZip(data []byte) bool {
	_, ok := findEnd(data)
	return ok
}

// parts are the files in a packed document by name.
type parts map[string]*zip.File

// checkPackage finds out which document a zip archive is, after its structure
// has been checked in full.
func checkPackage(data []byte) (Type, error) {
	if hidesPDF(data) {
		return "", mixed()
	}
	ps, err := readDirectory(data)
	if err != nil {
		return "", err
	}
	index, ofd := ps["[Content_Types].xml"], ps["OFD.xml"]
	switch {
	case index == nil && ofd == nil:
		return "", refuse("err.evidence.type", "types", typeNames())
	case index != nil && ofd != nil:
		return "", mixed()
	case ofd != nil:
		if rootElement(ofd) != "OFD" {
			return "", broken(OFD)
		}
		return OFD, unpack(OFD, ps)
	}
	t, err := officeType(index, ps)
	if err != nil {
		return "", err
	}
	return t, unpack(t, ps)
}

// anyPackage names the documents that are zip archives, while it is not known
// which of them it is.
const anyPackage Type = "docx/xlsx/ofd"

// readDirectory reads the directory of an archive that has nothing before,
// behind or beside it, and refuses what readers could understand differently.
func readDirectory(data []byte) (parts, error) {
	end, ok := findEnd(data)
	switch {
	case !ok:
		return nil, broken(anyPackage)
	case end.at+endLength+int(binary.LittleEndian.Uint16(data[end.at+20:])) != len(data), end.offset+end.size != end.at:
		return nil, mixed()
	case end.parts > maxParts:
		return nil, refuse("err.evidence.bomb")
	}
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil || len(r.File) != end.parts {
		return nil, broken(anyPackage)
	}
	ps := parts{}
	var packed uint64
	for _, f := range r.File {
		if err := checkPart(f, ps); err != nil {
			return nil, err
		}
		ps[f.Name] = f
		packed += f.CompressedSize64
	}
	if packed > uint64(len(data)) { // parts that lie over each other
		return nil, refuse("err.evidence.bomb")
	}
	return ps, nil
}

func checkPart(f *zip.File, before parts) error {
	switch {
	case f.Flags&1 != 0:
		return refuse("err.evidence.encrypted")
	case before[f.Name] != nil, f.Name == "", strings.HasPrefix(f.Name, "/"),
		strings.Contains("/"+f.Name+"/", "/../"), f.Method != zip.Store && f.Method != zip.Deflate:
		return broken(anyPackage)
	case isMacro(f.Name):
		return refuse("err.evidence.macro")
	}
	return nil
}

// isMacro tells parts that hold programs: VBA, and the macro sheets of Excel 4.
func isMacro(name string) bool {
	name = strings.ToLower(name)
	base := name[strings.LastIndex(name, "/")+1:]
	return strings.HasPrefix(base, "vbaproject") || base == "vbadata.xml" || strings.Contains("/"+name, "/macrosheets/")
}

// contentTypes is the index of an Office document.
type contentTypes struct {
	XMLName  xml.Name
	Defaults []struct {
		Extension   string `xml:"Extension,attr"`
		ContentType string `xml:"ContentType,attr"`
	} `xml:"Default"`
	Overrides []struct {
		PartName    string `xml:"PartName,attr"`
		ContentType string `xml:"ContentType,attr"`
	} `xml:"Override"`
}

const (
	docxMain = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
	xlsxMain = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
)

// officeType goes by the main part that the index names: programs put it in
// different places (word/document.xml, word/document2.xml).
func officeType(index *zip.File, ps parts) (Type, error) {
	types, ok := readIndex(index, ps)
	if !ok {
		return "", broken(anyPackage)
	}
	found := Type("")
	for part, contentType := range types {
		contentType = strings.ToLower(contentType)
		if strings.Contains(contentType, "macroenabled") || strings.Contains(contentType, "vbaproject") || strings.Contains(contentType, "macrosheet") {
			return "", refuse("err.evidence.macro")
		}
		t := Type("")
		switch contentType {
		case docxMain:
			t = DOCX
		case xlsxMain:
			t = XLSX
		}
		switch {
		case t == "" || ps[part] == nil:
		case found != "" && found != t:
			return "", mixed()
		default:
			found = t
		}
	}
	if found == "" {
		return "", refuse("err.evidence.type", "types", typeNames())
	}
	return found, nil
}

// readIndex tells the content type of every part; the index may also name
// parts that are not there, which is kept because macros could be among them.
func readIndex(index *zip.File, ps parts) (map[string]string, bool) {
	var c contentTypes
	if err := decode(index, &c); err != nil || c.XMLName.Local != "Types" {
		return nil, false
	}
	byExtension := map[string]string{}
	for _, d := range c.Defaults {
		byExtension[strings.ToLower(d.Extension)] = d.ContentType
	}
	types := map[string]string{}
	for name := range ps {
		types[name] = byExtension[strings.ToLower(name[strings.LastIndex(name, ".")+1:])]
	}
	for _, o := range c.Overrides {
		types[strings.TrimPrefix(o.PartName, "/")] = o.ContentType
	}
	return types, true
}

// decode reads a part as XML; Go's decoder knows no external entities.
func decode(f *zip.File, into any) error {
	r, err := f.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	return xml.NewDecoder(io.LimitReader(r, maxIndex)).Decode(into)
}

func rootElement(f *zip.File) string {
	var root struct{ XMLName xml.Name }
	if decode(f, &root) != nil {
		return ""
	}
	return root.XMLName.Local
}

var errBurst = errors.New("unpacks to more than is allowed")

// unpack reads every part to its end, which checks its length and checksum, and
// stops when together they grow too large, whatever the directory says.
func unpack(t Type, ps parts) error {
	left := int64(maxUnpacked)
	for _, f := range ps {
		n, err := drain(f, left)
		switch {
		case errors.Is(err, errBurst):
			return refuse("err.evidence.bomb")
		case err != nil:
			return broken(t)
		}
		left -= n
	}
	return nil
}

func drain(f *zip.File, limit int64) (int64, error) {
	if strings.HasSuffix(f.Name, "/") {
		return 0, nil // a folder has no bytes
	}
	r, err := f.Open()
	if err != nil {
		return 0, err
	}
	defer r.Close()
	n, err := io.Copy(io.Discard, io.LimitReader(r, limit+1))
	if n > limit {
		return n, errBurst
	}
	return n, err
}
