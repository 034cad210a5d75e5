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
	byUnit         bool // … if one of a single unit
}

func (c concern) holds(i Item) bool {
	if c.district != "" && c.district != i.District() {
		return false
	}
	return c.unit == "" || i.l.decl.Light.Unit == "" || i.l.of.reporter(i.District(), c.unit) == i.reporter()
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
	w.concernUnits()
	if len(w.concerns) == 0 && (w.to.units == nil || w.sameDates()) {
		return
	}
	w.to.book = w.to.readBook()
	w.concerns = slices.DeleteFunc(w.concerns, func(c concern) bool {
		if c.byUnit {
			return !w.from.book.ByUnit(c.layer) && !w.to.book.ByUnit(c.layer)
		}
		return c.period && !w.from.book.HeedsPeriods(c.layer) && !w.to.book.HeedsPeriods(c.layer)
	})
}

// concernUnits notes that by another register of units a period of one unit may
// be that of other features.
func (w *work) concernUnits() {
	if w.to.units == w.from.units {
		return
	}
	for _, l := range w.to.layers {
		if len(l.decl.Reports) > 0 {
			w.concerns = append(w.concerns, concern{layer: l.decl.ID, period: true, byUnit: true})
		}
	}
}

// readBook reads the rulebook; nil where no row says anything.
func (s *Snapshot) readBook() *geo.Rulebook {
	var thresholds []geo.Threshold
	var periods []geo.Period
	days := map[geo.Date]bool{}
	s.each(city.Threshold, func(p geo.Properties) { thresholds = append(thresholds, city.ThresholdOf(p)) })
	s.each(city.Period, func(p geo.Properties) { periods = append(periods, s.periodsOf(city.PeriodOf(p))...) })
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

// periodsOf puts the name that its unit goes by into a period. One of all
// districts is that of every unit of such a name, under the name of each on its
// district's day.
func (s *Snapshot) periodsOf(p geo.Period) []geo.Period {
	if p.Unit == "" || s.units == nil {
		return []geo.Period{p}
	}
	names := []string{s.reporter(p.District, p.Unit)}
	if p.District == "" {
		names = append(names, p.Unit)
		for _, district := range s.units.districts {
			names = append(names, s.reporter(district, p.Unit))
		}
		for district := range s.dates.rows {
			names = append(names, s.reporter(district, p.Unit))
		}
		slices.Sort(names)
	}
	var out []geo.Period
	for _, p.Unit = range slices.Compact(names) {
		out = append(out, p)
	}
	return out
}

// each gives the properties of all features of a layer, by id.
func (s *Snapshot) each(id geo.LayerID, take func(geo.Properties)) {
	if l, ok := s.Layer(id); ok {
		l.All(func(i Item) bool { take(i.Properties()); return true })
	}
}
