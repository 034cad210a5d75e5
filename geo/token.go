package geo

import (
	"context"
	"slices"
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
)

// Rights are all of them.
var Rights = []Right{MayReport, MayPush, MayRecord, MayHandle, MayConfirm, MayRule, MayApprove, MayIssue}

// Token lets an outside system or a person write. The secret itself is never
// stored, only its SHA-256.
type Token struct {
	ID       string    // short name to list and revoke by
	Actor    string    // who writes with it, in history
	Hash     [32]byte  // of the secret
	Rights   []Right   //
	District string    // code; "" = every district
	Unit     string    // responsible unit; "" = every unit
	Created  time.Time //
	Expires  time.Time // zero = never
	Revoked  time.Time // zero = not
}

// Allows reports whether the token gives a right at a moment.
func (t *Token) Allows(r Right, now time.Time) bool {
	return t.Revoked.IsZero() && (t.Expires.IsZero() || now.Before(t.Expires)) && slices.Contains(t.Rights, r)
}

// TokenKeeper keeps tokens in the store, so that every node knows them.
type TokenKeeper interface {
	AddToken(ctx context.Context, t Token) error // code Conflict where the ID is taken
	FindToken(ctx context.Context, hash [32]byte) (Token, error)
	Tokens(ctx context.Context) ([]Token, error) // by ID
	RevokeToken(ctx context.Context, id string) error
}
