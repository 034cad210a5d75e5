package api

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"yiping/geo"
	"yiping/geo/snapshot"
)

// tokenOf finds the token of a secret.
func (s *server) tokenOf(ctx context.Context, secret string, now time.Time) (*geo.Token, error) {
	hash := geo.HashSecret(secret)
	t, err := s.tokens.find(ctx, hash, now, func(ctx context.Context) (geo.Token, error) { return s.Store.FindToken(ctx, hash) })
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

// writer finds out who writes.
func (s *server) writer(r *http.Request, now time.Time) (*identity, error) {
	i, err := s.identify(r, now)
	switch {
	case err != nil:
		return nil, err
	case !i.somebody():
		return nil, unauthorized("", geo.Text{ZH: "请先登录，或带上令牌：Authorization: Bearer …", EN: "Sign in, or send a token: Authorization: Bearer …"})
	case i.user != nil && i.user.MustChange:
		return nil, mustChange()
	}
	return i, nil
}

// mustChange refuses a user who is to have another password first.
func mustChange() *problem {
	return &problem{status: http.StatusForbidden, kind: "password-change", title: geo.Text{ZH: "须先修改密码", EN: "The password is to be changed first"},
		detail: geo.Text{ZH: "这是首次登录或密码已被重置：请先在登录页修改密码", EN: "The password was given by another: change it on the sign-in page first"}}
}

func unauthorized(code string, detail geo.Text) *problem {
	challenge := `Bearer realm="yiping"`
	if code != "" {
		challenge += `, error="` + code + `"` // RFC 6750 §3
	}
	return &problem{status: http.StatusUnauthorized, kind: "unauthorized", challenge: challenge,
		title: geo.Text{ZH: "需要登录", EN: "Sign in first"}, detail: detail}
}

// rightNames are the rights in words.
var rightNames = map[geo.Right]geo.Text{
	geo.MayReport: {ZH: "填报", EN: "to report"}, geo.MayPush: {ZH: "推送读数", EN: "to push readings"},
	geo.MayRecord: {ZH: "登记", EN: "to enter records"}, geo.MayHandle: {ZH: "处置预警", EN: "to handle warnings"},
	geo.MayConfirm: {ZH: "确认督办", EN: "to confirm 督办"}, geo.MayRule: {ZH: "核定灯色", EN: "to rule over lights"},
	geo.MayApprove: {ZH: "审定", EN: "to approve"}, geo.MayIssue: {ZH: "印发通报", EN: "to issue bulletins"},
	geo.MayEdit: {ZH: "编辑要素", EN: "to edit features"},
	geo.MayRead: {ZH: "读取", EN: "to read"}, geo.MayManage: {ZH: "管理用户", EN: "to manage users"},
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
		detail: detailf("没有权限 %[1]s（%[2]s）", "The right %[1]s is missing (%[3]s)", strings.Join(names, ", "),
			strings.TrimPrefix(words.ZH, "、"), strings.TrimPrefix(words.EN, ", "))}
}

func outOfScope(zh, en string) *problem {
	return &problem{status: http.StatusForbidden, kind: "out-of-scope", title: geo.Text{ZH: "不在权限范围内", EN: "Out of scope"}, detail: geo.Text{ZH: zh, EN: en}}
}

// need refuses a writer without any of the rights.
func (e *entry) need(rights ...geo.Right) error {
	if slices.ContainsFunc(rights, e.by.allows) {
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
	if d := e.by.districts; len(d) > 0 && !slices.Contains(d, district) {
		return outOfScope("权限限于行政区 "+strings.Join(d, "、"), "Writing is limited to district "+strings.Join(d, ", "))
	}
	if u := e.desk.UnitName(district, e.by.unit); u != "" && u != e.desk.UnitName(district, unit) {
		return outOfScope("权限限于单位 "+u, "Writing is limited to unit "+u)
	}
	return nil
}
