package ogc

import (
	"crypto/sha256"
	"encoding/base64"
	"html/template"
	"io"
	"iter"
)

// page is what a page shows; every part may be absent.
type page struct {
	Title, Lead string
	Crumbs      []link // from the landing page on
	Links       []link
	Pages       []link // to the pages before and after
	Head        []string
	Rows        iter.Seq[[]cell]

	Lang, Switch, Other, JSON string // set by call.page
}

type cell struct{ Text, Href string }

// pageStyle is the one style of the pages.
const pageStyle = `
body{font:15px/1.6 system-ui,"Noto Sans CJK SC",sans-serif;max-width:72rem;margin:1.5rem auto;padding:0 1rem;color:#1c2733;background:#fff}
a{color:#0b62b0}nav{display:flex;gap:1rem;flex-wrap:wrap}nav .end{margin-left:auto}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.3rem .6rem;border-bottom:1px solid #d7dee6}
th{white-space:nowrap}h1{font-size:1.5rem}
`

// StyleHash names it in a Content-Security-Policy (CSP 3 §6.7.3.3).
func StyleHash() string {
	sum := sha256.Sum256([]byte(pageStyle))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// pageTemplate needs nothing from elsewhere.
var pageTemplate = template.Must(template.New("page").Parse(`<!doctype html>
<html lang="{{.Lang}}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{{.Title}}</title><style>` + pageStyle + `</style></head><body>
<nav>{{range .Crumbs}}<a href="{{.Href}}">{{.Title}}</a> {{end}}<a class="end" href="{{.JSON}}">JSON</a> <a href="{{.Switch}}">{{.Other}}</a></nav>
<h1>{{.Title}}</h1>
{{with .Lead}}<p>{{.}}</p>
{{end}}{{with .Links}}<ul>{{range .}}<li><a href="{{.Href}}">{{.Title}}</a></li>{{end}}</ul>
{{end}}{{if .Rows}}<div class="wide"><table>{{with .Head}}<tr>{{range .}}<th>{{.}}</th>{{end}}</tr>{{end}}
{{range .Rows}}<tr>{{range .}}<td>{{if .Href}}<a href="{{.Href}}">{{.Text}}</a>{{else}}{{.Text}}{{end}}</td>{{end}}</tr>
{{end}}</table></div>
{{end}}{{with .Pages}}<nav>{{range .}}<a rel="{{.Rel}}" href="{{.Href}}">{{.Title}}</a> {{end}}</nav>
{{end}}</body></html>
`))

// page answers with a page, written as it is made.
func (c *call) page(p page) (*Answer, error) {
	p.Lang, p.Other = c.say("zh-CN", "en"), c.say("English", "中文")
	p.Switch, p.JSON = c.here("lang", c.say("en", "zh"), "f", "html"), c.here("f", "json")
	home := []link{{Href: c.asPage(c.Root), Title: c.say("首页", "Home")}}
	p.Crumbs = append(home, p.Crumbs...)
	return &Answer{MediaType: typeHTML, Language: c.language(), Write: func(w io.Writer) error { return pageTemplate.Execute(w, p) }}, nil
}

func rows(all [][]cell) iter.Seq[[]cell] {
	return func(yield func([]cell) bool) {
		for _, r := range all {
			if !yield(r) {
				return
			}
		}
	}
}

// asPage is the page of an address, in the language that lang= has chosen.
func (c *call) asPage(address string) string {
	if lang := c.values.Get("lang"); lang != "" {
		return address + "?f=html&lang=" + lang
	}
	return address + "?f=html"
}
