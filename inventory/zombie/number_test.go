package zombie_test

import (
	"reflect"
	"testing"

	"qingce/internal/locale"
	"qingce/internal/web/webtest"
	"qingce/inventory/zombie"
)

// Every number that detection goes by can be seen and changed, and is explained
// in both languages.
func TestEveryNumberIsOnTheForm(t *testing.T) {
	values := func(n *zombie.Numbers) []float64 {
		var out []float64
		for _, one := range zombie.AllNumbers() {
			out = append(out, one.Get(n))
		}
		return out
	}
	usual := zombie.DefaultNumbers()
	for _, field := range reflect.VisibleFields(reflect.TypeFor[zombie.Numbers]()) {
		if field.Anonymous {
			continue
		}
		n := zombie.DefaultNumbers()
		switch v := reflect.ValueOf(&n).Elem().FieldByIndex(field.Index); v.Kind() {
		case reflect.Bool:
			v.SetBool(!v.Bool())
		case reflect.Float64:
			v.SetFloat(v.Float() + 0.01)
		default:
			v.SetInt(v.Int() + 1_000_000)
		}
		if reflect.DeepEqual(values(&n), values(&usual)) {
			t.Errorf("%s is on no form", field.Name)
		}
	}
	c := webtest.Catalog(t)
	for _, one := range zombie.AllNumbers() {
		n := usual
		one.Set(&n, one.Get(&usual))
		if one.Get(&n) != one.Get(&usual) {
			t.Errorf("%s is not what it was when it is written as it is", one.Key)
		}
		for _, lang := range locale.Languages() {
			if p := c.Printer(lang); !p.Has(string(one.Label())) || !p.Has(string(one.Help())) {
				t.Errorf("%s is not named and explained in %v", one.Key, lang)
			}
		}
	}
}
