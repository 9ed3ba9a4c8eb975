package inventory

import (
	"net"
	"net/url"
	"strings"
	"time"

	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/field"
)

// earliest is the first day any date of a system may have.
var earliest = calendar.NewDate(1990, time.January, 1)

// maskedPrefix begins the name of a classified placeholder.
const maskedPrefix = "(脱密登记)SM-"

// CheckSystem lists what is wrong with a record by itself: what is missing,
// what is too long, and the rules across fields (V17–V22, V25, V26, 等保, dates).
// Warnings are marked. What needs the rest of the register (V16 duplicates,
// V23 evidence) is checked by the verbs.
func CheckSystem(s *System, today calendar.Date) []fault.Field {
	out := SystemFields.Missing(s)
	out = append(out, tooLong(SystemFields, s)...)
	if s.Classified {
		return append(out, checkClassified(s)...)
	}
	for _, rule := range []func(*System, calendar.Date) []fault.Field{
		checkDates, checkUse, checkDisposition, checkFunds, checkSecurity, checkAddresses,
	} {
		out = append(out, rule(s, today)...)
	}
	return out
}

func tooLong[T any](c *field.Catalog[T], t *T) []fault.Field {
	var out []fault.Field
	for _, f := range c.All() {
		if f.Max > 0 && len([]rune(f.Get(t))) > f.Max {
			out = append(out, fault.At(f.Key, "err.too_long", "field", c.Label(f.Key), "max", f.Max))
		}
	}
	return out
}

// checkClassified holds a classified system to its placeholder: this service
// runs on a network that must not hold its details (DOMAIN §4).
func checkClassified(s *System) []fault.Field {
	var out []fault.Field
	for _, f := range SystemFields.All() {
		if !f.Masked && !f.Empty(s) {
			out = append(out, fault.At(f.Key, "err.secret", "field", SystemFields.Label(f.Key)))
		}
	}
	if s.DjbhLevel != DjbhNotApplied && s.DjbhLevel != "" {
		out = append(out, fault.At("djbh_level", "inventory.err.classified_djbh"))
	}
	for _, n := range s.Network {
		if n != NetIntranet && n != NetStandalone {
			out = append(out, fault.At("network", "inventory.err.classified_network"))
			break
		}
	}
	if !strings.HasPrefix(s.Name, maskedPrefix) {
		out = append(out, fault.At("name", "inventory.err.classified_name"))
	}
	return append(out, checkDisposition(s, calendar.Date{})...)
}

// MaskedName is the name of a classified placeholder.
func MaskedName(code string) string { return maskedPrefix + code }

// checkDates holds approval ≤ built ≤ enabled ≤ disabled, nothing before 1990
// and nothing in the future but plans and contracts.
func checkDates(s *System, today calendar.Date) []fault.Field {
	var out []fault.Field
	past := []struct {
		key string
		at  calendar.Date
	}{
		{"approval_date", s.ApprovalDate}, {"built_date", s.BuiltDate}, {"enabled_date", s.EnabledDate},
		{"disabled_date", s.DisabledDate}, {"last_release_date", s.LastReleaseDate},
		{"last_maintenance_date", s.LastMaintenanceDate}, {"djbh_filing_date", s.DjbhFilingDate},
		{"last_assessment_date", s.LastAssessmentDate},
	}
	for _, d := range past {
		switch {
		case d.at.IsZero():
		case d.at.Before(earliest):
			out = append(out, fault.At(d.key, "inventory.err.date_early", "field", SystemFields.Label(d.key), "first", earliest))
		case !today.IsZero() && d.at.After(today):
			out = append(out, fault.At(d.key, "inventory.err.date_future", "field", SystemFields.Label(d.key), "today", today))
		}
	}
	for i := range 3 { // approval, built, enabled, disabled in this order
		for j := i + 1; j < 4; j++ {
			a, b := past[i], past[j]
			if !a.at.IsZero() && !b.at.IsZero() && b.at.Before(a.at) {
				out = append(out, fault.At(b.key, "inventory.err.date_order",
					"later", SystemFields.Label(b.key), "earlier", SystemFields.Label(a.key), "date", a.at))
			}
		}
	}
	return out
}

// checkUse holds V17–V19.
func checkUse(s *System, _ calendar.Date) []fault.Field {
	var out []fault.Field
	waits := s.Phase == PhasePlanned || s.Phase == PhaseBuilding // nobody can use it yet
	idle := s.UseFrequency == FrequencyHardly || (s.ActiveUsersMonth != nil && *s.ActiveUsersMonth == 0)
	if idle && !waits && s.Proposed == Keep && s.DispositionNote == "" {
		out = append(out, fault.At("disposition_note", "inventory.err.v17"))
	}
	if n := len(s.SeasonMonths); s.UsagePattern == PatternSeasonal && n > 8 {
		out = append(out, fault.At("season_months", "inventory.err.v18"))
	}
	public := s.UseScope == ScopePublic || s.Category == "portal"
	if s.ActiveUsersMonth != nil && s.RegisteredUsers != nil && *s.ActiveUsersMonth > *s.RegisteredUsers && !public {
		out = append(out, fault.At("active_users_month", "inventory.err.v19", "registered", *s.RegisteredUsers))
	}
	return out
}

// longestDefer is how long a connection may be put off (V20, [A] policy
// defer_max_months).
const longestDefer = 12

// checkDisposition holds V20–V22. V20's reason is asked by the catalog.
func checkDisposition(s *System, today calendar.Date) []fault.Field {
	var out []fault.Field
	if s.ExemptReason == ExemptDeferred && !s.DeferUntil.IsZero() && !today.IsZero() {
		last := calendar.NewDate(today.Year(), today.Month()+longestDefer, today.Day())
		if s.DeferUntil.After(last) || s.DeferUntil.Before(today) {
			out = append(out, fault.At("defer_until", "inventory.err.v20", "first", today, "last", last))
		}
	}
	connect := s.MustConnect != nil && *s.MustConnect
	if (connect || s.Proposed == Connect) && len(s.Network) > 0 && !s.Network.Has(NetExtranet) && s.GatewayNote == "" {
		out = append(out, fault.Remark("network", "inventory.warn.v21"))
	}
	if s.Proposed == Clean && connect {
		out = append(out, fault.At("must_connect", "inventory.err.v22_clean"))
	}
	if s.Proposed == Merge && s.MergedIntoID != nil && s.ID != 0 && *s.MergedIntoID == s.ID {
		out = append(out, fault.At("merged_into_id", "inventory.err.v22_self"))
	}
	return out
}

// checkFunds holds V24 and V25; V26 (amounts) is held where amounts are read.
func checkFunds(s *System, _ calendar.Date) []fault.Field {
	var out []fault.Field
	over := s.State.Closed() || s.Phase == PhaseOffline
	if over && s.OmAmountYear != nil && *s.OmAmountYear > 0 {
		out = append(out, fault.Remark("om_amount_year", "inventory.warn.v24"))
	}
	if s.ApprovalDept == ApprovalNone {
		out = append(out, fault.Remark("approval_dept", "inventory.warn.v25"))
	}
	return out
}

// checkSecurity reminds of the filing that level 2 and above needs (公通字
// 〔2007〕43号).
func checkSecurity(s *System, _ calendar.Date) []fault.Field {
	var out []fault.Field
	if s.DjbhLevel == DjbhNotApplied {
		out = append(out, fault.At("djbh_level", "inventory.err.djbh_na"))
	}
	if strings.ContainsAny(s.DjbhLevel, "2345") && s.DjbhFilingNo == "" {
		out = append(out, fault.Remark("djbh_filing_no", "inventory.warn.djbh_filing"))
	}
	return out
}

// checkAddresses holds addresses to their forms and out of passwords.
func checkAddresses(s *System, _ calendar.Date) []fault.Field {
	var out []fault.Field
	if s.VisitUrl != "" {
		u, err := url.Parse(s.VisitUrl)
		switch {
		case err != nil, u.Scheme != "http" && u.Scheme != "https", u.Host == "":
			out = append(out, fault.At("visit_url", "inventory.err.url"))
		case u.User != nil:
			out = append(out, fault.At("visit_url", "inventory.err.url_password"))
		}
	}
	for _, a := range Addresses(s.ServerIps) {
		if !validAddress(a) {
			out = append(out, fault.At("server_ips", "inventory.err.ip", "value", a))
		}
	}
	return out
}

// Addresses splits the IP field: blanks, commas, semicolons and 、 separate.
func Addresses(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return strings.ContainsRune(" ,;，；、\t\n", r) })
}

// validAddress takes an IP address, IP:port, a range a-b or a CIDR block.
func validAddress(a string) bool {
	if host, _, err := net.SplitHostPort(a); err == nil {
		a = host
	}
	if from, to, ok := strings.Cut(a, "-"); ok {
		return net.ParseIP(from) != nil && (net.ParseIP(to) != nil || len(to) <= 3 && strings.Trim(to, "0123456789") == "")
	}
	if _, _, err := net.ParseCIDR(a); err == nil {
		return true
	}
	return net.ParseIP(a) != nil
}
