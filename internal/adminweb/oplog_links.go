package adminweb

import (
	"net/url"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/oplog"
	"qingce/internal/web"
)

// seesRegister tells that the reader has a scope in the register; the
// administrator has none, and gets no links into it.
func seesRegister(r *web.Request) bool { return r.By.View() != (auth.Scope{}) }

// hubHref is the page of what belongs to the connections with the hub.
func hubHref(r *web.Request, row oplog.Row) string {
	if !seesRegister(r) {
		return ""
	}
	switch row.ObjectKind {
	case "hub_connection":
		return "/systems/" + url.PathEscape(row.ObjectID) + "/connection"
	case "hub_exemption": // its name begins with the code of the system
		code, _, _ := strings.Cut(row.ObjectName, " ")
		return "/systems/" + url.PathEscape(code) + "/connection"
	case "hub_node":
		return "/hub/nodes"
	case "hub_link":
		return "/hub/links"
	case "hub_policy":
		return "/hub/policy"
	case "hub_upload":
		return "/hub/files/" + url.PathEscape(row.ObjectID)
	}
	return "/hub/systems"
}

// catalogHref is the page of what belongs to the catalog. Entries are in the log
// by their codes, which the catalog finds.
func catalogHref(r *web.Request, row oplog.Row) string {
	if !seesRegister(r) || row.ObjectID == "all" {
		return ""
	}
	switch row.ObjectKind {
	case "catalog_entry":
		return "/catalog?q=" + url.QueryEscape(row.ObjectID)
	case "catalog_change":
		return "/catalog/changes/" + url.PathEscape(row.ObjectID)
	case "catalog_overlap":
		return "/catalog/overlaps/" + url.PathEscape(row.ObjectID)
	case "catalog_filing":
		return "/catalog/filings"
	case "catalog_class":
		return "/catalog/tree"
	}
	return ""
}

// sharingHref is the page of what belongs to sharing.
func sharingHref(r *web.Request, row oplog.Row) string {
	if !seesRegister(r) {
		return ""
	}
	pages := map[string]string{
		"sharing_request": "/sharing/requests/", "sharing_agreement": "/sharing/agreements/", "sharing_misuse": "/sharing/misuses/",
		"sharing_objection": "/sharing/objections/", "sharing_demand": "/sharing/demands/",
	}
	if page, ok := pages[row.ObjectKind]; ok {
		return page + url.PathEscape(row.ObjectID)
	}
	return map[string]string{"sharing_use": "/sharing/uses", "sharing_relief": "/sharing/reliefs", "sharing_policy": "/sharing/terms"}[row.ObjectKind]
}
