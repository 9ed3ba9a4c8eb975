package main

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"

	"qingce/migrations"
)

// versionCommand shows what the program is.
type versionCommand struct {
	JSON bool `help:"As JSON, for programs."`
}

// build is what the program knows about itself.
type build struct {
	Version  string `json:"version"`
	Commit   string `json:"commit,omitempty"`
	Modified bool   `json:"modified,omitempty"`
	Go       string `json:"go"`
	Platform string `json:"platform"`
	Schema   int64  `json:"schema"`
}

func thisBuild() build {
	b := build{Version: "unknown", Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH, Schema: schemaVersion()}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	if info.Main.Version != "" {
		b.Version = info.Main.Version
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Commit = s.Value
		case "vcs.modified":
			b.Modified = s.Value == "true"
		}
	}
	return b
}

// schemaVersion is the number of the newest migration.
func schemaVersion() int64 {
	names, _ := fs.Glob(migrations.FS, "*.sql") // the pattern is right
	var newest int64
	for _, name := range names {
		number, _, _ := strings.Cut(path.Base(name), "_")
		n, _ := strconv.ParseInt(number, 10, 64)
		newest = max(newest, n)
	}
	return newest
}

// Run prints it.
func (cmd *versionCommand) Run(c *console) error {
	b := thisBuild()
	if cmd.JSON {
		e := json.NewEncoder(c.out)
		e.SetIndent("", "  ")
		return e.Encode(b)
	}
	commit := b.Commit
	if b.Modified {
		commit += "+"
	}
	if commit == "" {
		commit = "-"
	}
	_, err := fmt.Fprintf(c.out, "qingce %s\ncommit %s\n%s %s\nschema %d\n", b.Version, commit, b.Go, b.Platform, b.Schema)
	return err
}
