package geo

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"strings"
	"time"
)

// Right is something a token allows.
type Right string

// The rights.
const (
	MayReport  Right = "report"  // enter monthly reports and milestones
	MayPush    Right = "push"    // push readings of outside systems
	MayRecord  Right = "record"  // enter records and problem points
	MayHandle  Right = "handle"  // acknowledge, assign, comment, close and reopen warnings
	MayConfirm Right = "confirm" // confirm or decline 督办
	MayRule    Right = "rule"    // rule over a light
	MayApprove Right = "approve" // review, return, approve and seal periods
	MayIssue   Right = "issue"   // issue bulletins
	MayEdit    Right = "edit"    // create, change and delete features
	MayRead    Right = "read"    // read where reading is closed
	MayManage  Right = "manage"  // manage users and read the journal of sign-ins
)

// Rights are all of them.
var Rights = []Right{MayReport, MayPush, MayRecord, MayHandle, MayConfirm, MayRule, MayApprove, MayIssue, MayEdit, MayRead, MayManage}

// Token lets an outside system, a script or a wall in. The secret itself is never
// stored, only its SHA-256.
type Token struct {
	ID       string    // short name to list and revoke by
	Actor    string    // who writes with it, in history
	Hash     [32]byte  // of the secret
	Rights   []Right   //
	District string    // code; "" = every district
	Unit     string    // responsible unit; "" = every unit
	Display  bool      // for a wall: it only reads, and may stand in the wall's address
	Created  time.Time //
	Expires  time.Time // zero = never
	Revoked  time.Time // zero = not
}

// Allows reports whether the token gives a right at a moment.
func (t *Token) Allows(r Right, now time.Time) bool {
	return t.Revoked.IsZero() && (t.Expires.IsZero() || now.Before(t.Expires)) && slices.Contains(t.Rights, r)
}

// Check says what is wrong with a token about to be kept.
func (t *Token) Check() error {
	wrong := func(field, message string) error { return &Error{Code: Invalid, Field: field, Message: message} }
	switch {
	case t.ID == "" || len(t.ID) > 100 || strings.TrimSpace(t.ID) != t.ID || !IsText(t.ID):
		return wrong("id", "a token needs a name of 1 to 100 bytes without surrounding blanks")
	case strings.TrimSpace(t.Actor) == "" || !IsText(t.Actor):
		return wrong("actor", "a token needs an actor: who writes with it")
	case !IsText(t.District + t.Unit):
		return wrong("unit", "district and unit must be plain text")
	case t.Hash == [32]byte{}:
		return wrong("hash", "a token needs the hash of its secret")
	case len(t.Rights) == 0:
		return wrong("rights", "a token without rights allows nothing")
	case t.Display && !slices.Equal(t.Rights, []Right{MayRead}):
		return wrong("rights", "a token for a display reads, and does nothing else")
	}
	for _, r := range t.Rights {
		if !slices.Contains(Rights, r) {
			return &Error{Code: Invalid, Field: "rights", Message: "there is no right " + quote(string(r)), Mend: "use some of " + rightsText()}
		}
	}
	return nil
}

func rightsText() string {
	names := make([]string, len(Rights))
	for i, r := range Rights {
		names[i] = string(r)
	}
	return strings.Join(names, ", ")
}

// TokenKeeper keeps tokens in the store, so that every node knows them. Times are
// kept to the microsecond.
type TokenKeeper interface {
	// AddToken keeps a token, made now unless it says when; code Conflict where
	// the ID or the secret is taken, also by one revoked.
	AddToken(ctx context.Context, t Token) error
	// FindToken gives the token of a secret, revoked and expired ones too; code
	// NotFound where there is none.
	FindToken(ctx context.Context, hash [32]byte) (Token, error)
	// Tokens gives all tokens by ID, the revoked among them.
	Tokens(ctx context.Context) ([]Token, error)
	// RevokeToken ends a token for good; one revoked before stays as it was.
	RevokeToken(ctx context.Context, id string) error
}

// SecretPrefix lets the secret of a token that slipped into a file be known for
// what it is.
const SecretPrefix = "yiping_"

// NewSecret draws the secret of a token, of 256 bits.
func NewSecret() string { return SecretPrefix + NewSessionSecret() }

// NewSessionSecret draws the secret of a session, of 256 bits.
func NewSessionSecret() string {
	var b [32]byte
	rand.Read(b[:]) // it never fails
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// HashSecret gives what is kept of a secret. It needs no salt and no slow hash:
// nobody guesses 256 random bits.
func HashSecret(secret string) [32]byte { return sha256.Sum256([]byte(secret)) }
