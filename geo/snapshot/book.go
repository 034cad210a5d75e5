package snapshot

import (
	"slices"

	"yiping/geo"
	"yiping/geo/city"
)

// concern names features that a changed rule may judge in another way; "" is any.
type concern struct {
	layer          geo.LayerID
	district, unit string
	period         bool // it comes of a period
}

func (c concern) holds(i Item) bool {
	if c.district != "" && c.district != i.District() {
		return false
	}
	return c.unit == "" || i.l.decl.Light.Unit == "" || c.unit == i.Text(i.l.decl.Light.Unit)
}

// concernedIn gives the concerns that may hold for features of a layer.
func (w *work) concernedIn(layer geo.LayerID) []concern {
	var out []concern
	for _, c := range w.concerns {
		if c.layer == "" || c.layer == layer {
			out = append(out, c)
		}
	}
	return out
}

// rules are the layers that make the rulebook, and whom a row of each concerns.
var rules = map[geo.LayerID]func(geo.Properties) concern{
	city.Threshold: func(p geo.Properties) concern {
		return concern{layer: geo.LayerID(p.Text("layer")), district: p.Text("district")}
	},
	city.Period: func(p geo.Properties) concern {
		return concern{layer: geo.LayerID(p.Text("layer")), district: p.Text("district"), unit: p.Text("unit"), period: true}
	},
	city.Workday: func(geo.Properties) concern { return concern{} },
}

// setBook makes the rulebook anew where a row of it changed, and notes whom that
// concerns. The layers must be frozen.
func (w *work) setBook() {
	for id, concerns := range rules {
		if w.whole[id] {
			w.concerns = append(w.concerns, concern{})
			continue
		}
		o := w.open[id]
		if o == nil {
			continue
		}
		for id := range o.touched {
			c := o.change(id)
			if c.compare(); !c.recorded() {
				continue
			}
			if c.HadOld {
				w.concerns = append(w.concerns, concerns(c.Old.Properties()))
			}
			if c.HasNew {
				w.concerns = append(w.concerns, concerns(c.New.Properties()))
			}
		}
	}
	if len(w.concerns) == 0 {
		return
	}
	w.to.book = w.to.readBook()
	w.concerns = slices.DeleteFunc(w.concerns, func(c concern) bool {
		return c.period && !w.from.book.HeedsPeriods(c.layer) && !w.to.book.HeedsPeriods(c.layer)
	})
}

// readBook reads the rulebook; nil where no row says anything.
func (s *Snapshot) readBook() *geo.Rulebook {
	var thresholds []geo.Threshold
	var periods []geo.Period
	days := map[geo.Date]bool{}
	s.each(city.Threshold, func(p geo.Properties) { thresholds = append(thresholds, city.ThresholdOf(p)) })
	s.each(city.Period, func(p geo.Properties) { periods = append(periods, city.PeriodOf(p)) })
	s.each(city.Workday, func(p geo.Properties) {
		if day, worked := city.WorkdayOf(p); day != 0 {
			days[day] = worked
		}
	})
	if len(thresholds)+len(periods)+len(days) == 0 {
		return nil
	}
	return geo.NewRulebook(thresholds, days, periods)
}

// each gives the properties of all features of a layer, by id.
func (s *Snapshot) each(id geo.LayerID, take func(geo.Properties)) {
	if l, ok := s.Layer(id); ok {
		l.All(func(i Item) bool { take(i.Properties()); return true })
	}
}
