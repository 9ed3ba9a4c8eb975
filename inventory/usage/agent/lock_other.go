//go:build !unix

package agent

import (
	"fmt"
	"os"
	"path/filepath"
)

// lockDir keeps the file of the lock open, which other systems let no one else
// remove meanwhile.
func lockDir(dir string) (unlock func(), err error) {
	name := filepath.Join(dir, "lock")
	if err := os.Remove(name); err != nil && !os.IsNotExist(err) {
		return nil, fmt.Errorf("another agent is running on %s: %w", dir, err)
	}
	f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("another agent is running on %s: %w", dir, err)
	}
	return func() {
		f.Close()
		_ = os.Remove(name)
	}, nil
}
