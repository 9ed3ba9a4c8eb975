// Package zombietest runs detection for tests: facts of systems by the day, as
// files give them, the runs over them, and what these found.
package zombietest
