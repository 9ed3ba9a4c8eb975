package inventoryweb

// PageData are the types of the data of the pages, for the check of their
// templates.
func PageData() map[string]any {
	return map[string]any{
		"inventory/list": listPage{}, "inventory/numbers": numbersPage{}, "inventory/record": recordPage{}, "inventory/history": historyPage{},
		"inventory/form": formPage{}, "inventory/draft": draftPage{}, "inventory/bulk": bulkPage{},
		"inventory/department": departmentPage{}, "inventory/reorganise": planPage{},
		"inventory/relations": relationsPage{}, "inventory/evidence": evidencePage{},
		"inventory/changes": changesPage{}, "inventory/change": changePage{},
		"inventory/import_new": importNew{}, "inventory/import_show": importShow{},
	}
}
