// Package web is the ground that pages and the API stand on.
//
// A page handler is a typed function: it gets a Request (who, in which
// language, when) and its input struct, calls one verb of a domain and returns
// a Response (View, Redirect, File, Partial, JSON). Around it the package does,
// once, what every handler would forget: a time limit, who is calling, may they,
// reading and checking the input, and turning an error into a page or into
// problem+json. Handlers never write a status themselves; the only place where
// a fault becomes a status is statusOf. A form that failed comes back as a View
// with Err, its values as they were typed, and Mistakes at the fields.
//
// Routes are added to a Group, which names who may call them, so that the list
// of routes reads as the table of permissions; Server.Routes gives it to tests
// and to the page that shows it. API operations are added with Operation and
// described by the OpenAPI document made from the same types, which people read
// at /api/docs and programs at /api/openapi.json. What does not fit the
// description (members and parameters that are unknown, repeated, of another
// type) is refused by name in the reader's language.
//
// Sessions come in by cookie, tokens by the Authorization header only; a token
// opens nothing but what names one of its scopes. Somebody whose password is
// due gets nowhere but to the page that changes it. Unsafe requests from other
// sites are refused (Sec-Fetch-Site, or Origin against Host). Pages carry a
// strict content security policy: there is no inline script or style anywhere.
// The client's address is believed from a header only when a listed proxy sent
// it.
//
// An error after the first byte cuts the connection, so that no part is taken
// for the whole; a caller who hung up is nobody's error; a panic shows a request
// number and nothing else.
//
// Left to others: what may be done to a record (the verbs), limits of
// connections and of requests at a time (cmd), navigation (Options.Frame). The
// package webtest holds what tests of pages need.
package web
