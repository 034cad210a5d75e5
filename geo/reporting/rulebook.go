package reporting

import (
	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/snapshot"
)

func rulebook(s *snapshot.Snapshot) *geo.Rulebook {
	var thresholds []geo.Threshold
	days := map[geo.Date]bool{}
	var periods []geo.Period
	each := func(id geo.LayerID, fn func(p geo.Properties)) {
		if l, ok := s.Layer(id); ok {
			for i := range l.All {
				fn(i.Properties())
			}
		}
	}
	each(city.Threshold, func(p geo.Properties) {
		t := geo.Threshold{Layer: geo.LayerID(p.Text("layer")), District: p.Text("district"), From: p.Date("effective_from")}
		if n, ok := p["due_workday"].(int64); ok {
			v := int(n)
			t.DueWorkday = &v
		}
		thresholds = append(thresholds, t)
	})
	each(city.Workday, func(p geo.Properties) { days[p.Date("day")] = p.Text("kind") == "班" })
	each(city.Period, func(p geo.Properties) {
		periods = append(periods, geo.Period{Layer: geo.LayerID(p.Text("layer")), District: p.Text("district"), Unit: p.Text("unit"),
			Date: p.Date("ends"), Due: p.Date("due"), State: p.Text("state")})
	})
	return geo.NewRulebook(thresholds, days, periods)
}
