package oplog

import "qingce/internal/fault"

// What is refused because the log is not what was signed, or the files of the
// signed heads are not what they were. None of these mends itself: Verify tells
// more, and the files and the database are evidence.
var (
	// ErrTruncated: the log is shorter than a signed head says.
	ErrTruncated = fault.New(fault.Conflict, "err.oplog.truncated")
	// ErrRewritten: the log does not continue what a signed head covers.
	ErrRewritten = fault.New(fault.Conflict, "err.oplog.rewritten")
	// ErrHeadsLost: head files are missing or older than they were.
	ErrHeadsLost = fault.New(fault.Conflict, "err.oplog.heads_lost")
	// ErrHeadForged: a head is not signed with the key of the anchor.
	ErrHeadForged = fault.New(fault.Conflict, "err.oplog.head_forged")
	// ErrKey: the key files are damaged, readable by others, or do not belong
	// together.
	ErrKey = fault.New(fault.Conflict, "err.oplog.key")
	// ErrNoKey: an anchor that was opened for reading cannot sign.
	ErrNoKey = fault.New(fault.Conflict, "err.oplog.no_key")
	// ErrNoHead: nothing was signed yet.
	ErrNoHead = fault.New(fault.NotFound, "err.oplog.no_head")
	// ErrHashes: a stored hash that is needed is missing or damaged.
	ErrHashes = fault.New(fault.Conflict, "err.oplog.hashes")
	// ErrUnproven: the entry or the stored hashes were changed, so there is no
	// proof for it.
	ErrUnproven = fault.New(fault.Conflict, "err.oplog.unproven")
	// ErrBundle: a proof bundle is no such file, or was altered.
	ErrBundle = fault.New(fault.Invalid, "err.oplog.bundle")
	// ErrBundleKey: the head in a bundle is not signed with the given key.
	ErrBundleKey = fault.New(fault.Invalid, "err.oplog.bundle_key")
	// ErrVerifier: the verifier key that was given is none.
	ErrVerifier = fault.New(fault.Invalid, "err.oplog.verifier")
)
