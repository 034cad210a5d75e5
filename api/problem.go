package api

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"golang.org/x/text/language"

	"yiping/api/ogc"
	"yiping/geo"
	"yiping/geo/reporting"
	"yiping/tiles"
)

// problem is a failure as a client sees it.
type problem struct {
	status    int
	kind      string // last part of the type URI
	title     geo.Text
	detail    geo.Text
	parameter string              // the parameter at fault, where one is
	allow     string              // methods, for 405
	challenge string              // WWW-Authenticate, for 401 and 403
	row       int                 // 1-based place in a list, where one is at fault
	findings  []reporting.Finding // what is wrong with reports
	retry     int                 // seconds, for 503
}

// Error gives the English text, for the log.
func (p *problem) Error() string { return p.title.EN + ": " + p.detail.EN }

func (p *problem) in(parameter string) *problem { p.parameter = parameter; return p }

func detailf(zh, en string, args ...any) geo.Text {
	return geo.Text{ZH: fmt.Sprintf(zh, args...), EN: fmt.Sprintf(en, args...)}
}

func unknownRoute(path string) *problem {
	return &problem{status: http.StatusNotFound, kind: "unknown-route", title: geo.Text{ZH: "没有这个地址", EN: "No such address"},
		detail: detailf("本服务没有 %s", "This service has no %s", path)}
}

func methodNotAllowed(method, allow string) *problem {
	return &problem{status: http.StatusMethodNotAllowed, kind: "method-not-allowed", allow: allow,
		title:  geo.Text{ZH: "不支持的方法", EN: "Method not allowed"},
		detail: detailf("这里不接受 %s；可用：%s", "%s is not accepted here; use %s", method, allow)}
}

func unknownLayer(id string) *problem {
	return &problem{status: http.StatusNotFound, kind: "unknown-layer", title: geo.Text{ZH: "没有这个图层", EN: "No such layer"},
		detail: detailf("没有图层“%s”；/api/layers 列出全部图层", "There is no layer “%s”; /api/layers lists them", id)}
}

func unknownFeature(layer geo.LayerID, id geo.ID) *problem {
	return &problem{status: http.StatusNotFound, kind: "unknown-feature", parameter: "id", title: geo.Text{ZH: "没有这个要素", EN: "No such feature"},
		detail: detailf("图层 %s 中没有编号 %d 的要素", "Layer %s has no feature %d", layer, id)}
}

func unknownCode(layer geo.LayerID, code string) *problem {
	return &problem{status: http.StatusNotFound, kind: "unknown-feature", parameter: "id", title: geo.Text{ZH: "没有这个要素", EN: "No such feature"},
		detail: detailf("图层 %s 中没有编码“%s”", "Layer %s has no feature with code “%s”", layer, shorten(code))}
}

func badParameter(name string, detail geo.Text) *problem {
	return &problem{status: http.StatusBadRequest, kind: "bad-parameter", parameter: name,
		title: geo.Text{ZH: "参数有误", EN: "A parameter is wrong"}, detail: detail}
}

func unknownParameter(name, known string) *problem {
	if known == "" {
		known = "–"
	}
	return &problem{status: http.StatusBadRequest, kind: "unknown-parameter", parameter: name,
		title:  geo.Text{ZH: "没有这个参数", EN: "No such parameter"},
		detail: detailf("这里没有参数“%s”；可用：%s", "“%s” is not a parameter here; known: %s", name, known)}
}

func unknownDistrict(code, known string) *problem {
	return &problem{status: http.StatusBadRequest, kind: "unknown-district", parameter: "district",
		title:  geo.Text{ZH: "没有这个行政区", EN: "No such district"},
		detail: detailf("没有行政区“%s”；可用：%s", "There is no district “%s”; known: %s", code, known)}
}

func unknownTown(name, known string) *problem {
	return &problem{status: http.StatusBadRequest, kind: "unknown-town", parameter: townField,
		title:  geo.Text{ZH: "没有这个街镇", EN: "No such town"},
		detail: detailf("没有街镇“%s”，也没有要素属于它；可用：%s", "There is no town “%s”, nor a feature in one of that name; known: %s", shorten(name), known)}
}

func unknownUnit(name string) *problem {
	return &problem{status: http.StatusBadRequest, kind: "unknown-unit", parameter: unitField,
		title:  geo.Text{ZH: "没有这个单位", EN: "No such unit"},
		detail: detailf("没有单位“%s”，也没有要素由它负责；名册见 /api/features/unit", "There is no unit “%s”, nor a feature that one of that name answers for; /api/features/unit lists the register", shorten(name))}
}

// tileOutOfRange is for an address z/x/y of which err says what is wrong.
func tileOutOfRange(err *tiles.RangeError) *problem {
	part := map[string]string{"z": "缩放级别", "x": "瓦片列", "y": "瓦片行"}[err.Part]
	return &problem{status: http.StatusBadRequest, kind: "tile-out-of-range", parameter: err.Part,
		title: geo.Text{ZH: "瓦片地址超出范围", EN: "Tile address out of range"},
		detail: geo.Text{
			ZH: fmt.Sprintf("%s %s 应为 0 到 %d 的整数，“%s”不是", part, err.Part, err.Most, shorten(err.Value)),
			EN: "The tile address is wrong: " + err.Error(),
		}}
}

func notLoaded() *problem {
	return &problem{status: http.StatusServiceUnavailable, kind: "not-loaded", retry: 1,
		title:  geo.Text{ZH: "数据正在载入", EN: "Still loading"},
		detail: geo.Text{ZH: "数据尚未载入，请稍候再试", EN: "The data has not been loaded yet; try again shortly"}}
}

func behind() *problem {
	return &problem{status: http.StatusServiceUnavailable, kind: "behind", parameter: "min-cursor", retry: 1,
		title:  geo.Text{ZH: "尚未读到该位置", EN: "Not there yet"},
		detail: geo.Text{ZH: "本节点尚未读到所要求的位置，请重试", EN: "This node has not reached the cursor asked for yet; try again"}}
}

func internalProblem() *problem {
	return &problem{status: http.StatusInternalServerError, kind: "internal",
		title:  geo.Text{ZH: "服务内部错误", EN: "Internal error"},
		detail: geo.Text{ZH: "服务出错，已记入日志", EN: "The service failed; the log says more"}}
}

// problemOf translates any error, once. What carries no code is internal: its
// text stays in the log.
func problemOf(err error) *problem {
	var p *problem
	if errors.As(err, &p) {
		return p
	}
	var f *ogc.Fault
	if errors.As(err, &f) {
		return problemOfFault(f)
	}
	var beyond *tiles.RangeError
	if errors.As(err, &beyond) {
		return tileOutOfRange(beyond)
	}
	var e *geo.Error
	if !errors.As(err, &e) {
		return internalProblem()
	}
	out := &problem{parameter: e.Field, row: e.Row, detail: geo.Text{ZH: inChinese(e), EN: inEnglish(e)}}
	switch e.Code {
	case geo.Invalid:
		out.status, out.kind, out.title = http.StatusBadRequest, "invalid", geo.Text{ZH: "输入有误", EN: "The input is wrong"}
	case geo.NotFound:
		out.status, out.kind, out.title = http.StatusNotFound, "not-found", geo.Text{ZH: "没有找到", EN: "Not found"}
	case geo.Conflict:
		out.status, out.kind, out.title = http.StatusConflict, "conflict", geo.Text{ZH: "与现有数据冲突", EN: "Conflict"}
	case geo.Unavailable, geo.Reload:
		out.status, out.kind, out.retry = http.StatusServiceUnavailable, "unavailable", 1
		out.title = geo.Text{ZH: "暂时无法访问", EN: "Unavailable just now"}
	case geo.Unsupported:
		out.status, out.kind, out.title = http.StatusUnprocessableEntity, "unsupported", geo.Text{ZH: "暂不支持", EN: "Not supported"}
	default:
		return internalProblem()
	}
	return out
}

func inEnglish(e *geo.Error) string {
	if e.Mend == "" {
		return e.Message
	}
	return e.Message + " (" + e.Mend + ")"
}

// inChinese is what an error says in Chinese; of one that has no Chinese text, what
// its code and field tell.
func inChinese(e *geo.Error) string {
	if e.ZH != "" {
		return e.ZH
	}
	at := ""
	if e.Field != "" {
		at = "“" + e.Field + "”"
	}
	switch e.Code {
	case geo.Invalid:
		return cmp.Or(at, "输入") + "有误，请核对后再试"
	case geo.NotFound:
		return "没有找到" + cmp.Or(at, "所求内容")
	case geo.Conflict:
		return at + "与现有数据冲突，请重新读取后再试"
	case geo.Unsupported:
		return "本服务不支持这一请求" + at
	}
	return "数据暂时无法读写，请稍候再试"
}

// problemOfFault translates what api/ogc refuses.
func problemOfFault(f *ogc.Fault) *problem {
	switch {
	case f.Code == geo.NotFound:
		return &problem{status: http.StatusNotFound, kind: "not-found", parameter: f.Parameter, title: geo.Text{ZH: "没有找到", EN: "Not found"}, detail: f.Detail}
	case f.Parameter == "Accept": // the one header that an answer is chosen by
		return &problem{status: http.StatusNotAcceptable, kind: "not-acceptable", parameter: f.Parameter, title: geo.Text{ZH: "没有所求的格式", EN: "No such form"}, detail: f.Detail}
	}
	return badParameter(f.Parameter, f.Detail)
}

// english reports whether the client prefers English to Chinese: the one it likes
// better of the two, whatever the script or country (RFC 9110 §12.5.4).
func english(r *http.Request) bool {
	tags, weights, err := language.ParseAcceptLanguage(r.Header.Get("Accept-Language")) // the best first
	if err != nil {
		return false
	}
	for n, tag := range tags {
		switch base, _ := tag.Base(); {
		case weights[n] == 0:
		case base.String() == "zh":
			return false
		case base.String() == "en":
			return true
		}
	}
	return false
}

// problemDocument is a problem as RFC 9457 writes it.
type problemDocument struct {
	Type      string `json:"type"`
	Title     string `json:"title"`
	Status    int    `json:"status"`
	Detail    string `json:"detail"`
	Instance  string `json:"instance"`
	Parameter string `json:"parameter,omitempty"`
	Row       int    `json:"row,omitempty"`

	Findings []reporting.Finding `json:"findings,omitempty"`
}

// writeProblem answers with the problem document.
func writeProblem(w http.ResponseWriter, r *http.Request, p *problem) {
	doc := problemDocument{"urn:yiping:problem:" + p.kind, p.title.ZH, p.status, p.detail.ZH, loggable(r.URL), p.parameter, p.row, p.findings}
	tag := "zh"
	if english(r) {
		tag, doc.Title, doc.Detail = "en", p.title.EN, p.detail.EN
	}
	body, err := json.Marshal(doc)
	if err != nil {
		body = []byte(`{"status":500}`)
	}
	h := w.Header()
	for _, stale := range []string{"ETag", "Content-Encoding", "Last-Modified"} {
		h.Del(stale)
	}
	h.Set("Content-Type", typeProblem)
	h.Set("Content-Language", tag)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	h.Set("Cache-Control", "no-store")
	h.Add("Vary", "Accept-Language")
	if p.allow != "" {
		h.Set("Allow", p.allow)
	}
	if p.challenge != "" {
		h.Set("WWW-Authenticate", p.challenge)
	}
	if p.retry > 0 {
		h.Set("Retry-After", strconv.Itoa(p.retry))
	}
	w.WriteHeader(p.status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // a client that has gone needs no answer
	}
}
