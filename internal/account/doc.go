// Package account decides who may come in: accounts, passwords, sessions, API
// tokens, and the rules for all of them.
//
// # Nouns
//
// An Account belongs to one person (or one machine), has a login that never
// changes, a department and a set of roles. It is active or disabled; besides,
// it may be locked: by failures, which time heals, or by an administrator
// (Held), which only Unlock does. A Session is a browser that came in with a
// password; a Token is a program that comes in with a text that was issued
// once. A Policy is one version of the rules. A Caller is what is known of
// whoever knocks.
//
// # Promises
//
// Passwords are kept as argon2id; one-time passwords, session tokens and API
// tokens are shown once and kept as hashes only. None of them, no hash and no
// whole telephone number reaches the operation log.
//
// SignIn answers an unknown login, a wrong password and a locked account alike
// and after the same work. Failures lock the account, not the address, however
// the login is spelled and however many guesses run side by side. A password
// that somebody else gave is good for a few days and for nothing but choosing
// an own one: until then the principal has no roles. What is true of an account
// is true at its next request, because Resume and ByToken read it each time;
// disabling, locking, new roles, a new department and a new password end its
// sessions as well.
//
// Nobody changes the own roles; the last usable administrator stays; the roles
// of administrator and auditor stand alone, since who grants rights decides no
// business and who audits does neither (GB/T 22239-2019 8.1.5). A regional
// authority keeps the accounts of clerks and heads of its region (办法 art. 9)
// and sees no others.
//
// Every act is recorded in the operation log with its transaction, refused
// sign-ins too.
//
// # Two modes of the password policy
//
// GB/T 22239-2019 8.1.4.1 a) wants passwords of several kinds of characters
// that are changed at intervals. OWASP ASVS 5.0 forbids both (6.2.5: no rules
// of composition; 6.2.10: no forced change), because people answer them with
// Summer2017! and Autumn2017!. A service of a Chinese government body is
// examined by the first, so mode gb is the default: 10 characters, three of
// four kinds, five earlier passwords barred, 90 days. Where the classified
// protection scheme does not bind, mode asvs asks for length (12) and against
// a list of common passwords, and nothing else. The list applies in both modes:
// no rule forbids it, and Admin@12345 satisfies the letter of the first. The
// limits that no setting may pass (five failures, 10 minutes of lock, 30
// minutes idle, 12 hours in all) stand in Policy.Validate and, again, in the
// schema.
//
// # Left to others
//
// Cookies, headers, CSRF and the rate of requests per address are the web's.
// What departments are called and which belong to a region is told by functions
// in Options, since departments are built on top of this package. A second
// factor is not here; it would stand between the password and admit in SignIn.
package account
