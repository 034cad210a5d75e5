package ingest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/cql"
	"yiping/geo/format"
)

// findLayer gives the declaration as it stands in the store, or the inferred one.
func (im *importer) findLayer(ctx context.Context) error {
	layers, err := im.store.Layers(ctx)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(layers, func(l geo.Layer) bool { return l.ID == im.o.Layer })
	if i >= 0 {
		im.layer, im.known, im.inDatabase = layers[i], true, layers[i].InDatabase()
		im.layer.Fields = slices.Clone(im.layer.Fields)
		return nil
	}
	if im.o.Reports {
		return &geo.Error{Code: geo.NotFound, Layer: im.o.Layer, Message: "there is no such layer to report on",
			Mend: "known layers: " + ids(layers)}
	}
	title := im.o.Title
	if title.ZH == "" {
		title.ZH = string(im.o.Layer)
	}
	im.layer = geo.Layer{ID: im.o.Layer, Title: title, Geometry: im.survey.Kind()}
	im.res.Declared = true
	return nil
}

func ids(layers []geo.Layer) string {
	var out []string
	for _, l := range layers {
		out = append(out, string(l.ID))
	}
	return strings.Join(out, ", ")
}

// isCore reports whether the layer is one whose fields the product itself gives
// a meaning to; files do not add fields to those.
func isCore(id geo.LayerID) bool {
	return slices.ContainsFunc(city.Layers(), func(l geo.Layer) bool { return l.ID == id })
}

// mapping says which field each column fills.
type mapping map[string]string

// of gives the column of a field.
func (m mapping) of(field string) (string, bool) {
	for column, name := range m {
		if name == field {
			return column, true
		}
	}
	return "", false
}

// mapColumns finds the field of each column by name or title; a column without
// one becomes a new field where the layer may have more, else it is left, with a
// notice of how many values that concerns.
func (im *importer) mapColumns(key string) (mapping, error) {
	m, taken := mapping{}, map[string]bool{}
	var rest []format.Column
	for _, c := range im.survey.Columns() {
		if f, ok := match(im.layer.Fields, c.Name); ok && !taken[f.Name] {
			m[c.Name], taken[f.Name] = f.Name, true
		} else if c.Name != key || !isStrong(key) {
			rest = append(rest, c)
		}
	}
	for _, c := range rest {
		if isCore(im.layer.ID) {
			if c.Filled > 0 && c.Name != key { // the code was read from it
				im.notice("column %s is no field of layer %s: its %d values were left", c.Name, im.layer.ID, c.Filled)
			}
			continue
		}
		f := im.newField(c)
		im.layer.Fields = append(im.layer.Fields, f)
		im.res.Added = append(im.res.Added, f.Name)
		m[c.Name] = f.Name
		if fold(f.Name) != fold(c.Name) {
			im.notice("column %s is called %s in the layer", c.Name, f.Name)
		}
	}
	if !im.known {
		im.label()
	}
	if err := im.setLight(); err != nil {
		return m, err
	}
	if im.o.Serve != nil && *im.o.Serve != im.layer.Serve {
		im.layer.Serve, im.res.Served = *im.o.Serve, true
	}
	if err := im.layer.Check(); err != nil {
		return m, err
	}
	return m, cql.CheckRule(&im.layer)
}

// setLight takes the light rule that the options give over into the declaration.
func (im *importer) setLight() error {
	if im.o.Light == (Light{}) {
		return nil
	}
	rule := &im.layer.Light
	if isCore(im.layer.ID) || rule.Kind != geo.NoRule && rule.Kind != geo.FilterRule {
		return &geo.Error{Code: geo.Invalid, Layer: im.layer.ID, Field: "light", Message: "the layer is judged by a rule of its own",
			Mend: "change its limits in the layer " + string(city.Threshold)}
	}
	was := Light{rule.RedWhen, rule.YellowWhen, rule.GreenWhen}
	rule.Kind = geo.FilterRule
	for _, s := range [...]struct {
		to   *string
		expr string
	}{{&rule.RedWhen, im.o.Light.Red}, {&rule.YellowWhen, im.o.Light.Yellow}, {&rule.GreenWhen, im.o.Light.Green}} {
		if s.expr != "" {
			*s.to = s.expr
		}
	}
	im.res.Ruled = was != Light{rule.RedWhen, rule.YellowWhen, rule.GreenWhen}
	return nil
}

// match finds the field that a column name means: by field name or Chinese or
// English title, exactly or else whatever the case and without a unit in brackets.
func match(fields []geo.Field, column string) (geo.Field, bool) {
	for _, f := range fields {
		if f.Name == column || f.Title.ZH == strings.TrimSpace(column) {
			return f, true
		}
	}
	names := []string{fold(column), fold(withoutUnit(column))}
	for _, name := range names {
		for _, f := range fields {
			if fold(f.Name) == name {
				return f, true
			}
		}
		for _, f := range fields {
			if fold(f.Title.ZH) == name || f.Title.EN != "" && fold(f.Title.EN) == name {
				return f, true
			}
		}
	}
	return geo.Field{}, false
}

func fold(s string) string { return strings.ToLower(strings.TrimSpace(s)) }

func withoutUnit(s string) string {
	if i := strings.IndexAny(s, "(（[【"); i > 0 {
		return s[:i]
	}
	return s
}

// newField makes a field of a column. Its name fits both stores: 63 bytes at
// most, unlike every other when case is ignored.
func (im *importer) newField(c format.Column) geo.Field {
	var b strings.Builder
	for _, r := range strings.ToLower(strings.TrimSpace(c.Name)) {
		if unicode.IsLetter(r) || unicode.IsNumber(r) || r == '_' {
			b.WriteRune(r)
		} else {
			b.WriteByte('_')
		}
	}
	name := b.String()
	if first, _ := utf8.DecodeRuneInString(name); !unicode.IsLetter(first) && first != '_' {
		name = "_" + name
	}
	name = clip(name)
	if slices.Contains(geo.ReservedColumns, name) {
		name = clip(name) + "_"
	}
	for base, n := name, 2; im.taken(name); n++ {
		name = fmt.Sprintf("%s_%d", base, n)
	}
	return geo.Field{Name: name, Title: geo.Text{ZH: strings.TrimSpace(c.Name)}, Type: c.Type}
}

// clip leaves room for a number behind the name.
func clip(name string) string {
	for n, i := 0, 0; i < len(name); n++ {
		_, size := utf8.DecodeRuneInString(name[i:])
		if n == 36 || i+size > 57 {
			return name[:i]
		}
		i += size
	}
	return name
}

func (im *importer) taken(name string) bool {
	return slices.ContainsFunc(im.layer.Fields, func(f geo.Field) bool { return fold(f.Name) == name })
}

// label guesses the field that names a feature.
func (im *importer) label() {
	for _, name := range []string{"name", "名称", "名字", "项目名称", "title", "标题", "label", "全称", "简称"} {
		for i, f := range im.layer.Fields {
			if f.Name == name && f.Type == geo.TextField {
				im.layer.Label = name
				im.layer.Fields[i].Tile = true
				return
			}
		}
	}
}
