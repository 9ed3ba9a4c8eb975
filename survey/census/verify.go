package census

import (
	"context"

	"qingce/internal/auth"
	"qingce/internal/fault"
	"qingce/internal/store"
	"qingce/inventory"
)

// Verification is what came of recomputing a certificate.
type Verification struct {
	Certificate Certificate
	Hash        string // as it comes out now
	Systems     int    // that were read
	// Found is what does not agree, at most mostFound of it; More is how much
	// was left out.
	Found []fault.Field
	More  int
}

// OK tells whether the certificate and the register's history say the same.
func (v *Verification) OK() bool { return len(v.Found) == 0 }

// mostFound bounds what is told of a damaged certificate.
const mostFound = 50

func (v *Verification) report(code string, args ...any) {
	if len(v.Found) == mostFound {
		v.More++
		return
	}
	v.Found = append(v.Found, fault.At("", code, args...))
}

// Verify recomputes a certificate from the history of the register: the digest
// of every system as it was certified, and the hash over all of them and over
// the numbers of the certificate. Whoever sees certificates may ask for it.
func (d *Desk) Verify(ctx context.Context, by auth.Principal, id CertificateID) (Verification, error) {
	if err := by.Require(viewers()...); err != nil {
		return Verification{}, err
	}
	var out Verification
	err := d.deps.DB.Read(ctx, func(tx *store.Tx) error {
		c, err := certificateByID(tx, id)
		if err != nil {
			return err
		}
		out = Verification{Certificate: c}
		return out.recompute(tx)
	})
	return out, err
}

func (v *Verification) recompute(tx *store.Tx) error {
	c := &v.Certificate
	if c.Method != method {
		v.report("census.verify.method", "method", c.Method)
		return nil
	}
	digest, err := newDigester(c.Fields)
	if err != nil {
		return err
	}
	v.Hash, err = hashOf(c, func(yield func(CertifiedSystem) error) error {
		return eachCertified(tx, c.ID, func(some []CertifiedSystem) error {
			if len(some) == 0 {
				return nil
			}
			versions, err := versionsOf(tx, c.ID, some[0].SystemID, some[len(some)-1].SystemID)
			if err != nil {
				return err
			}
			for _, s := range some {
				if err := yield(v.check(digest, s, versions[s.SystemID])); err != nil {
					return err
				}
			}
			return nil
		})
	})
	if err != nil {
		return err
	}
	if v.Systems != c.Systems {
		v.report("census.verify.number", "said", c.Systems, "n", v.Systems)
	}
	if v.Hash != c.Hash {
		v.report("census.verify.hash")
	}
	return nil
}

// check holds a system under the certificate against the history, and returns it
// as the history has it.
func (v *Verification) check(digest *digester, s CertifiedSystem, now *inventory.System) CertifiedSystem {
	v.Systems++
	if now == nil {
		v.report("census.verify.missing", "code", s.Code, "version", s.Version)
		s.Digest = ""
		return s
	}
	if got := digest.of(now); got != s.Digest {
		v.report("census.verify.changed", "code", s.Code, "version", s.Version)
		s.Digest = got
	}
	s.Code, s.DepartmentID = now.Code, now.OwnerID
	return s
}

// ListCertificates lists the certificates, the newest first.
func (d *Desk) ListCertificates(ctx context.Context, by auth.Principal) ([]Certificate, error) {
	if err := by.Require(viewers()...); err != nil {
		return nil, err
	}
	var out []Certificate
	err := d.deps.DB.Read(ctx, func(tx *store.Tx) error {
		var err error
		out, err = allCertificates(tx)
		return err
	})
	return out, err
}

// FindCertificate reads a certificate.
func (d *Desk) FindCertificate(ctx context.Context, by auth.Principal, id CertificateID) (Certificate, error) {
	if err := by.Require(viewers()...); err != nil {
		return Certificate{}, err
	}
	var out Certificate
	err := d.deps.DB.Read(ctx, func(tx *store.Tx) error {
		var err error
		out, err = certificateByID(tx, id)
		return err
	})
	return out, err
}

// EachCertified calls fn for every system under a certificate that by may see,
// as it was certified, in the order of their numbers.
func (d *Desk) EachCertified(ctx context.Context, by auth.Principal, id CertificateID, fn func(CertifiedSystem, *inventory.System) error) error {
	return d.deps.DB.Read(ctx, func(tx *store.Tx) error {
		seen, err := d.seen(tx, by)
		if err != nil {
			return err
		}
		visible := map[auth.DepartmentID]bool{}
		for _, one := range seen {
			visible[one] = true
		}
		return eachCertified(tx, id, func(some []CertifiedSystem) error {
			if len(some) == 0 {
				return nil
			}
			versions, err := versionsOf(tx, id, some[0].SystemID, some[len(some)-1].SystemID)
			if err != nil {
				return err
			}
			for _, s := range some {
				if now := versions[s.SystemID]; now != nil && (seen == nil || visible[s.DepartmentID]) {
					if err := fn(s, now); err != nil {
						return err
					}
				}
			}
			return nil
		})
	})
}
