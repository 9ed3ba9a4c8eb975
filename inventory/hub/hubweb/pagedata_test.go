package hubweb

// PageData are the types of the data of all pages.
func PageData() map[string]any {
	return map[string]any{
		"hub/front": frontPage{}, "hub/list": listPage{}, "hub/connection": connectionPageData{}, "hub/tables": tablesPage{}, "hub/form": formPage{},
	}
}
