// Package usagetest makes probes, sources and states of hours for tests, over
// the city of inventorytest, and writes out the facts that came of them.
package usagetest
