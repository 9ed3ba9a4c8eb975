package main

import "fmt"

// verifyCertificates recomputes every certificate of a census from the history
// of the register and says what came of it.
func verifyCertificates(c *console, r *rooms) (bool, error) {
	by := c.person("verify")
	all, err := r.census.ListCertificates(c, by)
	if err != nil {
		return false, fmt.Errorf("list the certificates: %w", err)
	}
	ok := true
	for _, one := range all {
		v, err := r.census.Verify(c, by, one.ID)
		if err != nil {
			return false, fmt.Errorf("verify certificate %s: %w", one.Number, err)
		}
		if v.OK() {
			c.say("cli.verify.certificate", "number", one.Number, "systems", v.Systems, "hash", v.Hash)
			continue
		}
		ok = false
		for _, f := range v.Found {
			c.say("cli.verify.finding", "text", one.Number+": "+c.p.Field(f))
		}
		if v.More > 0 {
			c.say("cli.verify.omitted", "more", v.More)
		}
	}
	return ok, nil
}
