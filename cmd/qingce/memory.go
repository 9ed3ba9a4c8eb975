package main

import (
	"os"
	"runtime/debug"
)

// collectAt is by how many percent the heap grows before it is collected. A
// page leaves some 400 KB behind, and what lives is a few ten megabytes: with
// the usual 100 a fifth of the time under load goes into collecting.
const collectAt = 400

// CollectLess has memory collected less often from now on, unless GOGC says
// how often. What the start left behind is given back first.
func CollectLess() {
	if _, told := os.LookupEnv("GOGC"); told {
		return
	}
	debug.FreeOSMemory()
	debug.SetGCPercent(collectAt)
}
