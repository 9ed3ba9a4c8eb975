package census

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"qingce/internal/field"
	"qingce/inventory"
)

// method is the version of the rule by which hashes are made:
//
// The digest of a system is SHA-256 over a line "field=value" for every field of
// the certificate that is given, in the order of the certificate, values in
// canonical text with \ and line breaks written as \\ and \n. The hash of a
// certificate is SHA-256 over its head as JSON on one line, and a line "system
// version code department digest", parted by tabs, for every system in the order
// of their numbers.
const method = 1

// digester makes the digests of systems by the fields of a certificate.
type digester struct {
	fields []*field.Field[inventory.System]
	buf    []byte
}

func newDigester(keys []string) (*digester, error) {
	d := &digester{buf: make([]byte, 0, 4096)}
	for _, key := range keys {
		f, ok := inventory.SystemFields.Find(key)
		if !ok {
			return nil, fmt.Errorf("the register has no field %s any more", key)
		}
		d.fields = append(d.fields, f)
	}
	return d, nil
}

var escape = strings.NewReplacer(`\`, `\\`, "\n", `\n`, "\r", `\r`)

// of is the digest of a system.
func (d *digester) of(s *inventory.System) string {
	d.buf = d.buf[:0]
	for _, f := range d.fields {
		v := f.Get(s)
		if v == "" {
			continue
		}
		if strings.ContainsAny(v, "\\\n\r") {
			v = escape.Replace(v)
		}
		d.buf = append(d.buf, f.Key...)
		d.buf = append(d.buf, '=')
		d.buf = append(d.buf, v...)
		d.buf = append(d.buf, '\n')
	}
	sum := sha256.Sum256(d.buf)
	return hex.EncodeToString(sum[:])
}

// sealed is what a certificate says of itself under its hash.
type sealed struct {
	Number    string   `json:"number"`
	Census    int64    `json:"census"`
	Survey    int64    `json:"survey"`
	Title     string   `json:"title"`
	On        string   `json:"on"`
	At        string   `json:"at"`
	Signed    string   `json:"signed"`
	Systems   int      `json:"systems"`
	Municipal int      `json:"municipal"`
	Others    int      `json:"others"`
	Bodies    int      `json:"bodies"`
	Totals    Totals   `json:"totals"`
	Method    int      `json:"method"`
	Fields    []string `json:"fields"`
}

// hashOf is the hash of a certificate over its head and its systems.
func hashOf(c *Certificate, systems func(yield func(CertifiedSystem) error) error) (string, error) {
	h := sha256.New()
	w := bufio.NewWriterSize(h, 64<<10)
	head, err := json.Marshal(sealed{
		c.Number, int64(c.CampaignID), int64(c.SurveyID), c.Title, c.CertifiedOn.String(), c.CertifiedAt.UTC().Format("2006-01-02T15:04:05.000000Z"),
		c.SignedName, c.Systems, c.Municipal, c.Others, c.Bodies, c.Totals, c.Method, c.Fields,
	})
	if err != nil {
		return "", fmt.Errorf("write the head of certificate %s: %w", c.Number, err)
	}
	fmt.Fprintf(w, "%s\n", head)
	err = systems(func(s CertifiedSystem) error {
		_, err := fmt.Fprintf(w, "%d\t%d\t%s\t%d\t%s\n", s.SystemID, s.Version, s.Code, s.DepartmentID, s.Digest)
		return err
	})
	if err != nil {
		return "", err
	}
	if err := w.Flush(); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
