package bulletin

import (
	"time"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/snapshot"
)

// Code is the business key under which a month's bulletin is issued, once.
func Code(district string, month geo.Date) string {
	return district + "/" + month.Time().Format("2006-01")
}

// Moment gives the moment a bulletin made now is read at: the end of the second
// that runs, so that it can be written to the second and still holds all that is
// recorded. A store waits for it.
func Moment(now time.Time) time.Time {
	return now.UTC().Truncate(time.Second).Add(time.Second)
}

// Issued gives the options a month's bulletin was issued with; false when it is
// not issued.
func Issued(s *snapshot.Snapshot, district string, month geo.Date) (Options, bool) {
	l, ok := s.Layer(city.Bulletin)
	if !ok {
		return Options{}, false
	}
	i, ok := l.ByCode(Code(district, month))
	if !ok {
		return Options{}, false
	}
	known, _ := i.Value("known").(time.Time)
	issued, _ := i.Value("issued").(geo.Date)
	return Options{District: district, Month: month, Number: i.Text("number"), Unit: i.Text("unit"), Issued: issued, Known: known}, true
}

// Issuable refuses to issue the bulletin of a month that is issued already or has
// not ended by its district's own date. s is the current snapshot.
func Issuable(s *snapshot.Snapshot, district string, month geo.Date) error {
	if o, ok := Issued(s, district, month); ok {
		return &geo.Error{Code: geo.Conflict, Field: "month", Message: "the bulletin of " + month.Time().Format("2006-01") + " was issued on " + o.Issued.String(),
			Mend: "print it as it was issued", ZH: month.Time().Format("2006年1月") + "通报已于 " + o.Issued.String() + " 印发；请按印发时的内容打印"}
	}
	if d, ok := s.District(district); ok && d.Date < month {
		return &geo.Error{Code: geo.Invalid, Field: "month", Message: "the month has not ended: the district stands at " + d.Date.String(), Mend: "issue it when it has; until then print the draft",
			ZH: "该月尚未结束：行政区评价日为 " + d.Date.String() + "；请待月末印发，此前可打印草稿"}
	}
	return nil
}

// Issue gives the edit that issues a bulletin. A store refuses it with code
// Conflict when the month's is issued already.
func Issue(d *Document, o Options, actor string) geo.Edit {
	p := geo.Properties{"title": d.Title, "district": o.District, "month": o.Month, "known": o.Known, "issued": o.Issued, "unit": d.Unit, "actor": actor}
	if o.Number != "" {
		p["number"] = o.Number
	}
	return geo.Edit{Op: geo.Create, Feature: geo.Feature{Layer: city.Bulletin, Code: Code(o.District, o.Month), Properties: p}}
}
