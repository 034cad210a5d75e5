package ogc

import (
	"math"
	"time"

	"yiping/geo"
	"yiping/geo/snapshot"
)

// looks is what is to be known of the values of a layer to tell GDAL their types:
// it cuts whole numbers down to 32 bits, and takes a text that looks like a day
// for one, which in a column of texts comes out as 2022/01/03.
type looks struct {
	wide map[string]bool // whole numbers of which some take more than 32 bits
	days map[string]bool // texts that are all days, such as the codes of workdays
}

func (e *extents) looks(l *snapshot.Layer) looks {
	d := l.Decl()
	if !d.InDatabase() {
		return e.of(l).looks
	}
	// The declaration tells all that is known.
	out := looks{wide: map[string]bool{}}
	for _, f := range d.Fields {
		out.wide[f.Name] = f.Min == nil || f.Max == nil || *f.Min < math.MinInt32 || *f.Max > math.MaxInt32
	}
	return out
}

// typeOf gives type and format of JSON Schema that the values of a property have.
func (k looks) typeOf(p property) (string, string) {
	switch {
	case p.field.Type == geo.IntField && k.wide[p.name]:
		return "number", ""
	case !p.computed() && p.field.Type == geo.TextField && k.days[p.name]:
		return "string", "date"
	}
	return typeOf(p.field.Type)
}

// looker looks at one feature after another.
type looker struct {
	fields []geo.Field
	whole  []int        // places of whole numbers among the fields
	texts  map[int]bool // places of texts that were all days so far, and whether there were any; -1: the code
	wide   map[string]bool
}

func newLooker(d *geo.Layer) *looker {
	k := &looker{fields: d.Fields, texts: map[int]bool{-1: false}, wide: map[string]bool{}}
	for n, f := range d.Fields {
		switch f.Type {
		case geo.IntField:
			k.whole = append(k.whole, n)
		case geo.TextField:
			k.texts[n] = false
		}
	}
	return k
}

func (k *looker) at(i snapshot.Item) {
	for _, n := range k.whole {
		if v, ok := i.Int(n); ok && v != int64(int32(v)) {
			k.wide[k.fields[n].Name] = true
		}
	}
	for n := range k.texts {
		text := i.Code()
		if n >= 0 {
			text = i.Text(k.fields[n].Name)
		}
		if text == "" {
			continue
		}
		if _, err := time.Parse(time.DateOnly, text); err != nil {
			delete(k.texts, n)
			continue
		}
		k.texts[n] = true
	}
}

func (k *looker) looks() looks {
	out := looks{wide: k.wide, days: map[string]bool{}}
	for n, some := range k.texts {
		if n < 0 {
			out.days["code"] = some
		} else {
			out.days[k.fields[n].Name] = some
		}
	}
	return out
}
