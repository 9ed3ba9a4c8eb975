package main

import (
	"qingce/internal/auth"
	"qingce/scoring/funding"
)

// demoFundingYear is the year of which the money is worked out.
const demoFundingYear = 2018

// demoFundingEvents are step 29: finance works out 2018, the Office and the reform
// commission give their opinions, and all is decided. The appeal of step 30 is
// left to those who try the service.
func demoFundingEvents() []demoEvent {
	all := funding.Batch{Year: demoFundingYear, List: &funding.Query{}}
	return []demoEvent{
		{"2018-01-10 08:31", "finance", "works out the money of 2018", func(d *demoCity, by auth.Principal) error {
			_, err := d.funding.Freeze(d.ctx, by, funding.Order{Year: demoFundingYear})
			return err
		}},
		{"2018-01-10 08:35", "office", "gives its opinion", func(d *demoCity, by auth.Principal) error {
			_, err := d.funding.OpineMany(d.ctx, by, all, auth.Office, "同意核定结果。")
			return err
		}},
		{"2018-01-10 08:38", "reform", "gives its opinion", func(d *demoCity, by auth.Principal) error {
			_, err := d.funding.OpineMany(d.ctx, by, all, auth.Reform, "同意核定结果。")
			return err
		}},
		{"2018-01-10 08:45", "finance", "decides", func(d *demoCity, by auth.Principal) error {
			_, err := d.funding.DecideMany(d.ctx, by, all, "")
			return err
		}},
	}
}
