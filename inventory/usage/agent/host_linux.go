package agent

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// lookAt makes the function that reads the state of this machine. Proc is the
// folder of the kernel's files.
func lookAt(proc string, disks []string, storage string) func() (reading, error) {
	return func() (r reading, err error) {
		if r.busy, r.total, err = processors(proc); err != nil {
			return r, err
		}
		if r.mem, err = memoryInUse(proc); err != nil {
			return r, err
		}
		if r.net, err = netBytes(proc); err != nil {
			return r, err
		}
		for _, d := range disks {
			used, all, err := disk(d)
			if err != nil {
				return r, err
			}
			r.hasDisk, r.disk = true, max(r.disk, int64(10000*used/max(all, 1)))
		}
		if storage != "" {
			used, _, err := disk(storage)
			if err != nil {
				return r, err
			}
			r.hasStorage, r.storage = true, int64(used)
		}
		return r, nil
	}
}

// processors reads the ticks of all processors together. Waiting for disks is
// not work.
func processors(proc string) (busy, total float64, err error) {
	b, err := os.ReadFile(filepath.Join(proc, "stat"))
	if err != nil {
		return 0, 0, fmt.Errorf("read the use of processors: %w", err)
	}
	first, _, _ := strings.Cut(string(b), "\n")
	words := strings.Fields(first)
	if len(words) < 6 || words[0] != "cpu" {
		return 0, 0, fmt.Errorf("read the use of processors: no line of all processors in %s", filepath.Join(proc, "stat"))
	}
	for i, w := range words[1:min(len(words), 9)] { // guest time is in user time already
		n, err := strconv.ParseFloat(w, 64)
		if err != nil {
			return 0, 0, fmt.Errorf("read the use of processors: %w", err)
		}
		total += n
		if i != 3 && i != 4 {
			busy += n
		}
	}
	return busy, total, nil
}

func memoryInUse(proc string) (int64, error) {
	b, err := os.ReadFile(filepath.Join(proc, "meminfo"))
	if err != nil {
		return 0, fmt.Errorf("read the use of memory: %w", err)
	}
	kilobytes := map[string]float64{}
	for line := range strings.Lines(string(b)) {
		words := strings.Fields(line)
		if len(words) > 1 {
			kilobytes[words[0]], _ = strconv.ParseFloat(words[1], 64)
		}
	}
	all, free := kilobytes["MemTotal:"], kilobytes["MemAvailable:"]
	if all <= 0 {
		return 0, fmt.Errorf("read the use of memory: no MemTotal in %s", filepath.Join(proc, "meminfo"))
	}
	return int64(10000 * (all - free) / all), nil
}

// virtual are the beginnings of names of interfaces whose bytes go through
// others too, or never leave the machine.
var virtual = []string{"lo", "veth", "docker", "br-", "virbr", "cni", "flannel", "cali", "tap", "tun", "bond", "vlan"}

func netBytes(proc string) (int64, error) {
	b, err := os.ReadFile(filepath.Join(proc, "net", "dev"))
	if err != nil {
		return 0, fmt.Errorf("read the use of the network: %w", err)
	}
	var sum int64
	lines := bufio.NewScanner(bytes.NewReader(b))
	for lines.Scan() {
		name, rest, ok := strings.Cut(lines.Text(), ":")
		words := strings.Fields(rest)
		if !ok || len(words) < 9 || isVirtual(strings.TrimSpace(name)) {
			continue
		}
		in, _ := strconv.ParseInt(words[0], 10, 64)
		out, _ := strconv.ParseInt(words[8], 10, 64)
		sum += in + out
	}
	return sum, nil
}

func isVirtual(name string) bool {
	for _, v := range virtual {
		if strings.HasPrefix(name, v) {
			return true
		}
	}
	return false
}

// disk gives the bytes in use and those that there are for everybody.
func disk(path string) (used, all uint64, err error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(path, &s); err != nil {
		return 0, 0, fmt.Errorf("read the use of the disk of %s: %w", path, err)
	}
	size := uint64(s.Bsize)
	used = (s.Blocks - s.Bfree) * size
	return used, used + s.Bavail*size, nil
}
