package agent

import (
	"net/url"
	"time"
)

// Config is what the agent is to do. Load reads it from a file.
type Config struct {
	// Server is the address of the service.
	Server *url.URL
	// TokenFile holds the token of the probe, or Token is it.
	TokenFile, Token string
	// CAFile holds the certificates of those who vouch for the service, where
	// the system does not know them.
	CAFile string
	// StateDir is the folder of what the agent must not forget.
	StateDir string
	// SiteKeyFile holds the secret with which clients are hashed. Empty: a file
	// in StateDir, made when it is not there.
	SiteKeyFile string
	// Interval is how often reports are sent.
	Interval time.Duration
	// SpoolBytes bounds what is kept while the service is away.
	SpoolBytes int
	Systems    []System
}

// System is one system that the agent watches from one place.
type System struct {
	Code, Source     string
	TokenFile, Token string
	Logs             []Log
	Logins           []Action
	Transactions     []Action
	API              []Action
	Rules            Rules
	// Host measures the machine, for systems that have one of their own.
	Host *Host
	// Line is where it stands in the configuration.
	Line int
}

// Log is one log of a system.
type Log struct {
	// Path is a file, or a pattern of files that have dates in their names.
	Path string
	// Rotated are patterns of where rotated files lie.
	Rotated []string
	Format  Format
	// Backlog reads what is there at the first start.
	Backlog bool
	// Hosts and Paths choose what is counted where a log holds several systems.
	Hosts, Paths []string
	Line         int
}

// Host says what of a machine is measured besides processors, memory and
// network.
type Host struct {
	// Disks are folders on the disks of which the fullest counts.
	Disks []string
	// Storage is a folder on the disk that holds the data.
	Storage string
}

// hostSuffix makes the name under which the machine reports, beside the logs.
const hostSuffix = ":host"
