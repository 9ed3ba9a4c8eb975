package evidence

import (
	"bytes"
	"path"
	"strings"

	"qingce/internal/fault"
)

// Type is a kind of file that is taken.
type Type string

// The types, named by their usual extension.
const (
	PDF  Type = "pdf"
	OFD  Type = "ofd" // 版式文件 GB/T 33190
	JPEG Type = "jpg"
	PNG  Type = "png"
	DOCX Type = "docx"
	XLSX Type = "xlsx"
)

// MaxSize is the most bytes that a file may have.
const MaxSize = 20 << 20

// Valid tells whether t is one of the types.
func (t Type) Valid() bool { return t.MediaType() != "" }

// MediaType is the registered media type, empty for an unknown type.
func (t Type) MediaType() string {
	switch t {
	case PDF:
		return "application/pdf"
	case OFD:
		return "application/ofd"
	case JPEG:
		return "image/jpeg"
	case PNG:
		return "image/png"
	case DOCX:
		return "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	case XLSX:
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	}
	return ""
}

// Types lists the types in the order in which pages name them.
func Types() []Type { return []Type{PDF, OFD, JPEG, PNG, DOCX, XLSX} }

// typeNames writes the list for people.
func typeNames() string {
	names := make([]string, 0, len(Types()))
	for _, t := range Types() {
		names = append(names, string(t))
	}
	return strings.Join(names, ", ")
}

// named is the type that a file name claims, empty when it is none of ours.
func named(name string) Type {
	t := Type(strings.ToLower(strings.TrimPrefix(path.Ext(name), ".")))
	if t == "jpeg" {
		return JPEG
	}
	if !t.Valid() {
		return ""
	}
	return t
}

// Check finds the type of a content and makes sure that it is whole, agrees
// with the name, holds no macros and would not burst when it is unpacked.
// Anything else is an Invalid fault about the field "file", and too many bytes
// are TooLarge.
func Check(name string, data []byte) (Type, error) {
	switch {
	case len(data) == 0:
		return "", refuse("err.evidence.empty")
	case len(data) > MaxSize:
		return "", tooLarge()
	}
	found, err := identify(data)
	if err != nil {
		return "", err
	}
	switch claimed := named(name); {
	case claimed == "":
		return "", refuse("err.evidence.type", "types", typeNames())
	case claimed != found:
		return "", refuse("err.evidence.mismatch", "claimed", string(claimed), "found", string(found))
	}
	return found, nil
}

// oldOffice begins the container of .doc, .xls and of documents with a password.
const oldOffice = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"

// identify goes by the first bytes and then looks through the whole content.
func identify(data []byte) (Type, error) {
	starts := func(magic string) bool { return bytes.HasPrefix(data, []byte(magic)) }
	switch {
	case starts("%PDF-"):
		return PDF, checkPDF(data)
	case starts("\xFF\xD8\xFF"):
		return JPEG, checkJPEG(data)
	case starts(pngSignature):
		return PNG, checkPNG(data)
	case starts("PK\x03\x04"):
		return checkPackage(data)
	case starts(oldOffice):
		return "", refuse("err.evidence.old_office")
	}
	return "", refuse("err.evidence.type", "types", typeNames())
}

// refuse is an Invalid fault about the file.
func refuse(code string, args ...any) error {
	return fault.Refuse([]fault.Field{fault.At("file", code, args...)})
}

func broken(t Type) error { return refuse("err.evidence.broken", "type", string(t)) }

func mixed() error { return refuse("err.evidence.mixed") }

func tooLarge() error {
	e := fault.New(fault.TooLarge, "err.evidence.size", "max", MaxSize>>20)
	e.Fields = []fault.Field{fault.At("file", e.Code, "max", MaxSize>>20)}
	return e
}
