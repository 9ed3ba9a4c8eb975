// Package web is the ground that pages and the API stand on.
//
// A page handler is a typed function: it gets a Request (who, in which
// language, when) and its input struct, calls one verb of a domain and returns
// a Response (View, Redirect, File, Partial, JSON). Around it the package does,
// once, what every handler would forget: a time limit, who is calling, may they,
// reading and checking the input, and turning an error into a page or into
// problem+json. Handlers never write a status themselves; the only place where
// a fault becomes a status is statusOf.
//
// Routes are added to a Group, which names who may call them, so that the list
// of routes reads as the table of permissions; Server.Routes gives it to tests
// and to the page that shows it. API operations are added with Operation and
// described by the OpenAPI document made from the same types.
//
// Sessions come in by cookie, tokens by the Authorization header only. Unsafe
// requests from other sites are refused (Sec-Fetch-Site, or Origin against
// Host). Pages carry a strict content security policy: there is no inline
// script or style anywhere.
package web
