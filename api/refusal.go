package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"html/template"
	"net/http"
	"strconv"
	"strings"

	"yiping/geo"
)

const refusalStyle = `body{font:16px/1.6 system-ui,"Noto Sans CJK SC",sans-serif;max-width:36rem;margin:12vh auto;padding:0 1rem;color:#1c2733;background:#fff}
h1{font-size:1.5rem;margin:0}p{margin:.6rem 0}[lang=en]{color:#4a5765}a{color:#0b62b0}`

// refusalHash names its style in a Content-Security-Policy (CSP 3 §6.7.3.3).
var refusalHash = func() string {
	sum := sha256.Sum256([]byte(refusalStyle))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}()

var refusalPage = template.Must(template.New("refusal").Parse(`<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{{.Title.ZH}} {{.Title.EN}}</title><style>` + refusalStyle + `</style></head><body><main>
<h1>{{.Title.ZH}}</h1><p lang="en">{{.Title.EN}}</p>
<p>{{.Detail.ZH}}</p><p lang="en">{{.Detail.EN}}</p>
<p><a href="{{.Again}}">返回登录页 <span lang="en">Back to sign-in</span></a></p>
</main></body></html>
`))

// refuse answers one whom a browser leads here, not a program: with a page in
// words. Others get the problem document.
func (s *server) refuse(w http.ResponseWriter, r *http.Request, err error) {
	w.Header().Add("Vary", "Accept")
	if !strings.Contains(r.Header.Get("Accept"), "text/html") {
		s.fail(w, r, err)
		return
	}
	p := problemOf(err)
	var b bytes.Buffer
	if e := refusalPage.Execute(&b, struct {
		Title, Detail geo.Text
		Again         string
	}{p.title, p.detail, s.BasePath + "/signin"}); e != nil {
		s.fail(w, r, e)
		return
	}
	if p.status >= http.StatusInternalServerError {
		s.Logger.Error("a sign-on failed", "path", r.URL.Path, "error", err)
	}
	h := w.Header()
	h.Set("Content-Type", typeHTML)
	h.Set("Content-Language", "zh-CN, en")
	h.Set("Content-Security-Policy", sheetPolicy(refusalHash, s.FrameAncestors))
	if p.retry > 0 {
		h.Set("Retry-After", strconv.Itoa(p.retry))
	}
	w.WriteHeader(p.status)
	_, _ = w.Write(b.Bytes()) // a client that has gone needs no answer
}
