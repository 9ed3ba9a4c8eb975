package account

import (
	"crypto/sha256"
	"encoding/base64"
	"strings"
)

// secretBytes is the length of session and API tokens: 256 bits, so that a
// plain SHA-256 of them is enough in the database.
const secretBytes = 32

func newSecret() string { return base64.RawURLEncoding.EncodeToString(random(secretBytes)) }

func fingerprint(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}

// The letters of one-time passwords: none that looks like another when it is
// read from paper or over the telephone.
const (
	oneTimeLower   = "abcdefghijkmnpqrstuvwxyz"
	oneTimeUpper   = "ABCDEFGHJKLMNPQRSTUVWXYZ"
	oneTimeDigits  = "23456789"
	oneTimeLetters = oneTimeLower + oneTimeUpper + oneTimeDigits
	oneTimeGroups  = 4
	oneTimeGroup   = 4
)

// oneTimePassword makes a password of 92 bits in four groups
// (kV3m-92aB-…), with all classes of characters.
func oneTimePassword() string {
	for {
		groups := make([]string, oneTimeGroups)
		for i := range groups {
			groups[i] = randomLetters(oneTimeGroup)
		}
		s := strings.Join(groups, "-")
		if strings.ContainsAny(s, oneTimeLower) && strings.ContainsAny(s, oneTimeUpper) && strings.ContainsAny(s, oneTimeDigits) {
			return s
		}
	}
}

// randomLetters draws n letters, each as likely as any other.
func randomLetters(n int) string {
	const fair = 256 - 256%len(oneTimeLetters)
	var out []byte
	for len(out) < n {
		for _, b := range random(n) {
			if int(b) < fair && len(out) < n {
				out = append(out, oneTimeLetters[int(b)%len(oneTimeLetters)])
			}
		}
	}
	return string(out)
}
