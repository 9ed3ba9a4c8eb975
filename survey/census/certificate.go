package census

import (
	"time"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/inventory"
	"qingce/survey"
)

// CertificateID identifies a certificate.
type CertificateID int64

// Certificate is the count of the city at the day of a lock (普查基数确认书). It
// never changes.
type Certificate struct {
	ID          CertificateID
	Number      string // 襄信普〔2017〕1号
	Year        int
	Serial      int
	CampaignID  survey.CampaignID // the census
	SurveyID    survey.CampaignID // whose answers it rests on
	Title       string
	CertifiedOn calendar.Date
	CertifiedAt time.Time
	SignedBy    auth.AccountID
	SignedName  string
	Systems     int
	Municipal   int      // of the city's own departments
	Others      int      // of counties and zones
	Bodies      int      // in scope, all of them accepted
	Totals      Totals   `gorm:"serializer:json"`
	Method      int      // version of the rule by which the hash is made
	Fields      []string `gorm:"serializer:json"` // under the hash
	Hash        string
}

// TableName is the table of certificates.
func (Certificate) TableName() string { return "certificates" }

// CertifiedSystem is a system under a certificate.
type CertifiedSystem struct {
	CertificateID CertificateID
	SystemID      inventory.SystemID
	Version       int64
	Code          string
	DepartmentID  auth.DepartmentID
	Digest        string
}

// TableName is the table of systems under certificates.
func (CertifiedSystem) TableName() string { return "certificate_systems" }

// Totals are the numbers of a certificate.
type Totals struct {
	Sum
	Accepted int         `json:"accepted"` // bodies
	Zero     int         `json:"zero"`     // of these, with a zero report
	Late     int         `json:"late"`     // of these, handed in after the due day
	Way      Way         `json:"way"`
	By       []Breakdown `json:"by"`
	Lists    []ListTotal `json:"lists"`
	Visits   int64       `json:"visits"`
}

// Sum is a number of systems and what they cost to run in a year, in fen; those
// that do not say are counted apart.
type Sum struct {
	Systems   int   `json:"systems"`
	OmYear    int64 `json:"om_year"`
	OmUnknown int   `json:"om_unknown"`
}

func (s *Sum) add(om *int64) {
	s.Systems++
	if om == nil {
		s.OmUnknown++
		return
	}
	s.OmYear += *om
}

// Way is how the count came about: Declared + Corrected + Found + Offline +
// Beside is the number of systems that are certified. PartLines has what stands
// behind each number.
type Way struct {
	Declared  int `json:"declared"`  // when the forms were handed in first
	Corrected int `json:"corrected"` // more or fewer after the review
	Found     int `json:"found"`     // by the census, and then declared
	Offline   int `json:"offline"`   // said to be switched off, still in the register
	Beside    int `json:"beside"`    // registered without a form: by counties and zones
	Gone      int `json:"gone"`      // merged, handed over or found to be a mistake
}

// Breakdown is the systems by a field.
type Breakdown struct {
	By string `json:"by"` // field of the register
	// Overlap tells that a system may have several values and counts with each.
	Overlap bool    `json:"overlap,omitempty"`
	Rows    []Count `json:"rows"`
}

// Count is the systems with a value; an empty one is "not given".
type Count struct {
	Value string `json:"value"` // a choice, or the code of a department
	Sum
}

// ListTotal is what came of a list.
type ListTotal struct {
	Source SourceID   `json:"source,omitempty"`
	Kind   SourceKind `json:"kind"`
	Title  string     `json:"title"`
	Lines  int        `json:"lines"`
	Items  Counts     `json:"items"`
	Added  int        `json:"added"` // omissions that were put onto forms
	Asked  int        `json:"asked"`
}

// BrokenBy are the fields by which a certificate counts.
func BrokenBy() []string {
	return []string{"system_class", "network", "location", "use_frequency", "fund_source", "approval_dept", "phase", "proposed", "djbh_level", "owner_id"}
}
