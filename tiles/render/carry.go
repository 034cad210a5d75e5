package render

import (
	"yiping/geo"
	"yiping/geo/snapshot"
	"yiping/tiles/mvt"
)

// carrier gives the features of one layer of a tile their attributes: code, light,
// overdue when it is, the field the layer is labelled by, under its own name and as
// name, and the fields declared for tiles; of these and all fields those asked for.
// Values come from the columns without a detour through any, which would allocate.
type carrier struct {
	encoder              *mvt.Encoder
	view                 *View
	source               *snapshot.Layer
	code, light, overdue mvt.Key
	lights               [4]known
	columns              []carried
	written              []byte // a value as text
}

// carried is a field and the key it goes by.
type carried struct {
	key    mvt.Key
	field  int
	asText bool // whatever its type
	// Values that the layer has already, by the last bits of their numbers in the
	// column, so that a text is looked up when it is new only.
	known [knownTexts]known
}

const knownTexts = 64

type known struct {
	text  uint32 // its number in the column; 0: none
	value mvt.Value
}

// begin readies for a layer that the encoder has just begun.
func (c *carrier) begin(e *mvt.Encoder, v *View, source *snapshot.Layer) {
	c.encoder, c.view, c.source = e, v, source
	c.code, c.light, c.overdue = e.Key(codeAttribute), e.Key(lightAttribute), e.Key(overdueAttribute)
	c.lights, c.columns = [4]known{}, c.columns[:0]
	if v.name >= 0 {
		c.add(e.Key(nameAttribute), v.name, true)
	}
	for _, i := range v.fields {
		name := v.decl.Fields[i].Name
		if i == v.name && name == nameAttribute {
			continue // given already
		}
		c.add(e.Key(name), i, false)
	}
}

func (c *carrier) add(k mvt.Key, field int, asText bool) {
	if n := len(c.columns); n < cap(c.columns) {
		c.columns = c.columns[:n+1]
		c.columns[n].known = [knownTexts]known{}
	} else {
		c.columns = append(c.columns, carried{})
	}
	last := &c.columns[len(c.columns)-1]
	last.key, last.field, last.asText = k, field, asText
}

// give gives the open feature its attributes; of a tile that is barest, no more
// than the light.
func (c *carrier) give(it snapshot.Item, barest bool) {
	e, v := c.encoder, c.view
	if v.code && !barest {
		e.String(c.code, it.Code())
	}
	if v.light {
		c.giveLight(it)
	}
	if barest {
		return
	}
	if v.overdue && it.Overdue() {
		e.Bool(c.overdue, true)
	}
	for i := range c.columns {
		c.giveField(it, &c.columns[i])
	}
}

func (c *carrier) giveLight(it snapshot.Item) {
	light := it.Light()
	if k := &c.lights[light]; k.text != 0 {
		c.encoder.Again(c.light, k.value)
	} else {
		*k = known{1, c.encoder.String(c.light, light.String())}
	}
}

// giveField gives the open feature its value of a field, if it has one: dates as
// 2022-12-31, times by RFC 3339.
func (c *carrier) giveField(it snapshot.Item, of *carried) {
	e, i := c.encoder, of.field
	switch t := c.view.decl.Fields[i].Type; {
	case t == geo.TextField:
		c.giveText(it.DictID(i), of)
	case t == geo.FloatField && !of.asText:
		if v, ok := it.Number(i); ok {
			e.Float(of.key, v)
		}
	case t == geo.IntField && !of.asText:
		if v, ok := it.Int(i); ok {
			e.Int(of.key, v)
		}
	case t == geo.BoolField && !of.asText:
		if v, ok := it.Bool(i); ok {
			e.Bool(of.key, v)
		}
	default:
		if c.written = it.AppendText(c.written[:0], i); len(c.written) > 0 {
			e.Text(of.key, c.written)
		}
	}
}

// giveText gives the open feature the text of a number, unless it has none.
func (c *carrier) giveText(text uint32, of *carried) {
	k := &of.known[text%knownTexts]
	switch {
	case text == 0:
	case k.text == text:
		c.encoder.Again(of.key, k.value)
	default:
		*k = known{text, c.encoder.String(of.key, c.source.DictText(of.field, text))}
	}
}

// release lets go of the snapshot.
func (c *carrier) release() { c.encoder, c.view, c.source = nil, nil, nil }
