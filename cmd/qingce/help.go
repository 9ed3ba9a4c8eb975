package main

import (
	"strings"

	"github.com/alecthomas/kong"
)

const aboutProgram = `Qingce keeps the register of a city's government information systems.

First steps:
  qingce demo                      a sample city on this machine, to look around
  qingce serve                     the service; the first start makes the administrator and prints
                                   the one-time password
  qingce import systems FILE.xlsx  a workbook of systems: first a preview, then --yes
  qingce backup                    everything in one file

Every setting is a flag or an environment variable; no file is read. The database is a file in
the data directory unless QINGCE_DATABASE names a PostgreSQL server:
  QINGCE_DATABASE=postgres://qingce:PASSWORD@db.example/qingce qingce serve

Exit codes: 0 done, 1 failure, 2 wrong usage or bad input, 3 refused or a check found something
wrong, 4 database not available (try again).`

// explainFlag adds the environment variable to the help of a flag.
func explainFlag(v *kong.Value) string {
	name := v.Tag.Get("setting")
	if name == "" {
		return v.Help
	}
	help := v.Help
	if v.Default != "" && v.Default != "auto" {
		help += " Default: " + v.Default + "."
	}
	return strings.TrimSuffix(help, ".") + " ($" + name + ")."
}
