package api

import (
	"net/http"

	"yiping/api/oas"
	"yiping/geo"
	"yiping/geo/live"
	"yiping/geo/reporting"
)

// contract is what a route promises besides what all of its kind do.
type contract struct {
	answers  []content // of the status when all is well
	status   int       // that status; 0 = 200
	creates  bool      // 201 where something was made, with its address
	partly   bool      // 206 where a range was asked for
	tagged   bool      // 304 where the client has it: of resources it goes without saying
	entry    object    // schema of the body
	also     map[int]string
	headers  []string // of answers
	reads    []string // headers of requests
	failures []int    // statuses of problems
	pages    bool     // whom a browser leads here is told of a problem by a page
}

// content is a body in one media type.
type content struct {
	media  string
	schema object
}

func textual(media string) content { return content{media, object{"type": "string"}} }
func octets(media string) content {
	return content{media, object{"type": "string", "format": "binary"}}
}

// contracts are those of all routes, by name.
func contracts(s *oas.Schemas) map[string]contract {
	out := map[string]contract{}
	for _, part := range []map[string]contract{resourceContracts(s), streamContracts(s), writingContracts(s), accountContracts(s)} {
		for name, c := range part {
			out[name] = c
		}
	}
	return out
}

// resourceContracts are those of what is answered from one snapshot.
func resourceContracts(s *oas.Schemas) map[string]contract {
	body := func(v any) contract { return contract{answers: []content{{typeJSON, s.Of(v)}}} }
	media := func(all ...content) contract { return contract{answers: all} }
	layered := func(c contract) contract {
		c.failures = append(c.failures, http.StatusUnprocessableEntity, http.StatusNotFound)
		return c
	}
	return map[string]contract{
		"districts":  body(districtsBody{}),
		"overview":   body(overviewBody{}),
		"features":   layered(media(content{typeGeoJSON, oas.Ref("FeatureCollection")})),
		"feature":    layered(media(content{typeGeoJSON, s.Of(featureBody{})})),
		"alerts":     body(alertsBody{}),
		"lights":     layered(media(content{typeJSON, lightsSchema(s)})),
		"warnings":   layered(body(warningsBody{})),
		"warning":    body(warningsOfBody{}),
		"indicators": body(indicatorsBody{}),
		"tasks":      body(tasksBody{}),
		"log":        body(logBody{}),
		"problems":   body(problemsBody{}),
		"nearby":     layered(body(nearbyBody{})),
		"layers":     body(layersBody{}),
		"history":    body(historyBody{}),
		"findings":   body(findingsBody{}),
		"reports":    body(reportsBody{}),
		"periods":    body(periodsBody{}),
		"map":        layered(media(textual(typeSVG))),
		"picture":    layered(media(octets(typePNG))),
		"bulletin":   {answers: []content{textual("text/html"), octets(typeDOCX)}, failures: []int{http.StatusNotFound, http.StatusTooManyRequests, http.StatusUnprocessableEntity}},
		"tilejson":   body(tileJSONBody{}),
		"style":      media(content{typeJSON, styleSchema()}),
		"archives":   body(archivesBody{}),
		"openapi":    media(content{typeJSON, object{"type": "object", "required": []string{"openapi", "info", "paths"}}}),
	}
}

// streamContracts are those of routes that write their answers themselves.
func streamContracts(s *oas.Schemas) map[string]contract {
	s.Write(live.TileList{}, object{"oneOf": []object{{"type": "string", "enum": []string{"all"}}, {"type": "array", "items": object{"type": "string"}}},
		"description": "变了的瓦片 z/x/y，或全部 / The tiles that changed as z/x/y, or all"})
	s.Of(live.Event{})
	s.Add("Reload", oas.Closed(object{"cursor": s.Of(geo.Cursor("")), "revision": oas.Described(object{"type": "integer", "minimum": 0}, propertyWords["revision"])}, "cursor", "revision"))
	s.Of(live.StoreState{})
	stream := object{"type": "string", "description": oas.Both(streamWords)}
	standing := []string{"Yiping-Cursor", "Yiping-Revision"}
	anything := []content{{typeJSON, object{}}, {typeGeoJSON, object{}}, {"application/schema+json", object{}}, {"application/vnd.oai.openapi+json;version=3.0", object{}}, textual("text/html"), octets(typeMVT)}
	return map[string]contract{
		"live":    {answers: []content{{"text/event-stream", stream}}, headers: standing, reads: []string{"Last-Event-ID", "Yiping-Min-Cursor"}, failures: []int{http.StatusTooManyRequests}},
		"changes": {answers: []content{{typeJSON, s.Of(changesBody{})}}, headers: append([]string{"ETag"}, standing...), tagged: true, reads: []string{"Last-Event-ID"}, failures: []int{http.StatusTooManyRequests}},
		"tile": {answers: []content{octets(typeMVT)}, also: map[int]string{http.StatusNoContent: "空瓦片 / Nothing in this tile"}, tagged: true,
			headers: []string{"ETag", "Yiping-Cursor", "Yiping-Thinned"}, failures: []int{http.StatusUnprocessableEntity}},
		"archive": {answers: []content{octets(typePMTiles)}, partly: true, tagged: true, headers: append([]string{"ETag", "Last-Modified", "Accept-Ranges"}, standing...),
			reads: []string{"Range", "If-Range", "If-Match"}, failures: []int{http.StatusRequestedRangeNotSatisfiable, http.StatusPreconditionFailed}},
		"ogc": {answers: anything, tagged: true, headers: append([]string{"ETag", "Content-Language", "Content-Crs", "Yiping-Thinned"}, standing...),
			also: map[int]string{http.StatusNoContent: "空瓦片 / Nothing in this tile"}, failures: []int{http.StatusNotFound, http.StatusBadRequest, http.StatusNotAcceptable, http.StatusUnprocessableEntity}},
		"healthz": {answers: []content{{typeJSON, s.Of(aliveBody{})}}, tagged: true, headers: []string{"ETag"}},
		"readyz":  {answers: []content{{typeJSON, s.Of(readyBody{})}}, tagged: true, headers: append([]string{"ETag"}, standing...)},
		"metrics": {answers: []content{textual("text/plain")}},
		"options": {also: map[int]string{}, status: http.StatusNoContent, headers: []string{"Allow", "Accept-Patch"}},
	}
}

// writingContracts are those of what writes.
func writingContracts(s *oas.Schemas) map[string]contract {
	entered := func(answer any, entry object) contract {
		return contract{answers: []content{{typeJSON, s.Of(answer)}}, entry: entry, headers: []string{"Yiping-Cursor"}}
	}
	row := func(entry string) contract { return entered(rowWritten{}, oas.Ref(entry)) }
	edited := func(c contract) contract {
		c.failures = []int{http.StatusMethodNotAllowed, http.StatusPreconditionFailed, http.StatusPreconditionRequired}
		c.reads = []string{"If-Match", "Content-Crs"}
		return c
	}
	matched := func(c contract) contract {
		c.reads, c.failures = []string{"If-Match"}, []int{http.StatusPreconditionFailed}
		return c
	}
	made := entered(featureWritten{}, oas.Ref("FeatureEntry"))
	made.creates, made.reads, made.failures = true, []string{"Content-Crs"}, []int{http.StatusMethodNotAllowed}
	issue := entered(bulletinWritten{}, s.Of(bulletinEntry{}))
	issue.failures = []int{http.StatusNotFound}
	gone := edited(entered(featureWritten{}, nil))
	gone.reads = []string{"If-Match"}
	return map[string]contract{
		"put report":      matched(entered(reportWritten{}, oas.Ref("ReportEntry"))),
		"drop report":     matched(entered(reportWritten{}, nil)),
		"move period":     entered(periodWritten{}, s.Of(reporting.Move{})),
		"add record":      row("RecordEntry"),
		"put record":      row("RecordEntry"),
		"add milestone":   row("MilestoneEntry"),
		"put milestone":   row("MilestoneEntry"),
		"rule":            entered(rowWritten{}, s.Of(ruling{})),
		"end ruling":      entered(rulingEnded{}, s.Of(endEntry{})),
		"handle warning":  entered(stepWritten{}, s.Of(warningAct{})),
		"push readings":   entered(readingsWritten{}, s.Of(readings{})),
		"carry over":      entered(carryWritten{}, s.Of(carryEntry{})),
		"issue bulletin":  issue,
		"set date":        entered(dateWritten{}, s.Of(dateEntry{})),
		"issue plan":      entered(planWritten{}, s.Of(yearPlan{})),
		"create feature":  made,
		"replace feature": edited(entered(featureWritten{}, oas.Ref("FeatureEntry"))),
		"update feature":  edited(entered(featureWritten{}, oas.Ref("FeaturePatch"))),
		"delete feature":  gone,
	}
}

// accountContracts are those of signing in and out.
func accountContracts(s *oas.Schemas) map[string]contract {
	s.Write(ended(""), object{"type": "string", "enum": []ended{endedSession, endedDisplay},
		"description": "浏览器所带的会话或大屏令牌已失效，现只读公开内容 / The session or display token that the browser sends has ended: it reads what is open to all"})
	who := contract{answers: []content{{typeJSON, s.Of(whoBody{})}}, failures: []int{http.StatusBadRequest, http.StatusUnauthorized}}
	entering := who
	entering.headers = []string{"Set-Cookie"}
	entering.failures = []int{http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusTooManyRequests}
	signIn, change, leaving := entering, entering, entering
	signIn.entry = s.Of(signInEntry{})
	change.entry = s.Of(passwordEntry{})
	change.headers = nil
	away := contract{status: http.StatusSeeOther, headers: []string{"Location", "Set-Cookie"},
		failures: []int{http.StatusBadRequest, http.StatusForbidden, http.StatusNotFound}, pages: true}
	return map[string]contract{
		"who": who, "sign in": signIn, "sign out": leaving, "change password": change, "sign on": away, "signed on": away,
		"journal": {answers: []content{{typeJSON, s.Of(journalBody{})}}, tagged: true, headers: []string{"ETag"}, failures: []int{http.StatusUnauthorized, http.StatusForbidden}},
	}
}
