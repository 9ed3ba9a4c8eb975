package inventory_test

import (
	"fmt"
	"testing"

	"qingce/internal/auth"
	"qingce/internal/store"
	"qingce/inventory"
	"qingce/inventory/inventorytest"
)

// BenchmarkAdopt is what accepting the form of a department with 200 systems
// costs, in a register of 50 000: half of them are new, half are changed.
func BenchmarkAdopt(b *testing.B) {
	benchEach(b, func(b *testing.B, city *inventorytest.City) {
		centre := city.Someone(auth.Centre)
		for round := 0; b.Loop(); round++ {
			b.StopTimer()
			declared := declaredForm(b, city, round)
			b.StartTimer()
			err := city.DB.Write(b.Context(), func(tx *store.Tx) error {
				for _, s := range declared {
					a := inventory.Adoption{System: s, Version: s.Version, Reason: "自查", Origin: "/surveys/1/RS"}
					if _, _, err := city.Registry.AdoptIn(tx, centre, a); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				b.Fatal(err)
			}
		}
	})
}

func declaredForm(b *testing.B, city *inventorytest.City, round int) []inventory.System {
	b.Helper()
	var out []inventory.System
	for i := range 100 {
		name := fmt.Sprintf("第%d次自查的系统%d", round, i)
		s := city.Registered("RS", name)
		s.FunctionDesc, s.UseFrequency = name+"的业务办理和统计", "weekly"
		fresh := city.System("RS", name+"新")
		fresh.VisitUrl = fmt.Sprintf("http://10.1.%d.%d/app", round%250, i)
		out = append(out, s, fresh)
	}
	return out
}

// BenchmarkCertify is what locking the census of 50 000 systems costs.
func BenchmarkCertify(b *testing.B) {
	benchEach(b, func(b *testing.B, city *inventorytest.City) {
		dir, err := city.Registry.Directory(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		var all []inventory.DepartmentID
		for _, d := range dir.All() {
			all = append(all, d.ID)
		}
		for b.Loop() {
			b.StopTimer()
			verifyAll(b, city)
			b.StartTimer()
			err := city.DB.Write(b.Context(), func(tx *store.Tx) error {
				n, err := city.Registry.CertifyIn(tx, city.Someone(auth.Office), all, "普查锁定", "/surveys/1")
				if err == nil && n < benchSystems {
					err = fmt.Errorf("certified %d of %d", n, benchSystems)
				}
				return err
			})
			if err != nil {
				b.Fatal(err)
			}
		}
	})
}

// verifyAll makes every system one that waits for the lock.
func verifyAll(b *testing.B, city *inventorytest.City) {
	b.Helper()
	err := city.DB.Write(b.Context(), func(tx *store.Tx) error {
		return tx.Gorm().Exec("UPDATE systems SET state = 'verified'").Error
	})
	if err != nil {
		b.Fatal(err)
	}
}
