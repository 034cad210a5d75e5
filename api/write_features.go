package api

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/gorilla/mux"

	"yiping/api/ogc"
	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/snapshot"
)

// Features are created, replaced, updated and deleted as in OGC API – Features
// Part 4 (OGC 20-002).
const (
	itemsPath = ogcPath + "/collections/{layer}/items"
	itemPath  = itemsPath + "/{id}"
)

// editing are the rights of which one is needed: which, the layer says.
var editing = []geo.Right{geo.MayEdit, geo.MayApprove, geo.MayRecord}

// ruled are the layers that decide how features are judged, and who answers for
// them: changing one takes the right to approve.
var ruled = map[geo.LayerID]bool{city.District: true, city.Town: true, city.Unit: true, city.Threshold: true, city.Workday: true}

// entered are the layers whose rows are entered by acts of their own, each with its
// right and its checks, and where.
var entered = map[geo.LayerID]string{
	city.Record: "/api/records", city.Milestone: "/api/milestones", city.Ruling: "/api/rulings", city.WarningStep: "/api/warnings",
	city.Period: "/api/periods", city.Bulletin: "/api/bulletins", city.ProjectYear: "/api/registers",
}

// editRights are the rights of which editing a layer takes one; an error where
// features of it are not edited. Problem points are found where the work is done, and
// mended there: who records enters and changes them too, but deletes none.
func editRights(id geo.LayerID, deletes bool) ([]geo.Right, error) {
	if path, own := entered[id]; own {
		p := methodNotAllowed("", "GET, HEAD, OPTIONS")
		p.detail = detailf("图层 %s 的记录经 %s 填写，不直接编辑", "Rows of layer %s are entered at %s, not edited here", id, path)
		return nil, p
	}
	switch {
	case ruled[id]:
		return []geo.Right{geo.MayApprove}, nil
	case id == city.Problem && !deletes:
		return []geo.Right{geo.MayEdit, geo.MayRecord}, nil
	}
	return []geo.Right{geo.MayEdit}, nil
}

func editableLayer(id geo.LayerID) bool { return entered[id] == "" }

// options says what features of a layer take (RFC 9110 §9.3.7), as clients ask that
// offer editing where it is possible.
func (s *server) options(w http.ResponseWriter, r *http.Request) {
	allow := s.allowed(r)
	if !editableLayer(geo.LayerID(mux.Vars(r)["layer"])) {
		allow = "GET, HEAD, OPTIONS"
	}
	h := w.Header()
	h.Set("Allow", allow)
	if strings.Contains(allow, http.MethodPatch) {
		h.Set("Accept-Patch", typeMergePatch) // RFC 5789 §3.1
	}
	w.WriteHeader(http.StatusNoContent)
}

// editable gives the layer of the path to one who may edit it, or delete from it.
func (e *entry) editable(deletes bool) (*snapshot.Layer, error) {
	l, err := e.layer()
	if err != nil {
		return nil, err
	}
	rights, err := editRights(l.Decl().ID, deletes)
	if err != nil {
		return nil, err
	}
	return l, e.need(rights...)
}

// lies refuses a feature that would lie outside the writer's scope: it is placed as
// it will be once it has landed.
func (e *entry) lies(f geo.Feature) error {
	if f.ID == 0 {
		f.ID = geo.MaxID // it gets its own when it lands
	}
	s, err := e.snap.Excerpt(f.Layer, []*geo.Feature{&f})
	if err != nil {
		return err
	}
	l, _ := s.Layer(f.Layer)
	i, ok := l.ByID(f.ID)
	if !ok {
		return internalProblem()
	}
	return e.within(i)
}

func (e *entry) sent(l *snapshot.Layer) ogc.Sent {
	return ogc.Sent{Layer: l.Decl(), ContentCRS: e.head.Get("Content-Crs"), JSON: e.body}
}

func createFeature(e *entry) (outcome, error) {
	l, err := e.editable(false)
	if err != nil {
		return outcome{}, err
	}
	f, err := e.sent(l).Feature()
	if err != nil {
		return outcome{}, err
	}
	if err := e.lies(f); err != nil {
		return outcome{}, err
	}
	taken := &problem{status: http.StatusConflict, kind: "conflict", parameter: "code", title: geo.Text{ZH: "与现有数据冲突", EN: "Conflict"},
		detail: detailf("图层 %s 已有编码“%s”的要素；换一个编码，或修改已有的要素", "Layer %s has a feature with code “%s”; take another code, or change that feature", f.Layer, f.Code)}
	if _, there := l.ByCode(f.Code); there && e.key == "" { // with a key it may be this very request that made it
		return outcome{}, taken
	}
	o := e.edited(geo.Create, f)
	o.overtaken = taken
	at := e.origin + ogcPath + "/collections/" + string(f.Layer) + "/items/"
	o.made = func(r geo.Result) string { return at + utoa(uint64(r.IDs[0])) }
	return o, nil
}

func replaceFeature(e *entry) (outcome, error) { return changeFeature(e, false) }

func updateFeature(e *entry) (outcome, error) { return changeFeature(e, true) }

func changeFeature(e *entry, merge bool) (outcome, error) {
	i, l, err := e.toChange(false)
	if err != nil {
		return outcome{}, err
	}
	sent := e.sent(l)
	sent.Was, sent.Merge = &i, merge
	f, err := sent.Feature()
	if err != nil {
		return outcome{}, err
	}
	if err := e.lies(f); err != nil {
		return outcome{}, err
	}
	return e.change(geo.Replace, i, f)
}

func deleteFeature(e *entry) (outcome, error) {
	i, _, err := e.toChange(true)
	if err != nil {
		return outcome{}, err
	}
	if len(e.body) > 0 {
		return outcome{}, badBody("", "删除不带请求体", "a deletion has no body")
	}
	return e.change(geo.Delete, i, geo.Feature{Layer: i.Layer(), ID: i.ID(), Code: i.Code()})
}

// toChange finds the feature of the path, within the writer's scope.
func (e *entry) toChange(deletes bool) (snapshot.Item, *snapshot.Layer, error) {
	l, err := e.editable(deletes)
	if err != nil {
		return snapshot.Item{}, nil, err
	}
	i, err := e.item()
	if err != nil {
		return i, nil, err
	}
	return i, l, e.within(i)
}

// change edits a feature, unless it is another by now than If-Match says.
func (e *entry) change(op geo.Op, i snapshot.Item, f geo.Feature) (outcome, error) {
	f.Version = i.Version()
	given := e.head.Get("If-Match")
	if given == "" {
		if e.mustMatch {
			return outcome{}, preconditionRequired()
		}
		return e.edited(op, f), nil
	}
	expected, any := versionsIn(given)
	if !any && !expected[f.Version] {
		if e.key == "" {
			return outcome{}, overtaken(i)
		}
		f.Version = leastOf(expected) // it may be this very request that made it another: the store knows by the key
	}
	o := e.edited(op, f)
	if !any {
		o.overtaken = overtaken(i)
	}
	return o, nil
}

type featureWritten struct {
	receipt
	Layer   geo.LayerID `json:"layer"`
	Code    string      `json:"code"`
	ID      geo.ID      `json:"id,omitempty"`
	Version uint64      `json:"version,omitempty"`
}

func (e *entry) edited(op geo.Op, f geo.Feature) outcome {
	w := &featureWritten{Layer: f.Layer, Code: f.Code}
	return outcome{edits: []geo.Edit{{Op: op, Feature: f}}, answer: w,
		landed: func(r geo.Result) { w.ID, w.Version = r.IDs[0], r.Versions[0] }}
}

func overtaken(i snapshot.Item) *problem {
	return &problem{status: http.StatusPreconditionFailed, kind: "overtaken", parameter: "If-Match", title: geo.Text{ZH: "要素已被他人修改", EN: "The feature was changed meanwhile"},
		detail: detailf("要素 %d 现为第 %d 版，与 If-Match 不符；请重新读取后再改", "Feature %d is at version %d, not the one of If-Match; read it again, then change it", i.ID(), i.Version())}
}

func preconditionRequired() *problem {
	return &problem{status: http.StatusPreconditionRequired, kind: "precondition-required", parameter: "If-Match", title: geo.Text{ZH: "须带 If-Match", EN: "If-Match is required"},
		detail: geo.Text{ZH: "修改和删除要素须在请求头 If-Match 中带上所读要素的 ETag", EN: "Send the ETag of the feature as read in the header If-Match"}}
}

// The tag of a feature begins with its version. If-Match looks at that alone: the
// light that a day or a report gives the feature makes another answer, and is
// nothing that an edit could overwrite.
func versionTag(version uint64, tag string) string { return utoa(version) + "-" + tag }

// versionsIn reads the versions in If-Match (RFC 9110 §13.1.1); any is *. Weak tags
// count, since a proxy on the way may have weakened our strong one. What is no tag
// of ours matches nothing.
func versionsIn(header string) (versions map[uint64]bool, any bool) {
	versions = map[uint64]bool{}
	for part := range strings.SplitSeq(header, ",") {
		part = strings.TrimSpace(part)
		if part == "*" {
			any = true
		}
		tag, ok := strings.CutPrefix(strings.TrimPrefix(part, "W/"), `"`)
		tag, closed := strings.CutSuffix(tag, `"`)
		number, _, _ := strings.Cut(tag, "-")
		if v, err := strconv.ParseUint(number, 10, 64); ok && closed && err == nil && v > 0 {
			versions[v] = true
		}
	}
	return versions, any
}

// leastOf gives the least version; one that no feature has where there is none.
func leastOf(versions map[uint64]bool) uint64 {
	least := geo.Absent - 1
	for v := range versions {
		least = min(least, v)
	}
	return least
}
