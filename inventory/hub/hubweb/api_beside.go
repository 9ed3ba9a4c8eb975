package hubweb

import (
	"context"
	"net/http"

	"qingce/internal/auth"
	"qingce/internal/calendar"
	"qingce/internal/fault"
	"qingce/internal/web"
	"qingce/inventory"
	"qingce/inventory/hub"
)

// besideAPI is about what stands beside connections: front nodes, links that are
// still to move, and the terms.
func (d *desk) besideAPI(s *web.Server) {
	read, write := web.For(viewers()...).With(readScope), web.For(movers()...).With(writeScope)
	web.Operation(s, read, hubOp("list-front-nodes", http.MethodGet, "/nodes", "The front nodes of departments"), d.apiNodes)
	node := hubOp("add-front-node", http.MethodPost, "/nodes", "Add a front node")
	node.DefaultStatus = http.StatusCreated
	web.Operation(s, write, node, d.apiAddNode)
	web.Operation(s, write, hubOp("change-front-node", http.MethodPut, "/nodes/{id}", "Change what is said of a front node"), d.apiChangeNode)
	web.Operation(s, read, hubOp("list-hub-links", http.MethodGet, "/links", "Exchange links and county platforms that are to move to the hub"), d.apiLinks)
	link := hubOp("add-hub-link", http.MethodPost, "/links", "Add a link that is to move to the hub")
	link.DefaultStatus = http.StatusCreated
	web.Operation(s, write, link, d.apiAddLink)
	web.Operation(s, write, hubOp("change-hub-link", http.MethodPut, "/links/{id}", "Change a link, or note that it has moved"), d.apiChangeLink)
	web.Operation(s, read, hubOp("get-hub-policy", http.MethodGet, "/policy", "The terms of connections"), d.apiPolicy)
	set := hubOp("set-hub-policy", http.MethodPut, "/policy", "Set the terms of connections; every connection is worked out anew")
	web.OperationWithin(s, slowWork, web.For(auth.Office, auth.Centre).With(writeScope), set, d.apiSetPolicy)
}

// hubNodeBody is what is said of a front node.
type hubNodeBody struct {
	Department  string        `json:"department" doc:"Code of the department"`
	Name        string        `json:"name"`
	Address     string        `json:"address" doc:"IP address on the extranet"`
	Place       string        `json:"place,omitempty"`
	InstalledOn calendar.Date `json:"installed_on,omitempty"`
	RemovedOn   calendar.Date `json:"removed_on,omitempty"`
	Note        string        `json:"note,omitempty"`
}

type hubNodeDoc struct {
	ID      int64       `json:"id"`
	Node    hubNodeBody `json:"node"`
	Version int64       `json:"version" doc:"Number of the version; the ETag"`
}

func nodeDocument(n *hub.Node, dir *inventory.Directory) hubNodeDoc {
	dept, _ := dir.Find(n.DepartmentID)
	return hubNodeDoc{int64(n.ID), hubNodeBody{dept.Code, n.Name, n.Address, n.Place, n.InstalledOn, n.RemovedOn, n.Note}, n.Version}
}

// department is the department of a code.
func (d *desk) department(ctx context.Context, code string) (*inventory.Directory, inventory.Department, error) {
	dir, err := d.Registry.Directory(ctx)
	if err != nil {
		return nil, inventory.Department{}, err
	}
	dept, ok := dir.Lookup(code)
	if !ok {
		return nil, dept, fault.Refuse([]fault.Field{fault.At("department", "hub.err.department")})
	}
	return dir, dept, nil
}

type hubNodesOut struct {
	Body struct {
		Nodes []hubNodeDoc `json:"nodes"`
	}
}

func (d *desk) apiNodes(ctx context.Context, call web.Call, in *struct {
	Department string `query:"department" doc:"Code of a department"`
}) (*hubNodesOut, error) {
	dir, err := d.Registry.Directory(ctx)
	if err != nil {
		return nil, err
	}
	var dept inventory.Department
	if in.Department != "" {
		if _, dept, err = d.department(ctx, in.Department); err != nil {
			return nil, err
		}
	}
	list, err := d.Hub.Nodes(ctx, call.By, dept.ID)
	if err != nil {
		return nil, err
	}
	out := &hubNodesOut{}
	out.Body.Nodes = make([]hubNodeDoc, len(list))
	for i := range list {
		out.Body.Nodes[i] = nodeDocument(&list[i], dir)
	}
	return out, nil
}

type hubNodeOut struct {
	ETag string `header:"ETag"`
	Body hubNodeDoc
}

func (d *desk) saveNode(ctx context.Context, call web.Call, id, version int64, b hubNodeBody) (*hubNodeOut, error) {
	dir, dept, err := d.department(ctx, b.Department)
	if err != nil {
		return nil, err
	}
	n, err := d.Hub.SaveNode(ctx, call.By, hub.Node{
		ID: hub.NodeID(id), DepartmentID: dept.ID, Name: b.Name, Address: b.Address, Place: b.Place, InstalledOn: b.InstalledOn,
		RemovedOn: b.RemovedOn, Note: b.Note, Version: version,
	})
	if err != nil {
		return nil, err
	}
	return &hubNodeOut{web.ETag(n.Version), nodeDocument(&n, dir)}, nil
}

type hubAddNodeIn struct{ Body hubNodeBody }

func (d *desk) apiAddNode(ctx context.Context, call web.Call, in *hubAddNodeIn) (*hubNodeOut, error) {
	return d.saveNode(ctx, call, 0, 0, in.Body)
}

type hubChangeNodeIn struct {
	ID      int64  `path:"id"`
	IfMatch string `header:"If-Match" doc:"ETag of the version that was looked at"`
	Body    hubNodeBody
}

func (d *desk) apiChangeNode(ctx context.Context, call web.Call, in *hubChangeNodeIn) (*hubNodeOut, error) {
	version, err := web.MatchedVersion(in.IfMatch)
	if err != nil {
		return nil, err
	}
	return d.saveNode(ctx, call, in.ID, version, in.Body)
}

// hubLinkBody is what is said of a link.
type hubLinkBody struct {
	Department string        `json:"department" doc:"Code of the department"`
	Kind       hub.LinkKind  `json:"kind" enum:"link,platform"`
	Name       string        `json:"name"`
	Other      string        `json:"other" doc:"With whom"`
	Content    string        `json:"content,omitempty" doc:"What goes over it"`
	PlannedOn  calendar.Date `json:"planned_on"`
	MigratedOn calendar.Date `json:"migrated_on,omitempty"`
	DroppedOn  calendar.Date `json:"dropped_on,omitempty" doc:"Since when it is no longer there; note says why"`
	Note       string        `json:"note,omitempty"`
}

type hubLinkDoc struct {
	ID      int64         `json:"id"`
	Link    hubLinkBody   `json:"link"`
	State   hub.LinkState `json:"state" enum:"late,planned,migrated,dropped"`
	Version int64         `json:"version" doc:"Number of the version; the ETag"`
}

func linkDocument(l *hub.Link, dir *inventory.Directory, today calendar.Date) hubLinkDoc {
	dept, _ := dir.Find(l.DepartmentID)
	body := hubLinkBody{dept.Code, l.Kind, l.Name, l.Other, l.Content, l.PlannedOn, l.MigratedOn, l.DroppedOn, l.Note}
	return hubLinkDoc{int64(l.ID), body, l.State(today), l.Version}
}

type hubLinksOut struct {
	Body struct {
		Total int64        `json:"total"`
		Links []hubLinkDoc `json:"links"`
	}
}

func (d *desk) apiLinks(ctx context.Context, call web.Call, in *struct {
	State string `query:"state" enum:"late,planned,migrated,dropped"`
	Page  int    `query:"page" minimum:"1" default:"1"`
	Size  int    `query:"size" minimum:"1" maximum:"200" default:"50"`
}) (*hubLinksOut, error) {
	dir, err := d.Registry.Directory(ctx)
	if err != nil {
		return nil, err
	}
	page, err := d.Hub.Links(ctx, call.By, hub.LinkQuery{State: hub.LinkState(in.State), Page: in.Page, Size: in.Size})
	if err != nil {
		return nil, err
	}
	out := &hubLinksOut{}
	out.Body.Total, out.Body.Links = page.Total, make([]hubLinkDoc, len(page.Links))
	for i := range page.Links {
		out.Body.Links[i] = linkDocument(&page.Links[i], dir, calendar.DateOf(call.Now))
	}
	return out, nil
}

type hubLinkOut struct {
	ETag string `header:"ETag"`
	Body hubLinkDoc
}

func (d *desk) saveLink(ctx context.Context, call web.Call, id, version int64, b hubLinkBody) (*hubLinkOut, error) {
	dir, dept, err := d.department(ctx, b.Department)
	if err != nil {
		return nil, err
	}
	l, err := d.Hub.SaveLink(ctx, call.By, hub.Link{
		ID: hub.LinkID(id), DepartmentID: dept.ID, Kind: b.Kind, Name: b.Name, Other: b.Other, Content: b.Content, PlannedOn: b.PlannedOn,
		MigratedOn: b.MigratedOn, DroppedOn: b.DroppedOn, Note: b.Note, Version: version,
	})
	if err != nil {
		return nil, err
	}
	return &hubLinkOut{web.ETag(l.Version), linkDocument(&l, dir, calendar.DateOf(call.Now))}, nil
}

type hubAddLinkIn struct{ Body hubLinkBody }

func (d *desk) apiAddLink(ctx context.Context, call web.Call, in *hubAddLinkIn) (*hubLinkOut, error) {
	return d.saveLink(ctx, call, 0, 0, in.Body)
}

type hubChangeLinkIn struct {
	ID      int64  `path:"id"`
	IfMatch string `header:"If-Match" doc:"ETag of the version that was looked at"`
	Body    hubLinkBody
}

func (d *desk) apiChangeLink(ctx context.Context, call web.Call, in *hubChangeLinkIn) (*hubLinkOut, error) {
	version, err := web.MatchedVersion(in.IfMatch)
	if err != nil {
		return nil, err
	}
	return d.saveLink(ctx, call, in.ID, version, in.Body)
}

// hubPolicyBody is the terms of connections.
type hubPolicyBody struct {
	SilenceDays    int           `json:"silence_days" doc:"After how many days of silence more a connection is down"`
	StableDays     int           `json:"stable_days" doc:"For how many days it must be heard to be stable"`
	DeferMonths    int           `json:"defer_months" doc:"For how long a system may be put off"`
	ExemptMonths   int           `json:"exempt_months" doc:"For how long it may be let off"`
	WindowDays     int           `json:"window_days" doc:"How far back differences are looked for"`
	FailurePercent int           `json:"failure_percent" doc:"From which share of failures on a pair is pointed at"`
	ConnectBy      calendar.Date `json:"connect_by" doc:"By when every system must be connected"`
}

type hubPolicyOut struct {
	ETag string `header:"ETag"`
	Body struct {
		Terms   hubPolicyBody `json:"terms"`
		Version int64         `json:"version"`
		Reason  string        `json:"reason" doc:"Of the last change"`
	}
}

func policyAnswer(p hub.Policy, err error) (*hubPolicyOut, error) {
	if err != nil {
		return nil, err
	}
	out := &hubPolicyOut{ETag: web.ETag(p.Version)}
	out.Body.Terms = hubPolicyBody{p.SilenceDays, p.StableDays, p.DeferMonths, p.ExemptMonths, p.WindowDays, p.FailurePercent, p.ConnectBy}
	out.Body.Version, out.Body.Reason = p.Version, p.Reason
	return out, nil
}

func (d *desk) apiPolicy(ctx context.Context, _ web.Call, _ *struct{}) (*hubPolicyOut, error) {
	return policyAnswer(d.Hub.Policy(ctx))
}

type hubSetPolicyIn struct {
	IfMatch string `header:"If-Match" doc:"ETag of the version that was looked at"`
	Body    struct {
		Terms  hubPolicyBody `json:"terms"`
		Reason string        `json:"reason" maxLength:"500"`
	}
}

func (d *desk) apiSetPolicy(ctx context.Context, call web.Call, in *hubSetPolicyIn) (*hubPolicyOut, error) {
	version, err := web.MatchedVersion(in.IfMatch)
	if err != nil {
		return nil, err
	}
	b := &in.Body.Terms
	return policyAnswer(d.Hub.SetPolicy(ctx, call.By, hub.Policy{
		Version: version, SilenceDays: b.SilenceDays, StableDays: b.StableDays, DeferMonths: b.DeferMonths, ExemptMonths: b.ExemptMonths,
		WindowDays: b.WindowDays, FailurePercent: b.FailurePercent, ConnectBy: b.ConnectBy,
	}, in.Body.Reason))
}
