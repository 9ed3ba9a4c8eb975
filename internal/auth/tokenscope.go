package auth

import "slices"

// HasScope tells whether the way the principal came in leaves room for what
// needs the scope. Only API tokens are narrowed: a person signed in, a job and
// the console have every scope, and nobody has none.
func (p Principal) HasScope(scope string) bool {
	if p.Way == ByToken {
		return slices.Contains(p.Scopes, scope)
	}
	return p.Known()
}
