//go:build unix

package agent

import (
	"io/fs"
	"syscall"
)

// inode names a file whatever it is called.
func inode(info fs.FileInfo) (dev, ino uint64) {
	if s, ok := info.Sys().(*syscall.Stat_t); ok {
		return uint64(s.Dev), uint64(s.Ino)
	}
	return 0, 0
}
