// Package password hashes passwords with Argon2id and checks them. A hash names
// its parameters, so that they can be raised while older hashes stay good.
package password

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
)

// cost are the parameters of Argon2id (RFC 9106 §3.1): memory in KiB, passes,
// lanes.
type cost struct {
	memory, passes uint32
	lanes          uint8
}

// now is what new hashes cost: the second set of the OWASP Password Storage Cheat
// Sheet, 19 MiB and two passes, which a node can spend on several at a time.
var now = cost{memory: 19 << 10, passes: 2, lanes: 1}

// dearest bounds what a hash that was put into the store by hand may make us spend.
var dearest = cost{memory: 256 << 10, passes: 16, lanes: 16}

// Bytes of salt and hash, RFC 9106 §4.
const (
	saltBytes = 16
	hashBytes = 32
)

// atOnce is how many are computed at a time: who signs in waits for a turn, and
// memory stays bounded.
const atOnce = 4

var turns = make(chan struct{}, atOnce)

var coding = base64.RawStdEncoding

// Hash gives what is kept of a password, in the PHC string format. It fails only
// with ctx.
func Hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltBytes)
	rand.Read(salt) // it never fails
	sum, err := now.sum(ctx, password, salt, hashBytes)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, now.memory, now.passes, now.lanes,
		coding.EncodeToString(salt), coding.EncodeToString(sum)), nil
}

func (c cost) sum(ctx context.Context, password string, salt []byte, size int) ([]byte, error) {
	select {
	case turns <- struct{}{}:
		defer func() { <-turns }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	return argon2.IDKey([]byte(password), salt, c.passes, c.memory, c.lanes, uint32(size)), nil
}

// Verify reports whether a hash is of the password, and whether it should be made
// anew since new ones cost otherwise. A hash that cannot be read, such as none, is
// of no password, and takes as long to say so.
func Verify(ctx context.Context, hash, password string) (right, again bool, err error) {
	c, salt, want, known := read(hash)
	if !known {
		_, err := now.sum(ctx, password, make([]byte, saltBytes), hashBytes)
		return false, false, err
	}
	sum, err := c.sum(ctx, password, salt, len(want))
	if err != nil {
		return false, false, err
	}
	right = subtle.ConstantTimeCompare(sum, want) == 1
	return right, right && c != now, nil
}

// read takes a hash apart.
func read(hash string) (c cost, salt, sum []byte, ok bool) {
	part := strings.Split(hash, "$")
	if len(part) != 6 || part[0] != "" || part[1] != "argon2id" || part[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return c, nil, nil, false
	}
	if n, err := fmt.Sscanf(part[3], "m=%d,t=%d,p=%d", &c.memory, &c.passes, &c.lanes); n != 3 || err != nil {
		return c, nil, nil, false
	}
	if c.memory == 0 || c.passes == 0 || c.lanes == 0 || c.memory > dearest.memory || c.passes > dearest.passes || c.lanes > dearest.lanes {
		return c, nil, nil, false
	}
	salt, err := coding.DecodeString(part[4])
	if err != nil {
		return c, nil, nil, false
	}
	sum, err = coding.DecodeString(part[5])
	return c, salt, sum, err == nil && len(salt) >= 8 && len(sum) >= 16 && len(sum) <= 64
}

// alphabet of a drawn password: no two characters that look alike.
const alphabet = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"

// Draw gives a random password of 100 bits and more, easy to copy by hand.
func Draw() string {
	out := make([]byte, 0, 23)
	for len(out) < cap(out) {
		if n := len(out); n%6 == 5 {
			out = append(out, '-')
			continue
		}
		var b [1]byte
		if rand.Read(b[:]); int(b[0]) < 256/len(alphabet)*len(alphabet) { // else some would be likelier
			out = append(out, alphabet[int(b[0])%len(alphabet)])
		}
	}
	return string(out)
}
