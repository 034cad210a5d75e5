package api

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/snapshot"
)

// attached enters rows that belong to features: what they are of comes from the
// address, the rest from the body.
type attached struct {
	layer geo.LayerID
	day   string // date field that is today where the body leaves it out; "" = none is
	// complete fills in what the body leaves out; before is the row as it was.
	complete func(e *entry, i snapshot.Item, before, now geo.Properties) error
}

var (
	records    = attached{city.Record, "day", completeRecord}
	milestones = attached{city.Milestone, "", completeMilestone}
)

// settled are the fields of a row that its address and its writer say.
var settled = []string{"of_layer", "of_code", "district"}

// add makes a row of the feature in the path.
func (a attached) add(e *entry) (outcome, error) {
	return a.enter(e, func(snapshot.Item) (geo.Op, geo.Feature, error) {
		return geo.Create, geo.Feature{Layer: a.layer, Code: e.newCode()}, nil
	})
}

// put changes a row of the feature in the path: fields given take the place of
// those there, null clears one.
func (a attached) put(e *entry) (outcome, error) {
	return a.enter(e, func(i snapshot.Item) (geo.Op, geo.Feature, error) {
		row, err := e.row(i, a.layer)
		if err != nil {
			return 0, geo.Feature{}, err
		}
		return geo.Replace, row.Feature(), nil
	})
}

func (a attached) fields(e *entry) (*geo.Layer, geo.Properties, error) {
	l, ok := e.snap.Layer(a.layer)
	if !ok {
		return nil, nil, unknownLayer(string(a.layer))
	}
	var given geo.Properties
	if err := e.decode(&given); err != nil {
		return nil, nil, err
	}
	for _, name := range settled {
		if _, told := given[name]; told {
			return nil, nil, badBody(name, "“"+name+"”由地址决定，不能填写", "“"+name+"” is said by the address; leave it out")
		}
	}
	return l.Decl(), given, nil
}

// enter lands what the body says of the row that of gives, of a feature.
func (a attached) enter(e *entry, of func(snapshot.Item) (geo.Op, geo.Feature, error)) (outcome, error) {
	i, _, err := e.target()
	if err != nil {
		return outcome{}, err
	}
	decl, given, err := a.fields(e)
	if err != nil {
		return outcome{}, err
	}
	op, f, err := of(i)
	if err != nil {
		return outcome{}, err
	}
	before := f.Properties.Clone()
	f.Properties = before.Clone()
	if f.Properties == nil {
		f.Properties = geo.Properties{}
	}
	for name, v := range given {
		f.Properties[name] = v
	}
	if op == geo.Create {
		f.Properties["of_layer"], f.Properties["of_code"] = string(i.Layer()), i.Code()
		f.Properties["basis"] = "填报"
		if d := i.District(); d != "" {
			f.Properties["district"] = d
		}
	}
	if a.day != "" && f.Properties[a.day] == nil {
		f.Properties[a.day] = e.desk.Day(i)
	}
	if f, err = decl.Normalize(f); err != nil {
		return outcome{}, err
	}
	if err := a.complete(e, i, before, f.Properties); err != nil {
		return outcome{}, err
	}
	o, _ := rowOutcome(geo.Edit{Op: op, Feature: f})
	return o, nil
}

// rowWritten answers with the id and version of a row of the register.
type rowWritten struct {
	receipt
	Layer   geo.LayerID `json:"layer,omitempty"` // of the row; absent where nothing was entered
	Code    string      `json:"code,omitempty"`
	Row     geo.ID      `json:"row,omitempty"`
	Version uint64      `json:"version,omitempty"`
}

func rowOutcome(edit geo.Edit, more ...geo.Edit) (outcome, *rowWritten) {
	w := &rowWritten{Layer: edit.Feature.Layer, Code: edit.Feature.Code}
	return outcome{edits: append([]geo.Edit{edit}, more...), answer: w,
		landed: func(r geo.Result) { w.Row, w.Version = r.IDs[0], r.Versions[0] }}, w
}

// newCode names a new row. A request that is sent again under its key names the
// same.
func (e *entry) newCode() string {
	if e.key == "" {
		return strings.ToLower(rand.Text())
	}
	sum := sha256.Sum256([]byte(e.by.id + "\x00" + e.path + "\x00" + e.key))
	return hex.EncodeToString(sum[:13])
}

// row finds the row in the path among those of a layer that belong to a feature.
func (e *entry) row(i snapshot.Item, layer geo.LayerID) (snapshot.Item, error) {
	id, err := e.idIn("row")
	if err != nil {
		return snapshot.Item{}, err
	}
	for _, row := range i.Attached(layer) {
		if row.ID() == id {
			return row, nil
		}
	}
	return snapshot.Item{}, unknownFeature(layer, id).in("row")
}

// completeRecord sees that a record has a day that is not to come, and that what
// is done was not done before.
func completeRecord(e *entry, i snapshot.Item, _, now geo.Properties) error {
	today := e.desk.Day(i)
	for _, name := range []string{"day", "done_date"} {
		if d := now.Date(name); d > today {
			return future(name, d, today)
		}
	}
	if done := now.Date("done_date"); done != 0 && done < now.Date("day") {
		return badBody("done_date", "办结日期早于记录日期", "it is done before its own day")
	}
	if strings.TrimSpace(now.Text("text")) == "" {
		return missing("text")
	}
	return nil
}

// completeMilestone keeps the day that was planned at first when the plan moves: who
// moves it does not say which that was.
func completeMilestone(e *entry, i snapshot.Item, before, now geo.Properties) error {
	was, is := before.Date("planned"), now.Date("planned")
	if before != nil && now.Date("first_planned") != before.Date("first_planned") {
		return badBody("first_planned", "原计划日期由系统保留，不能更改", "the service keeps the day planned at first; leave it out")
	}
	if was != 0 && is != was && now.Date("first_planned") == 0 {
		now["first_planned"] = was
	}
	if is == 0 && now.Date("actual") == 0 {
		return missing("planned")
	}
	if d, today := now.Date("actual"), e.desk.Day(i); d > today {
		return future("actual", d, today)
	}
	return nil
}

func future(field string, day, today geo.Date) *problem {
	t := detailf("“%s” %s 晚于数据截至日期 %s", "“%s” %s is after the day the data is of, %s", field, day, today)
	return badBody(field, t.ZH, t.EN)
}

func set(p geo.Properties, name, v string) {
	if v != "" {
		p[name] = v
	}
}
