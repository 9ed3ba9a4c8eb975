package monthlyweb

// PageData are the types of the data of all pages.
func PageData() map[string]any {
	return map[string]any{
		"monthly/city": cityPage{}, "monthly/sheet": sheetPage{}, "monthly/metric": metricPage{}, "monthly/record": recordPage{}, "monthly/policy": policyPage{}, "monthly/form": formPage{},
	}
}
