package oplog

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// lock waits until no other process works on the directory, and holds it until
// unlock is called.
func lock(dir string) (unlock func(), err error) {
	f, err := os.OpenFile(filepath.Join(dir, lockFile), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock anchor: %w", err)
	}
	if err := lockHandle(f); err != nil {
		return nil, errors.Join(fmt.Errorf("lock anchor: %w", err), f.Close())
	}
	return func() { _ = f.Close() }, nil // closing gives the lock back
}

// lockIfThere is lock for those who only read: where the directory has no lock, or
// it cannot be opened, nobody signs, and there is nothing to wait for.
func lockIfThere(dir string) (unlock func()) {
	f, err := os.OpenFile(filepath.Join(dir, lockFile), os.O_RDWR, 0)
	if err != nil {
		return func() {}
	}
	_ = lockHandle(f) // on a file system without locks nobody signs either
	return func() { _ = f.Close() }
}

// writeFile replaces a file in one step, so that it is never half written, and
// returns when it is on disk.
func writeFile(path, text string, mode os.FileMode) error {
	f, err := os.OpenFile(path+".new", os.O_CREATE|os.O_WRONLY|os.O_TRUNC, mode)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	if err := errors.Join(err, f.Chmod(mode), f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(path+".new", path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

// appendFile adds text after the first end bytes of a file, which is where it
// ends but for what a crash may have left of an unfinished write, and returns
// when it is on disk. It works on a file that the system lets only grow
// (chattr +a).
func appendFile(path, text string, end int64) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err == nil && info.Size() > end {
		err = f.Truncate(end)
	}
	if err == nil {
		_, err = f.WriteString(text)
	}
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}
