// Package storetest gives every test a migrated database of its own.
//
// Open gives an SQLite file in the test's temporary directory. Each runs a
// test on SQLite and on PostgreSQL. A Clock stands still until it is moved. The PostgreSQL server is a throwaway
// cluster that the test process starts on loopback from the binaries found on
// the machine, and that ends with the process, however it ends; the variable
// QINGCE_TEST_POSTGRES names an existing server (an address with the right to
// create databases) instead. Where neither can be had the test is skipped, or
// fails when QINGCE_TEST_REQUIRE is set, so that a complete run cannot pass by
// leaving an engine out.
package storetest
