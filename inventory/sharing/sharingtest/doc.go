// Package sharingtest makes a city with a catalog and a sharing desk for tests.
package sharingtest
