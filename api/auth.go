package api

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"yiping/geo"
	"yiping/geo/snapshot"
)

// Tokens are remembered so long: a revoked one is refused by every node within
// that time.
const (
	tokenMemory  = 2 * time.Second
	tokensMemory = 4096
)

// tokens finds the token of a secret, asking the store once in a while.
type tokens struct {
	keeper geo.TokenKeeper
	mu     sync.Mutex
	known  map[[32]byte]knownToken
}

type knownToken struct {
	token geo.Token
	err   error
	until time.Time
}

func (t *tokens) find(ctx context.Context, secret string, now time.Time) (geo.Token, error) {
	hash := geo.HashSecret(secret)
	t.mu.Lock()
	k, ok := t.known[hash]
	t.mu.Unlock()
	if ok && now.Before(k.until) {
		return k.token, k.err
	}
	k.token, k.err = t.keeper.FindToken(ctx, hash)
	if k.err != nil && geo.CodeOf(k.err) != geo.NotFound {
		return geo.Token{}, k.err // the store is away: ask again next time
	}
	k.until = now.Add(tokenMemory)
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.known == nil || len(t.known) >= tokensMemory {
		t.known = map[[32]byte]knownToken{}
	}
	t.known[hash] = k
	return k.token, k.err
}

// writer finds out who writes.
func (s *server) writer(r *http.Request, now time.Time) (*geo.Token, error) {
	scheme, secret, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	secret = strings.TrimSpace(secret)
	if !strings.EqualFold(scheme, "Bearer") || secret == "" {
		return nil, unauthorized("", geo.Text{ZH: "写入须带令牌：Authorization: Bearer …", EN: "Writing takes a token: Authorization: Bearer …"})
	}
	t, err := s.tokens.find(r.Context(), secret, now)
	switch {
	case geo.CodeOf(err) == geo.NotFound:
		return nil, unauthorized("invalid_token", geo.Text{ZH: "令牌无效", EN: "The token is not known"})
	case err != nil:
		return nil, err
	case !t.Revoked.IsZero():
		return nil, unauthorized("invalid_token", geo.Text{ZH: "令牌已吊销", EN: "The token was revoked"})
	case !t.Expires.IsZero() && !now.Before(t.Expires):
		return nil, unauthorized("invalid_token", geo.Text{ZH: "令牌已过期", EN: "The token has expired"})
	}
	return &t, nil
}

func unauthorized(code string, detail geo.Text) *problem {
	challenge := `Bearer realm="yiping"`
	if code != "" {
		challenge += `, error="` + code + `"` // RFC 6750 §3
	}
	return &problem{status: http.StatusUnauthorized, kind: "unauthorized", challenge: challenge,
		title: geo.Text{ZH: "需要令牌", EN: "A token is needed"}, detail: detail}
}

// rightNames are the rights in words.
var rightNames = map[geo.Right]geo.Text{
	geo.MayReport: {ZH: "填报", EN: "to report"}, geo.MayPush: {ZH: "推送读数", EN: "to push readings"},
	geo.MayRecord: {ZH: "登记", EN: "to enter records"}, geo.MayHandle: {ZH: "处置预警", EN: "to handle warnings"},
	geo.MayConfirm: {ZH: "确认督办", EN: "to confirm 督办"}, geo.MayRule: {ZH: "核定灯色", EN: "to rule over lights"},
	geo.MayApprove: {ZH: "审定", EN: "to approve"}, geo.MayIssue: {ZH: "印发通报", EN: "to issue bulletins"},
}

func lacksRight(rights ...geo.Right) *problem {
	var names []string
	var words geo.Text
	for _, r := range rights {
		names = append(names, string(r))
		words.ZH, words.EN = words.ZH+"、"+rightNames[r].ZH, words.EN+", "+rightNames[r].EN
	}
	return &problem{status: http.StatusForbidden, kind: "forbidden", challenge: `Bearer realm="yiping", error="insufficient_scope", scope="` + strings.Join(names, " ") + `"`,
		title: geo.Text{ZH: "没有权限", EN: "Not allowed"},
		detail: detailf("令牌没有权限 %[1]s（%[2]s）", "The token lacks the right %[1]s (%[3]s)", strings.Join(names, ", "),
			strings.TrimPrefix(words.ZH, "、"), strings.TrimPrefix(words.EN, ", "))}
}

func outOfScope(zh, en string) *problem {
	return &problem{status: http.StatusForbidden, kind: "out-of-scope", title: geo.Text{ZH: "不在权限范围内", EN: "Out of scope"}, detail: geo.Text{ZH: zh, EN: en}}
}

// need refuses a writer without any of the rights.
func (e *entry) need(rights ...geo.Right) error {
	if slices.ContainsFunc(rights, func(r geo.Right) bool { return e.token.Allows(r, e.now) }) {
		return nil
	}
	return lacksRight(rights...)
}

// within refuses a feature outside the writer's district or unit. What no unit
// answers for is outside every unit.
func (e *entry) within(i snapshot.Item) error {
	return e.covers(i.District(), e.desk.Unit(i))
}

func (e *entry) covers(district, unit string) error {
	if d := e.token.District; d != "" && d != district {
		return outOfScope("令牌限于行政区 "+d, "The token is for district "+d)
	}
	if u := e.desk.UnitName(district, e.token.Unit); u != "" && u != e.desk.UnitName(district, unit) {
		return outOfScope("令牌限于单位 "+u, "The token is for unit "+u)
	}
	return nil
}
