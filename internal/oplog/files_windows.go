package oplog

import (
	"math"
	"os"

	"golang.org/x/sys/windows"
)

func lockHandle(f *os.File) error {
	return windows.LockFileEx(windows.Handle(f.Fd()), windows.LOCKFILE_EXCLUSIVE_LOCK,
		0, math.MaxUint32, math.MaxUint32, new(windows.Overlapped))
}

// syncDir does nothing: Windows puts a new name on disk with the file.
func syncDir(string) error { return nil }
