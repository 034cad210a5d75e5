package reporting

import (
	"cmp"
	"fmt"
	"hash/maphash"
	"maps"
	"slices"
	"time"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/snapshot"
)

// Seal is what the reports of a layer's month were when their period was sealed.
// It never changes, and is small beside the snapshot that it was taken from.
type Seal struct {
	At      time.Time
	reports map[geo.ID]map[geo.Date]uint64 // hash of the values
}

var sealSeed = maphash.MakeSeed()

// sum tells values apart: fmt prints maps in order of their keys.
func sum(p geo.Properties) uint64 { return maphash.String(sealSeed, fmt.Sprint(map[string]any(p))) }

// TakeSeal takes the seal of a month from the snapshot of what was recorded by
// the moment of sealing.
func TakeSeal(at time.Time, recorded *snapshot.Snapshot, layer geo.LayerID, month geo.Date) Seal {
	s := Seal{at, map[geo.ID]map[geo.Date]uint64{}}
	if l, ok := recorded.Layer(layer); ok {
		for i := range l.All {
			if sums := sumsOf(i.Reports(), month); len(sums) > 0 {
				s.reports[i.ID()] = sums
			}
		}
	}
	return s
}

func sumsOf(reports []geo.Report, month geo.Date) map[geo.Date]uint64 {
	out := map[geo.Date]uint64{}
	for k := range reports {
		if r := &reports[k]; r.Date.SameMonth(month) {
			out[r.Date] = sum(r.Properties)
		}
	}
	return out
}

// Broken lists the reports that are other than when their period was sealed, or
// are new or gone since: what the API refuses, and SQL can do. seal gives the seal
// of a period by its row, and false where there is none to compare with.
func (d *Desk) Broken(f Filter, seal func(row snapshot.Item) (Seal, bool, error)) ([]Finding, error) {
	var out []Finding
	for _, p := range d.sealedMonths(f) {
		l, ok := d.snap.Layer(p.layer)
		if !ok {
			continue
		}
		rows := d.periodRows(p.layer, p.month)
		for i := range l.All {
			row, ok := d.covering(rows, i)
			if !ok || row.Text("state") != geo.Sealed || !d.holds(&f, i) {
				continue
			}
			s, ok, err := seal(row)
			if err != nil {
				return nil, err
			}
			if ok {
				out = append(out, d.broken(i, s, p.month)...)
			}
		}
	}
	return out, nil
}

type layerMonth struct {
	layer geo.LayerID
	month geo.Date // its last day
}

// sealedMonths gives the months of which a period is sealed.
func (d *Desk) sealedMonths(f Filter) []layerMonth {
	found := map[layerMonth]bool{}
	if l, ok := d.snap.Layer(city.Period); ok {
		for i := range l.All {
			p := layerMonth{geo.LayerID(i.Text("layer")), dateOf(i, "ends").MonthEnd()}
			if i.Text("state") == geo.Sealed && (f.Layer == "" || f.Layer == p.layer) && (f.Month == 0 || f.Month.SameMonth(p.month)) {
				found[p] = true
			}
		}
	}
	return slices.SortedFunc(maps.Keys(found), func(a, b layerMonth) int {
		return cmp.Or(cmp.Compare(a.layer, b.layer), cmp.Compare(a.month, b.month))
	})
}

// covering gives the period of a month that a feature's reports fall into, the
// most special as geo.Rulebook.Period has it.
func (d *Desk) covering(rows []snapshot.Item, i snapshot.Item) (best snapshot.Item, found bool) {
	top := -1
	for _, row := range rows {
		district, unit, special := row.Text("district"), row.Text("unit"), 0
		if district != "" {
			special++
		}
		if unit != "" {
			special += 2
		}
		if special > top && (district == "" || district == i.District()) && (unit == "" || d.UnitName(i.District(), unit) == d.Unit(i)) {
			best, found, top = row, true, special
		}
	}
	return best, found
}

// broken compares the reports of one feature with the seal.
func (d *Desk) broken(i snapshot.Item, s Seal, month geo.Date) []Finding {
	was, now := s.reports[i.ID()], sumsOf(d.Reports(i), month)
	days := maps.Clone(now)
	for day, sum := range was {
		if d.Until == 0 || day <= d.Until {
			days[day] = sum
		}
	}
	var out []Finding
	for _, day := range slices.Sorted(maps.Keys(days)) {
		old, had := was[day]
		is, has := now[day]
		if had && has && old == is {
			continue
		}
		zh, en := "修改", "changed"
		switch {
		case !had:
			zh, en = "补入", "added"
		case !has:
			zh, en = "删除", "deleted"
		}
		at := s.At.In(geo.China).Format("2006-01-02 15:04")
		f := d.finding(Broken, i, day)
		out = append(out, f.say(geo.Text{ZH: fmt.Sprintf("%s 的报告在 %s 封账之后被%s", day, at, zh),
			EN: fmt.Sprintf("The report of %s was %s after its period was sealed at %s", day, en, at)}, mendSealed))
	}
	return out
}
