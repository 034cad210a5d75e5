package api

import (
	"encoding/json"
	"maps"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/snapshot"
)

type featureBody struct {
	Type       string          `json:"type"`
	Cursor     geo.Cursor      `json:"cursor"`
	At         geo.Date        `json:"at"`
	ID         geo.ID          `json:"id"`
	Layer      geo.LayerID     `json:"layer"`
	Geometry   json.RawMessage `json:"geometry" schema:"NullableGeometry"`
	Properties map[string]any  `json:"properties" schema:"StoredProperties"` // as stored, and the code
	Yiping     judged          `json:"yiping"`
	Reports    []row           `json:"reports" schema:"Report"`
	Fields     []fieldBody     `json:"fields"`

	ReportFields []fieldBody     `json:"reportFields"`
	Warning      *warningSummary `json:"warning"` // null: it never raised one
	attachments
}

// judged is what the service knows of a feature besides what is stored.
type judged struct {
	geo.Verdict
	District     string     `json:"district"`
	DistrictName string     `json:"districtName"`
	Town         string     `json:"town"` // the first of towns
	Towns        []string   `json:"towns"`
	LabelPoint   *orb.Point `json:"labelPoint"`
	Version      uint64     `json:"version"`
}

type fieldBody struct {
	Name  string        `json:"name"`
	Title geo.Text      `json:"title"`
	Type  geo.FieldType `json:"type"`
	Unit  string        `json:"unit,omitempty"`
}

// feature gives one feature whole: stored properties, verdict, reports, what its
// fields are called, and what the register holds of it. With at= the reports of
// later days are left out.
func feature(q *query) (any, error) {
	l, err := q.layer()
	if err != nil {
		return nil, err
	}
	i, err := q.item()
	if err != nil {
		return nil, err
	}
	b := featureBody{Type: "Feature", Cursor: q.snap.Cursor(), ID: i.ID(), Layer: l.Decl().ID,
		Geometry: appendGeometry(nil, i), Properties: i.Properties(),
		Yiping: judge(q.snap, i), Reports: []row{},
		Fields: fieldsOf(l.Decl().Fields), ReportFields: fieldsOf(l.Decl().Reports),
		At: q.snap.Date(i.District()), Warning: q.warningOfItem(i), attachments: q.attachments(i)}
	if b.Properties == nil {
		b.Properties = map[string]any{}
	}
	b.Properties["code"] = i.Code()
	for _, r := range i.Reports() {
		if q.later(r.Date) {
			break
		}
		said := row{"date": r.Date}
		maps.Copy(said, r.Properties)
		b.Reports = append(b.Reports, said)
	}
	return newReplyOf(typeGeoJSON, &b)
}

func fieldsOf(fields []geo.Field) []fieldBody {
	out := make([]fieldBody, len(fields))
	for n, f := range fields {
		out[n] = fieldBody{f.Name, f.Title, f.Type, f.Unit}
	}
	return out
}

func judge(s *snapshot.Snapshot, i snapshot.Item) judged {
	j := judged{Verdict: i.Verdict(), District: i.District(), Town: i.Town(), Towns: townsOf(i), Version: i.Version()}
	if d, ok := s.District(j.District); ok {
		j.DistrictName = d.Name
	}
	if p, ok := i.LabelPoint(); ok {
		j.LabelPoint = &p
	}
	return j
}
