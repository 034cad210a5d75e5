package geo

import (
	"context"
	"encoding/hex"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Role is what a user is to the service: a set of rights.
type Role string

// The roles.
const (
	RoleViewer  Role = "viewer"  // reads
	RoleField   Role = "field"   // 外勤: reports from where the work is done
	RoleEditor  Role = "editor"  // enters for an office
	RoleAuditor Role = "auditor" // 审核: reviews what others entered, and decides
	RoleAdmin   Role = "admin"
)

// Roles are all of them, from the least to the most.
var Roles = []Role{RoleViewer, RoleField, RoleEditor, RoleAuditor, RoleAdmin}

// roleRights is the one table of what each role may do.
var roleRights = map[Role][]Right{
	RoleViewer:  {MayRead},
	RoleField:   {MayRead, MayRecord},
	RoleEditor:  {MayRead, MayReport, MayPush, MayRecord, MayHandle, MayEdit},
	RoleAuditor: {MayRead, MayRecord, MayHandle, MayConfirm, MayRule, MayApprove, MayIssue},
	RoleAdmin:   Rights,
}

// Rights are what the role may do; none for one that there is not.
func (r Role) Rights() []Right { return roleRights[r] }

// User is a person who signs in.
type User struct {
	Name      string   // signs in by it; never taken by another
	Title     string   // as people call them; may be empty
	Role      Role     //
	Districts []string // codes; none = every district
	Unit      string   // responsible unit; "" = every unit
	// Password is the hash of the password with its parameters; "" = signs in
	// elsewhere.
	Password   string
	Subject    string // who it is to an outside sign-in, by issuer and subject; "" = nobody
	MustChange bool   // may do nothing but change the password
	Disabled   bool
	Created    time.Time
}

// Actor is how history names the user.
func (u *User) Actor() string {
	if u.Title == "" {
		return u.Name
	}
	return u.Title + " (" + u.Name + ")"
}

const maxName = 100 // bytes

// Check says what is wrong with a user about to be kept.
func (u *User) Check() error {
	wrong := func(field, message string) error { return &Error{Code: Invalid, Field: field, Message: message} }
	switch {
	case u.Name == "" || len(u.Name) > maxName || strings.ContainsFunc(u.Name, unicode.IsSpace) || !visible(u.Name):
		return wrong("name", "a user needs a name of 1 to 100 bytes without blanks and invisible characters")
	case strings.ContainsFunc(u.Name, func(r rune) bool { return unicode.Is(guises, r) }):
		return wrong("name", "a user's name is written in plain letters: none of full width, in a circle or with its accent apart, which would look like another")
	case len(u.Title) > maxName || !visible(u.Title):
		return wrong("title", "the title must be plain text of at most 100 bytes")
	case !slices.Contains(Roles, u.Role):
		return &Error{Code: Invalid, Field: "role", Message: "there is no role " + quote(string(u.Role)), Mend: "use one of viewer, field, editor, auditor, admin"}
	case !IsText(strings.Join(u.Districts, "")+u.Unit) || slices.Contains(u.Districts, ""):
		return wrong("unit", "districts and unit must be plain text")
	case !IsText(u.Subject):
		return wrong("subject", "the subject must be plain text")
	}
	return nil
}

// visible reports whether all of a name can be seen: invisible characters would make
// two that look alike, and those of direction would have history read otherwise.
func visible(name string) bool {
	return IsText(name) && !strings.ContainsFunc(name, func(r rune) bool { return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) })
}

// guises are characters that stand for others in another form, those of Latin letters
// and of Chinese ones, and accents apart from their letters (Unicode UAX #15, what
// NFKC takes away): two names would look alike.
var guises = &unicode.RangeTable{
	R16: []unicode.Range16{{Lo: 0x0300, Hi: 0x036f, Stride: 1}, {Lo: 0x2070, Hi: 0x209f, Stride: 1}, {Lo: 0x2100, Hi: 0x218f, Stride: 1}, {Lo: 0x2460, Hi: 0x24ff, Stride: 1},
		{Lo: 0x3200, Hi: 0x33ff, Stride: 1}, {Lo: 0xf900, Hi: 0xfaff, Stride: 1}, {Lo: 0xfb00, Hi: 0xfb06, Stride: 1}, {Lo: 0xff00, Hi: 0xffef, Stride: 1}},
	R32: []unicode.Range32{{Lo: 0x1d400, Hi: 0x1d7ff, Stride: 1}, {Lo: 0x1f100, Hi: 0x1f1ff, Stride: 1}, {Lo: 0x2f800, Hi: 0x2fa1f, Stride: 1}},
}

// Bounds of a password: NIST SP 800-63B-4 §3.1.1 asks for length and no rules of
// composition. The upper one keeps hashing short.
const (
	minPassword = 10  // characters
	maxPassword = 256 // bytes
)

// CheckPassword says what is wrong with a password that a user is to have.
func CheckPassword(name, password string) error {
	bad := func(zh, message string) error {
		return &Error{Code: Invalid, Field: "password", Message: message, ZH: zh}
	}
	first, _ := utf8.DecodeRuneInString(password)
	switch {
	case utf8.RuneCountInString(password) < minPassword:
		return bad("密码至少 10 个字符", "a password has at least 10 characters")
	case len(password) > maxPassword:
		return bad("密码最长 256 字节", "a password has at most 256 bytes")
	case !IsText(password):
		return bad("密码须为文本", "a password must be text")
	case strings.Contains(strings.ToLower(password), strings.ToLower(name)):
		return bad("密码不得包含用户名", "a password must not hold the user's name")
	case strings.Trim(password, string(first)) == "":
		return bad("密码不得为同一字符的重复", "a password must not be one character again and again")
	}
	return nil
}

// Lifetimes of a session: it ends when nobody used it for a while, and for good
// after a week.
const (
	SessionIdle  = 8 * time.Hour
	SessionMost  = 7 * 24 * time.Hour
	sessionTouch = time.Minute
)

// Session is one sign-in of a user. The secret itself is never stored, only its
// SHA-256.
type Session struct {
	Hash    [32]byte
	User    string
	Created time.Time
	Seen    time.Time // last used, to the minute
}

// Good reports whether the session still stands.
func (s *Session) Good(now time.Time) bool {
	return now.Before(s.Created.Add(SessionMost)) && now.Before(s.Seen.Add(SessionIdle))
}

// Stale reports whether its use is to be noted.
func (s *Session) Stale(now time.Time) bool { return now.Sub(s.Seen) >= sessionTouch }

// Attempts to sign in: so many may fail one after another, on one account from one
// address, on one account, or from one address, behind which a whole office may
// sit, before the next has to wait, twice as long after each, and so long at most.
// The wait on an account wherever one is stays short: else whoever guesses wrong
// could keep its owner out. After a day without one all are forgotten.
const (
	freeOnUserFrom = 5
	freeOnUser     = 50
	freeFrom       = 50
	longestWait    = 15 * time.Minute
	longestOnUser  = time.Minute
	attemptsMemory = 24 * time.Hour
)

// Attempts are the failed attempts to sign in to one account, or from one address.
type Attempts struct {
	Count int
	Last  time.Time
}

// Until is when the next attempt under a key is let through; it has passed where
// one is now.
func (a Attempts) Until(key string) time.Time {
	free, wait := freeOnUserFrom, longestWait
	switch {
	case strings.HasPrefix(key, fromAddress):
		free = freeFrom
	case strings.HasPrefix(key, onAccount):
		free, wait = freeOnUser, longestOnUser
	}
	if a.Count < free {
		return time.Time{}
	}
	if n := a.Count - free; n < 10 {
		wait = min(wait, time.Second<<n)
	}
	return a.Last.Add(wait)
}

// Add counts one more.
func (a Attempts) Add(now time.Time) Attempts {
	if now.Sub(a.Last) > attemptsMemory {
		a.Count = 0
	}
	return Attempts{a.Count + 1, now}
}

// AttemptsOn is the key of the attempts to sign in as a user, from anywhere. A name
// of any length makes a short key.
func AttemptsOn(user string) string { return onAccount + shortKey(user) }

// AttemptsOnFrom is the key of those from one network address.
func AttemptsOnFrom(user, address string) string {
	return "user " + shortKey(user) + " at " + address
}

// AttemptsFrom is the key of the attempts from a network address.
func AttemptsFrom(address string) string { return fromAddress + address }

const (
	onAccount   = "account "
	fromAddress = "address "
)

func shortKey(name string) string {
	hash := HashSecret(name)
	return hex.EncodeToString(hash[:16])
}

// ForgottenBefore is the moment before which attempts no longer count.
func ForgottenBefore(now time.Time) time.Time { return now.Add(-attemptsMemory) }

// JournalEntry is one line of the journal of sign-ins and of what was done to
// users and tokens.
type JournalEntry struct {
	At      time.Time `json:"at"`
	What    string    `json:"what"`              // sign-in, refused, sign-out, password, add, role, disable, …
	User    string    `json:"user"`              // to whom
	Actor   string    `json:"actor"`             // by whom
	Address string    `json:"address,omitempty"` // network address
	Note    string    `json:"note,omitempty"`
}

// Accounts keeps users, sessions and attempts in the store, so that every node
// knows them. Times are kept to the microsecond.
type Accounts interface {
	// AddUser keeps a user, made now unless it says when; code Conflict where the
	// name or the subject is taken.
	AddUser(ctx context.Context, u User) error
	// AddFirstUser does so where there is none yet, and reports whether it did: of
	// several nodes that start at once one does.
	AddFirstUser(ctx context.Context, u User) (bool, error)
	// FindUser gives a user by name, code NotFound where there is none.
	FindUser(ctx context.Context, name string) (User, error)
	// FindSubject gives the user that an outside sign-in knows by the subject.
	FindSubject(ctx context.Context, subject string) (User, error)
	// Users gives all users by name.
	Users(ctx context.Context) ([]User, error)
	// ChangeUser changes a user alone in the meantime. Name and Created stay. With
	// another password, and when the user is disabled, all sessions end but that
	// of keep, the zero hash being none.
	ChangeUser(ctx context.Context, name string, keep [32]byte, change func(*User) error) error
	// AddSession keeps a session; those that ended by themselves are let go.
	AddSession(ctx context.Context, s Session) error
	// FindSession gives a session and its user; code NotFound where there is none.
	FindSession(ctx context.Context, hash [32]byte) (Session, User, error)
	// TouchSession notes that a session was used.
	TouchSession(ctx context.Context, hash [32]byte, seen time.Time) error
	// EndSession ends a session; one that is not there has ended.
	EndSession(ctx context.Context, hash [32]byte) error
	// Attempt counts an attempt under each of the keys before it is made, so that
	// many at once count as many. Where one of them has to wait it counts nothing
	// and gives until when.
	Attempt(ctx context.Context, keys []string, now time.Time) (until time.Time, err error)
	// Forgive forgets the attempts under the keys.
	Forgive(ctx context.Context, keys ...string) error
	// Retract takes back one attempt under a key, which did not fail.
	Retract(ctx context.Context, key string) error
	// Note adds to the journal, which is never pruned.
	Note(ctx context.Context, e JournalEntry) error
	// Journal gives its last entries, the latest first.
	Journal(ctx context.Context, limit int) ([]JournalEntry, error)
}

// Changed gives a user after a change, and whether the sessions end by it.
func Changed(old User, change func(*User) error) (u User, ends bool, err error) {
	u = old
	u.Districts = slices.Clone(old.Districts)
	if err := change(&u); err != nil {
		return old, false, err
	}
	u.Name, u.Created = old.Name, old.Created
	return u, u.Password != old.Password || u.Disabled && !old.Disabled, u.Check()
}

// UserTaken is the error of adding a user whose name or subject is taken.
func UserTaken(name string) error {
	return &Error{Code: Conflict, Field: "name", Message: "user " + quote(name) + " is there already", Mend: "give the new one another name"}
}

// NoUser is the error of looking for a user that there is not.
func NoUser(name string) error {
	return &Error{Code: NotFound, Field: "name", Message: "there is no user " + quote(name), Mend: "yiping user list names them"}
}

// NoSession is the error of looking for a session that there is not.
func NoSession() error { return &Error{Code: NotFound, Message: "there is no such session"} }
