package agent

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"qingce/inventory/usage/wire"
)

// state is all that survives the program: how far each log was read, and what
// was counted until there. Both stand in one file that is replaced as a whole,
// so that one never knows more than the other.
type state struct {
	Epoch   int64                `json:"epoch"`
	Saved   time.Time            `json:"saved"`
	Dropped int64                `json:"dropped,omitempty"`
	Logs    map[string]logState  `json:"logs"`
	Books   map[string]bookState `json:"books"`
}

type bookState struct {
	Floor wire.Hour                `json:"floor"`
	Hours map[wire.Hour]*hourState `json:"hours"`
}

// The files in the folder of the state. The last state but one is kept: a disk
// may lose what it has promised.
const (
	stateName = "state.json"
	lastName  = "state.previous.json"
	epochName = "epoch"
	keyName   = "site.key"
)

const stateTitle = "qingce agent state 1 "

// leap is by how much sequence numbers go on when the last state is lost and
// the one before it is taken: reports made since must look older.
const leap = 1 << 20

// errLost says that there was a state but that it is gone.
var errLost = errors.New("the state is lost")

// loadState reads the state; the error is errLost when it is gone, and
// fs.ErrNotExist when there never was one.
func loadState(dir string) (*state, error) {
	s, err := readState(filepath.Join(dir, stateName))
	if err == nil {
		return s, nil
	}
	last, lastErr := readState(filepath.Join(dir, lastName))
	if lastErr == nil {
		for _, b := range last.Books {
			for _, h := range b.Hours {
				h.Seq += leap
				h.Touched = true
			}
		}
		return last, nil
	}
	if _, epochErr := os.Stat(filepath.Join(dir, epochName)); epochErr == nil {
		return nil, fmt.Errorf("%w: %w", errLost, err)
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: %w", errLost, err)
	}
	return nil, err
}

func readState(name string) (*state, error) {
	raw, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	title, body, _ := bytes.Cut(raw, []byte("\n"))
	if string(title) != stateTitle+sumOf(body) {
		return nil, fmt.Errorf("%s is damaged", name)
	}
	var s state
	if err := json.Unmarshal(body, &s); err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	return &s, nil
}

func sumOf(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

// encode writes the state as it stands in the file.
func (s *state) encode() ([]byte, error) {
	body, err := json.Marshal(s)
	if err != nil {
		return nil, fmt.Errorf("write the state: %w", err)
	}
	return append([]byte(stateTitle+sumOf(body)+"\n"), body...), nil
}

// save replaces the state on the disk.
func save(dir string, raw []byte) error {
	name := filepath.Join(dir, stateName)
	next, err := writeNext(dir, raw)
	if err != nil {
		return err
	}
	if err := os.Rename(name, filepath.Join(dir, lastName)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("keep the last state: %w", err)
	}
	if err := os.Rename(next, name); err != nil {
		return fmt.Errorf("replace the state: %w", err)
	}
	return syncDir(dir)
}

// writeNext writes a file beside the one that it will replace, to the disk.
func writeNext(dir string, raw []byte) (string, error) {
	f, err := os.OpenFile(filepath.Join(dir, stateName+".next"), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return "", fmt.Errorf("write the state: %w", err)
	}
	_, err = f.Write(raw)
	if err == nil {
		err = f.Sync()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return "", fmt.Errorf("write the state: %w", err)
	}
	return f.Name(), nil
}

// syncDir makes the names in a folder durable, where folders can be synced.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("open the folder of the state: %w", err)
	}
	defer d.Close()
	if err := d.Sync(); err != nil && filepath.Separator == '/' {
		return fmt.Errorf("write the folder of the state: %w", err)
	}
	return nil
}

// newEpoch is greater than all epochs before it.
func newEpoch(dir string, now time.Time) int64 {
	epoch := now.Unix()
	if raw, err := os.ReadFile(filepath.Join(dir, epochName)); err == nil {
		was, _ := strconv.ParseInt(strings.TrimSpace(string(raw)), 10, 64)
		epoch = max(epoch, was+1)
	}
	return epoch
}

// noteEpoch remembers outside of the state that there is one.
func noteEpoch(dir string, epoch int64) error {
	if err := os.WriteFile(filepath.Join(dir, epochName), []byte(strconv.FormatInt(epoch, 10)+"\n"), 0o600); err != nil {
		return fmt.Errorf("begin an epoch: %w", err)
	}
	return nil
}
