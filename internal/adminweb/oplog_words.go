package adminweb

import (
	"net/url"
	"slices"
	"strings"

	"qingce/internal/auth"
	"qingce/internal/oplog"
	"qingce/internal/schedule"
	"qingce/internal/web"
)

// actGroup is the acts on one sort of object, as the filter offers them.
type actGroup struct {
	name    string // message key oplog.group.<name>
	actions []string
}

// actGroups lists every act that the program records. A test holds it against
// the program.
func actGroups() []actGroup {
	return []actGroup{
		{"system", []string{
			"system.registered", "system.changed", "system.imported", "system.decided", "system.transferred",
			"system.moved.declare", "system.moved.return", "system.moved.verify", "system.moved.certify", "system.moved.put_in_service",
			"system.moved.start_merging", "system.moved.finish_merging", "system.moved.start_retiring", "system.moved.retire",
			"system.adopted", "systems.certified", "system.related", "system.unrelated",
		}},
		{"change", []string{
			"system.change_approved", "change.created", "change.revised", "change.submitted", "change.withdrawn",
			"change.advised.approve", "change.advised.reject", "change.approved", "change.rejected",
		}},
		{"form", []string{
			"form_row.saved", "form_row.added", "form_row.found", "form_row.removed", "form_row.restored", "form_row.gone",
			"form.rows_confirmed", "form.answered", "form.zero_filed", "form.zero_withdrawn", "form.handed_to_head", "form.taken_back",
			"form.submitted", "form.returned", "form.reopened", "form.accepted", "form.asked", "form.replied", "form.noted",
		}},
		{"campaign", []string{
			"campaign.created", "campaign.changed", "campaign.opened", "campaign.closed", "campaign.locked", "campaign.exception",
			"campaign.exception_dropped", "campaign.reminded", "questionnaire.created", "questionnaire.versioned", "questionnaire.changed",
			"questionnaire.published", "questionnaire.withdrawn",
		}},
		{"census", []string{
			"census.received", "census.matched", "census.dropped", "census.decided", "census.chosen", "census.reconsidered",
			"census.visited", "census.visit_withdrawn", "census.locked",
		}},
		{"probe", []string{
			"probe.registered", "probe.changed", "probe.stopped", "probe.resumed", "probe.token_issued", "probe.token_rotated",
			"probe.token_revoked", "probe.silent", "usage.policy", "series.rule_added", "series.rule_changed", "series.rule_moved",
			"series.rule_removed", "series.unmapped_forgotten", "usage.upload.received", "usage.upload.submitted",
			"usage.upload.accepted", "usage.upload.returned", "usage.upload.confirmed", "usage.upload.withdrawn", "usage.upload.dropped",
		}},
		{"zombie", []string{
			"zombie.run", "zombie.run_released", "zombie.run_discarded", "zombie.policy_drafted", "zombie.policy_changed",
			"zombie.policy_in_force", "zombie.policy_dropped", "zombie.declared", "zombie.declaration_accepted",
			"zombie.declaration_refused", "zombie.declaration_withdrawn", "zombie.simulated",
		}},
		{"cleanup", []string{
			"cleanup.opened", "cleanup.found_anew", "cleanup.closed_itself", "cleanup.reopened", "cleanup.prepared", "cleanup.notify",
			"cleanup.admit", "cleanup.contest", "cleanup.confirm", "cleanup.dismiss", "cleanup.plan", "cleanup.approve_plan",
			"cleanup.return_plan", "cleanup.submit", "cleanup.accept", "cleanup.return", "cleanup.exempt", "cleanup.terms",
			"system.ended.retired", "system.ended.merged",
		}},
		{"similar", []string{"similar.judged", "similar.reopened"}},
		{"hub", []string{
			"hub.listed", "hub.basis", "hub.transferred", "hub.down", "hub.restored", "hub.stable", "hub.hand_in", "hub.confirm", "hub.withdraw",
			"hub.accept", "hub.return", "hub.verify", "hub.send_back", "hub.province", "hub.exemption_asked", "hub.exemption_decided",
			"hub.exemption_ended", "hub.exemption_withdrawn", "hub.node_saved", "hub.link_saved", "hub.upload_received", "hub.upload_confirmed",
			"hub.upload_withdrawn", "hub.upload_dropped", "hub.policy",
		}},
		{"catalog", []string{
			"catalog.created", "catalog.saved", "catalog.submitted", "catalog.endorsed", "catalog.returned", "catalog.published",
			"catalog.withdrawal_asked", "catalog.withdrawn", "catalog.discarded", "catalog.mounted", "catalog.refreshed", "catalog.unmounted",
			"catalog.class_added", "catalog.class_changed", "catalog.change_recorded", "catalog.change_untouched", "catalog.filing_asked",
			"catalog.filing_submitted", "catalog.filing_accepted", "catalog.filing_returned", "catalog.overlaps_proposed",
			"catalog.overlap_confirmed", "catalog.overlap_dismissed", "catalog.exported", "catalog.import_received",
			"catalog.import_confirmed", "catalog.import_dropped",
		}},
		{"sharing", []string{
			"sharing.request.drafted", "sharing.request.revised", "sharing.request.submitted", "sharing.request.overdue",
			"sharing.request.granted", "sharing.request.partial", "sharing.request.refused", "sharing.request.escalated",
			"sharing.request.convened", "sharing.request.settled", "sharing.request.closed", "sharing.request.withdrawn",
			"sharing.agreement.made", "sharing.agreement.replaced", "sharing.agreement.suspended", "sharing.agreement.resumed",
			"sharing.agreement.revoked", "sharing.agreement.expired", "sharing.misuse.reported", "sharing.misuse.confirmed",
			"sharing.misuse.dismissed", "sharing.objection.raised", "sharing.objection.dispatched", "sharing.objection.correcting",
			"sharing.objection.corrected", "sharing.objection.confirmed", "sharing.objection.unverifiable",
			"sharing.objection.published", "sharing.objection.withdrawn", "sharing.demand.drafted", "sharing.demand.revised",
			"sharing.demand.submitted", "sharing.demand.asked", "sharing.demand.matched", "sharing.demand.unmet",
			"sharing.demand.denied", "sharing.relief.declared", "sharing.relief.accepted", "sharing.relief.withdrawn",
			"sharing.used", "sharing.policy",
		}},
		{"rectify", []string{
			"rectify.drafted", "rectify.revised", "rectify.withdrawn", "rectify.issued", "rectify.reply_written", "rectify.replied",
			"rectify.accepted", "rectify.closed_late", "rectify.rejected", "rectify.overdue", "rectify.escalated", "rectify.lg_decided",
			"rectify.proven_misuse", "rectify.proven_false_report", "rectify.policy",
		}},
		{"tasks", []string{
			"tasks.programme", "tasks.marked", "tasks.unmarked",
			"tasks.evidence.saved", "tasks.evidence.handed_in", "tasks.evidence.accepted", "tasks.evidence.returned",
			"tasks.report.saved", "tasks.report.copied", "tasks.report.ready", "tasks.report.filed", "tasks.report.accepted", "tasks.report.returned",
		}},
		{"monthly", []string{
			"monthly.computed", "monthly.corrected", "monthly.recompute", "monthly.freeze", "monthly.open_appeal", "monthly.review", "monthly.approve", "monthly.send_back", "monthly.publish", "monthly.superseded",
			"monthly.objected", "monthly.objection_upheld", "monthly.objection_rejected", "monthly.objection_withdrawn", "monthly.proposal_approved", "monthly.proposal_declined", "monthly.policy_drafted", "monthly.policy_set", "monthly.policy_dropped",
		}},
		{"funding", []string{
			"funding.run", "funding.stated", "funding.opinion_office", "funding.opinion_reform", "funding.decided", "funding.plea_appeal", "funding.plea_recheck", "funding.plea_withdrawn",
			"funding.verified_changed", "funding.verified_support", "funding.verified_uphold", "funding.consulted", "funding.excepted", "funding.upheld", "funding.rechecked",
		}},
		{"department", []string{"department.added", "department.changed", "department.imported", "department.reorganised"}},
		{"evidence", []string{"evidence.add", "evidence.remove"}},
		{"file", []string{"import.received", "import.confirmed", "import.dropped", "export"}},
		{"due", []string{"due.set", "due.change", "due.move", "due.close"}},
		{"calendar", []string{
			"calendar.seed", "calendar.publish", "calendar.confirm", "closure.add", "closure.confirm", "closure.remove",
		}},
		{"account", []string{
			"account.create", "account.change", "account.enable", "account.disable", "account.lock", "account.unlock", "account.locked",
			"account.reset", "account.password", "account.policy",
		}},
		{"access", []string{
			"account.sign_in", "account.sign_in_failed", "account.sign_out", "account.session_end", "account.sign_out_everywhere",
			"account.token_issue", "account.token_revoke", "denied",
		}},
		{"server", []string{"start", "stop", "migrate", "backup", "restore"}},
		{"log", []string{"anchor", "verify", "prove"}},
	}
}

// OplogActions lists every act of actGroups.
func OplogActions() []string {
	var out []string
	for _, g := range actGroups() {
		out = append(out, g.actions...)
	}
	return out
}

// OplogKinds lists the kinds of objects that entries are about.
func OplogKinds() []string {
	return []string{
		"system", "department", "campaign", "questionnaire", "form", "form_row", "census_source", "census_item", "census_visit", "certificate",
		"catalog_entry", "catalog_class", "catalog_change", "catalog_filing", "catalog_overlap", "catalog_import",
		"sharing_request", "sharing_agreement", "sharing_use", "sharing_misuse", "sharing_objection", "sharing_demand", "sharing_relief", "sharing_policy",
		"rectification", "rectification_policy",
		"task", "task_evidence", "programme", "report",
		"score_month", "score_objection", "score_policy",
		"funding_run", "funding_item", "funding_plea", "change_request", "probe", "series_rule", "usage_policy", "usage_upload", "similar_pair", "zombie_case", "zombie_terms", "zombie_run", "zombie_policy", "zombie_declaration", "zombie_simulation", "hub_connection", "hub_connections", "hub_exemption", "hub_node", "hub_link", "hub_policy", "hub_upload", "systems", "departments", "import", "evidence", "due_date", "calendar_year", "calendar_closure",
		"account", "account_policy", "route", "server", "schema", "backup", "anchor", "oplog", "oplog_entry",
	}
}

func actionText(r *web.Request, action string) string { return r.T("oplog." + action) }

func kindText(r *web.Request, kind string) string {
	if r.P.Has("oplog.kind." + kind) {
		return r.T("oplog.kind." + kind)
	}
	return kind
}

// wayText says how somebody came in.
func wayText(r *web.Request, way auth.Way) string {
	if way == auth.ByNobody {
		return r.T("oplog.way.nobody")
	}
	return r.T("oplog.way." + string(way))
}

// objectText is the object of an entry in a few words.
func objectText(r *web.Request, row oplog.Row) string {
	switch {
	case row.ObjectKind == "due_date":
		kind, id := dueSubject(row)
		return strings.TrimSpace(kindText(r, kind) + " " + id)
	case row.ObjectName == "" || row.ObjectName == row.ObjectID:
		return row.ObjectID
	case slices.Contains([]string{"system", "department", "calendar_year"}, row.ObjectKind):
		return row.ObjectID + " " + row.ObjectName
	}
	return row.ObjectName
}

// dueSubject is what a due date is about: its name in the log is the subject
// with the key of its title.
func dueSubject(row oplog.Row) (kind, id string) {
	kind, rest, _ := strings.Cut(row.ObjectName, " ")
	id, _, _ = strings.Cut(rest, " ")
	return kind, id
}

// objectHref is the page of the object; empty when it has none or the reader
// may not open it.
func objectHref(r *web.Request, row oplog.Row) string {
	switch row.ObjectKind {
	case "system", "change_request", "zombie_case":
		return registerHref(r, row.ObjectKind, row.ObjectID)
	case "due_date":
		kind, id := dueSubject(row)
		return registerHref(r, kind, id)
	case "hub_connection", "hub_exemption", "hub_node", "hub_link", "hub_policy", "hub_upload", "hub_connections":
		return hubHref(r, row)
	case "catalog_entry", "catalog_class", "catalog_filing", "catalog_change", "catalog_overlap", "catalog_import":
		return catalogHref(r, row)
	case "sharing_request", "sharing_agreement", "sharing_misuse", "sharing_objection", "sharing_demand", "sharing_policy", "sharing_use", "sharing_relief":
		return sharingHref(r, row)
	case "department":
		return "/departments/" + url.PathEscape(row.ObjectID)
	case "probe":
		return "/probes/" + url.PathEscape(row.ObjectID)
	case "similar_pair":
		return "/similar/" + url.PathEscape(row.ObjectID)
	case "account":
		return "/accounts/" + url.PathEscape(row.ObjectID)
	case "calendar_year":
		return calendarPath + "/" + url.PathEscape(row.ObjectID)
	case "calendar_closure":
		return closuresPath
	}
	return ""
}

// registerHref is the page of a system or of a request to change one, which the
// administrator does not see.
func registerHref(r *web.Request, kind, id string) string {
	if r.By.View() == (auth.Scope{}) {
		return ""
	}
	return dueHref(schedule.Due{SubjectKind: kind, SubjectID: id})
}

// actorText is who acted: the name, and the login where it says more.
func actorText(r *web.Request, row oplog.Row) string {
	switch {
	case row.Way == auth.BySystem:
		return r.T("oplog.actor.service", "job", row.ActorName)
	case row.ActorName == "" && row.ActorLogin == "":
		return r.T("oplog.way.nobody")
	case row.ActorName == "":
		return row.ActorLogin
	}
	return row.ActorName
}

// rolesText names the roles that the actor had at the time.
func rolesText(r *web.Request, roles string) string {
	if roles == "" {
		return ""
	}
	names := strings.Split(roles, ",")
	for i, role := range names {
		names[i] = r.T(string(auth.Role(role).Label()))
	}
	return r.P.Join(names)
}
