package ogc

import (
	"context"
	"encoding/json"
	"io"
	"net/url"
	"slices"
	"strings"
	"time"

	"yiping/geo"
	"yiping/geo/jsontext"
	"yiping/geo/snapshot"
)

// Media types.
const (
	typeJSON    = "application/json"
	typeGeoJSON = "application/geo+json"
	typeHTML    = "text/html; charset=utf-8"
	typeSchema  = "application/schema+json"
	typeOpenAPI = "application/vnd.oai.openapi+json;version=3.0"
)

// Service answers requests. It is safe for any number of goroutines.
type Service struct {
	version string
	extents extents
	lists   snapshot.Lists
	known   described
}

// New makes a service; version is that of the program, for its description.
func New(version string) *Service { return &Service{version: version} }

// Request is what an answer depends on.
type Request struct {
	Context  context.Context
	Snapshot *snapshot.Snapshot
	Server   geo.LayerServer // reads layers that stay in the database; nil where the store has none
	Root     string          // absolute URL of the landing page, without slash at the end
	Path     string          // below Root, as sent: a slash within an id is %2F
	RawQuery string
	Accept   string
	Access   func() Access          // for the definition; nil: everybody may everything
	Editable func(geo.LayerID) bool // whether its features may be edited by those with the right; nil: none
	English  bool                   // where the query does not say by lang=
	Now      time.Time              // when the answer is made
}

// Answer is an answer of status 200.
type Answer struct {
	MediaType  string
	Language   string // of the texts: zh or en
	Version    uint64 // of the feature, where the answer is one
	ContentCRS string // of the coordinates: a URI in angle brackets; "" without any
	Stamp      string // a part of the body that tells nothing but when it was made; "" without any
	// Write writes the body. Its error is the writer's, or that of a position
	// which cannot be expressed in the system asked for.
	Write func(io.Writer) error
}

// call is a request on its way.
type call struct {
	Request
	s      *Service
	values url.Values
	layer  *snapshot.Layer
	html   bool
}

// resource is an address: what it takes besides f, lang and min-cursor, what it
// answers by default, and how.
type resource struct {
	params []string
	media  string
	answer func(*call) (*Answer, error)
}

// everywhere are the parameters of every resource.
var everywhere = []string{"f", "lang", "min-cursor"}

// Answer finds the resource and asks it. Errors are *Fault or *geo.Error.
func (s *Service) Answer(r Request) (*Answer, error) {
	c := &call{Request: r, s: s}
	res, err := c.route()
	if err != nil {
		return nil, err
	}
	if err := c.parameters(res.params); err != nil {
		return nil, err
	}
	if err := c.negotiate(res.media); err != nil {
		return nil, err
	}
	return res.answer(c)
}

func (c *call) route() (resource, error) {
	parts, err := segments(c.Path)
	if err != nil {
		return resource{}, missing("", "本服务没有 %s", "This service has no %s", c.path(c.Path))
	}
	whole := strings.Join(parts, "/")
	if len(parts) >= 2 && parts[0] == "collections" {
		l, ok := c.Snapshot.Layer(geo.LayerID(parts[1]))
		if !ok {
			return resource{}, missing("collectionId", "没有要素集“%s”；%s 列出全部", "There is no collection “%s”; %s lists them", parts[1], c.path("/collections"))
		}
		c.layer = l
		parts = parts[2:]
		switch {
		case len(parts) == 0:
			return resource{media: typeJSON, answer: collection}, nil
		case len(parts) == 1 && parts[0] == "items":
			return resource{params: c.s.described(l.Decl()).params, media: typeGeoJSON, answer: items}, nil
		case len(parts) == 2 && parts[0] == "items":
			return resource{params: []string{"crs"}, media: typeGeoJSON, answer: func(c *call) (*Answer, error) { return item(c, parts[1]) }}, nil
		case len(parts) == 1 && parts[0] == "schema":
			return resource{media: typeSchema, answer: schema}, nil
		case len(parts) == 2 && parts[0] == "schema" && parts[1] == "feature":
			return resource{media: typeSchema, answer: featureSchema}, nil
		case len(parts) == 1 && parts[0] == "queryables":
			return resource{media: typeSchema, answer: queryables}, nil
		}
	}
	if res, ok := c.tileRoute(parts); ok {
		return res, nil
	}
	if len(parts) == 1 && c.layer == nil {
		switch parts[0] {
		case "":
			return resource{media: typeJSON, answer: landing}, nil
		case "api":
			return resource{media: typeOpenAPI, answer: openAPI}, nil
		case "conformance":
			return resource{media: typeJSON, answer: conformance}, nil
		case "collections":
			return resource{media: typeJSON, answer: collections}, nil
		}
	}
	return resource{}, missing("", "本服务没有 %s", "This service has no %s", c.path(whole))
}

// segments parts a path at its slashes and then unescapes what is between.
func segments(path string) ([]string, error) {
	parts := strings.Split(strings.Trim(path, "/"), "/")
	for n, p := range parts {
		var err error
		if parts[n], err = url.PathUnescape(p); err != nil {
			return nil, err
		}
	}
	return parts, nil
}

// tileRoute finds what describes tiles.
func (c *call) tileRoute(parts []string) (resource, bool) {
	sets := len(parts) > 0 && parts[0] == "tileMatrixSets" && c.layer == nil
	mapped := c.layer == nil || c.layer.Decl().Geometry != geo.NoGeometry
	tiled := len(parts) > 0 && parts[0] == "tiles" && mapped
	one := len(parts) == 2 && parts[1] == Quad
	res := resource{media: typeJSON}
	switch {
	case sets && len(parts) == 1:
		res.answer = matrixSets
	case sets && one:
		res.answer = matrixSet
	case tiled && len(parts) == 1:
		res.answer = tileSets
	case tiled && one:
		res.answer = tileSet
	}
	describe := res.answer
	res.answer = func(c *call) (*Answer, error) {
		if c.html {
			return c.tilePage(sets, one)
		}
		return describe(c)
	}
	return res, describe != nil
}

// parameters reads the query and refuses what the resource does not know: a
// misspelt filter must not answer with everything.
func (c *call) parameters(known []string) error {
	values, err := url.ParseQuery(c.RawQuery)
	if err != nil {
		return &Fault{geo.Invalid, "", geo.Text{ZH: "查询串无法解读：% 后应有两位十六进制数，参数之间以 & 分隔", EN: "The query string cannot be read: " + err.Error()}}
	}
	for name, vs := range values {
		switch {
		case !slices.Contains(everywhere, name) && !slices.Contains(known, name):
			all := strings.Join(slices.Concat(known, everywhere), ", ")
			return bad(name, "这里没有参数“%s”；可用：%s", "“%s” is not a parameter here; known: %s", name, all)
		case len(vs) > 1:
			return bad(name, "参数“%s”出现了 %d 次", "“%s” is given %d times", name, len(vs))
		case !geo.IsText(vs[0]):
			return bad(name, "参数“%s”的值须为 UTF-8 文字，且不含空字符（U+0000）", "The value of “%s” must be text in UTF-8, without a zero character", name)
		}
	}
	c.values = values
	switch values.Get("lang") {
	case "":
	case "zh", "en":
		c.English = values.Get("lang") == "en"
	default:
		return bad("lang", "“%s”应为 zh 或 en", "“%s” must be zh or en", values.Get("lang"))
	}
	return nil
}

// say picks the text in the reader's language.
func (c *call) say(zh, en string) string { return c.text(geo.Text{ZH: zh, EN: en}) }

func (c *call) text(t geo.Text) string {
	if c.English && t.EN != "" || t.ZH == "" {
		return t.EN
	}
	return t.ZH
}

func (c *call) language() string { return c.say("zh", "en") }

// link is a web link as OGC documents carry it.
type link struct {
	Href  string `json:"href"`
	Rel   string `json:"rel"`
	Type  string `json:"type,omitempty"`
	Title string `json:"title,omitempty"`
}

// appendLinks writes links as encoding/json does.
func appendLinks(b []byte, links []link) []byte {
	b = append(b, '[')
	for n, l := range links {
		if n > 0 {
			b = append(b, ',')
		}
		b = jsontext.AppendString(append(b, `{"href":`...), l.Href)
		b = jsontext.AppendString(append(b, `,"rel":`...), l.Rel)
		if l.Type != "" {
			b = jsontext.AppendString(append(b, `,"type":`...), l.Type)
		}
		if l.Title != "" {
			b = jsontext.AppendString(append(b, `,"title":`...), l.Title)
		}
		b = append(b, '}')
	}
	return append(b, ']')
}

// at makes an address below the landing page.
func (c *call) at(parts ...string) string {
	u := c.Root
	for _, p := range parts {
		u += "/" + url.PathEscape(p)
	}
	return u
}

// path is that of an address below the landing page, without the host.
func (c *call) path(below string) string {
	u, err := url.Parse(c.Root)
	if err != nil {
		return below
	}
	return u.Path + "/" + strings.TrimPrefix(below, "/")
}

// here is the address asked for, with some parameters set anew; "" removes one.
func (c *call) here(set ...string) string {
	values := url.Values{}
	for name, v := range c.values {
		values[name] = v
	}
	values.Del("min-cursor")
	for n := 0; n < len(set); n += 2 {
		values.Del(set[n])
		if set[n+1] != "" {
			values.Set(set[n], set[n+1])
		}
	}
	u := c.Root
	if path := strings.Trim(c.Path, "/"); path != "" {
		u += "/" + path
	}
	if len(values) == 0 {
		return u
	}
	return u + "?" + values.Encode()
}

// selfLinks are the links to the answer itself and to its other form.
func (c *call) selfLinks(media string) []link {
	return []link{
		{c.here("f", "json"), "self", media, c.say("本文档", "This document")},
		{c.here("f", "html"), "alternate", "text/html", c.say("网页", "This document as a page")},
	}
}

// document answers with the JSON of a value.
func (c *call) document(media string, v any) (*Answer, error) {
	raw, err := json.Marshal(v)
	if err != nil {
		return nil, geo.Wrap(geo.Internal, err, "writing %s", c.Path)
	}
	return &Answer{MediaType: media, Language: c.language(), Write: func(w io.Writer) error {
		_, err := w.Write(raw)
		return err
	}}, nil
}
