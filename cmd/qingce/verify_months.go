package main

import "fmt"

// verifyMonths works every frozen month of the scorecards out again from the
// inputs that were kept, and says which differ.
func verifyMonths(c *console, r *rooms) (bool, error) {
	all, err := r.months.Verify(c, c.person("verify"))
	if err != nil {
		return false, fmt.Errorf("verify the scorecards: %w", err)
	}
	ok := true
	for _, v := range all {
		if v.OK() {
			c.say("cli.verify.month", "month", v.Month.Key(), "bodies", v.Bodies, "hash", v.Month.Hash)
			continue
		}
		ok = false
		for _, f := range v.Found {
			c.say("cli.verify.finding", "text", c.p.Field(f))
		}
	}
	return ok, nil
}
