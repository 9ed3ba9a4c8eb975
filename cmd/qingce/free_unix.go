//go:build unix

package main

import (
	"math"
	"syscall"
)

// freeBytes is the space left for the files of a directory; not a number when
// that cannot be told.
func freeBytes(dir string) float64 {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return math.NaN()
	}
	return float64(s.Bavail) * float64(s.Bsize)
}
