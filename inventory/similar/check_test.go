package similar_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"qingce/internal/auth"
	"qingce/internal/fault"
)

func TestCheckFindsWhatATextDescribesAgain(t *testing.T) {
	each(t, func(t *testing.T, c *town) {
		old, next, _ := c.offices()
		const wanted = "统一办公平台：机关公文流转、会议通知、内部邮件"
		found, err := c.desk.Check(t.Context(), c.Clerk("JY"), wanted, 5)
		if err != nil || len(found) != 2 {
			t.Fatalf("found %+v, %v; want both offices", found, err)
		}
		for _, f := range found {
			if hidden := f.ID == next.ID; f.Hidden != hidden || hidden != (f.Name == "") || f.Code == "" {
				t.Errorf("found %+v; of the other department only code and department are told", f)
			}
			if !slices.Contains(f.Words, "会议通知") || f.Score < 0.25 {
				t.Errorf("found %+v, want the words that both hold", f)
			}
		}
		if found, err = c.desk.Check(t.Context(), c.Someone(auth.Centre), wanted, 1); err != nil || len(found) != 1 || found[0].Hidden || found[0].Name == "" {
			t.Errorf("the centre finds %+v, %v; want the most like one, whole", found, err)
		}
		if found, err = c.desk.Like(t.Context(), c.Clerk("JY"), old, 5); err != nil || len(found) != 1 || found[0].ID != next.ID || !found[0].Likely() {
			t.Errorf("like the old one: %+v, %v; want the other office, not itself", found, err)
		}
	})
}

func TestCheckKnowsWhatWasJustRegistered(t *testing.T) {
	each(t, func(t *testing.T, c *town) {
		c.offices()
		const wanted = "住房公积金缴存、提取、贷款"
		if found, err := c.desk.Check(t.Context(), c.Clerk("FC"), wanted, 0); err != nil || len(found) != 0 {
			t.Fatalf("found %+v, %v; want nothing yet", found, err)
		}
		c.Clock.Advance(time.Second)
		s := c.system("FC", "住房公积金管理系统", "住房公积金缴存、提取、贷款和个人账户查询。")
		if found, err := c.desk.Check(t.Context(), c.Clerk("FC"), wanted, 0); err != nil || len(found) != 1 || found[0].ID != s.ID {
			t.Errorf("found %+v, %v; want the new system", found, err)
		}
	})
}

func TestCheckRefusesWhatSaysTooLittle(t *testing.T) {
	each(t, func(t *testing.T, c *town) {
		for _, wanted := range []string{"", "办公", "，。，。，。，。", strings.Repeat("办公", 1001)} {
			_, err := c.desk.Check(t.Context(), c.Clerk("JY"), wanted, 0)
			if f := fault.FieldsOf(err); len(f) != 1 || f[0].Name != "text" {
				t.Errorf("error %v of %d letters, want one at the text", err, len(wanted))
			}
		}
		if _, err := c.desk.Check(t.Context(), c.Someone(auth.Probe), "住房公积金缴存", 0); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("a probe may check: %v", err)
		}
	})
}
