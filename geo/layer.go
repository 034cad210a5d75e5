package geo

import (
	"regexp"
	"slices"
)

// LayerID names a layer: lower-case ASCII, at most 48 characters. It is the name
// of its table in the store and of its collection on the wire.
type LayerID string

// Text is a text in Chinese and English. Screens show ZH first.
type Text struct {
	ZH string `json:"zh"`
	EN string `json:"en,omitempty"`
}

// FieldType is the type of a field's values.
type FieldType string

// Field types and the Go type a value of each has in Properties.
const (
	TextField  FieldType = "text"  // string
	IntField   FieldType = "int"   // int64
	FloatField FieldType = "float" // float64
	BoolField  FieldType = "bool"  // bool
	DateField  FieldType = "date"  // Date
	TimeField  FieldType = "time"  // time.Time, UTC, microseconds
)

// Field is one property of a feature or report: a column in the store.
type Field struct {
	Name     string    `json:"name"`
	Title    Text      `json:"title"`
	Type     FieldType `json:"type"`
	Unit     string    `json:"unit,omitempty"` // as officials write it: 亿元, 公里, ㎡, ％
	Required bool      `json:"required,omitempty"`
	Enum     []string  `json:"enum,omitempty"` // allowed texts; empty = any
	Min      *float64  `json:"min,omitempty"`  // numbers only
	Max      *float64  `json:"max,omitempty"`
	Tile     bool      `json:"tile,omitempty"` // carried as a vector tile attribute
}

// GeometryKind says which shapes a layer holds, for legend, style and form.
// Every kind is stored as whatever mix of single, multi and collection arrives.
type GeometryKind string

// Geometry kinds.
const (
	AnyGeometry GeometryKind = "any"
	Points      GeometryKind = "point"
	Lines       GeometryKind = "line"
	Polygons    GeometryKind = "polygon"
	NoGeometry  GeometryKind = "none"
)

// Layer declares one schema of features. Tables, tile attributes, import
// mapping, forms and legend are all derived from it.
type Layer struct {
	ID       LayerID      `json:"id"`
	Title    Text         `json:"title"`
	Geometry GeometryKind `json:"geometry"`
	Fields   []Field      `json:"fields"`
	Reports  []Field      `json:"reports,omitempty"` // fields of its reports; none = takes no reports
	Label    string       `json:"label,omitempty"`   // field shown as the name
	Light    LightRule    `json:"light,omitzero"`
	Owner    Owner        `json:"owner,omitzero"`    // its rows belong to features of other layers
	MinZoom  uint8        `json:"minzoom,omitempty"` // first zoom at which tiles carry it
	Readers  []Role       `json:"readers,omitempty"` // who may read it besides admins; none = all who may read
	Serve    Serve        `json:"serve,omitempty"`   // where its features are read from
	Version  uint64       `json:"version,omitempty"` // of the declaration, set by the store
}

// Owner says by which of its fields a row names the feature it belongs to: a
// milestone its project, a record whatever it was made of. The zero Owner is for
// layers whose features stand for themselves.
type Owner struct {
	Layer      LayerID `json:"layer,omitempty"`      // all owners are of this layer; "" = LayerField names it, row by row
	LayerField string  `json:"layerField,omitempty"` // text field with the owner's layer
	Code       string  `json:"code,omitempty"`       // text field with the owner's code
}

// Of gives layer and code of the feature that a row with these properties
// belongs to; "" where it belongs to none.
func (o Owner) Of(p Properties) (LayerID, string) {
	layer := o.Layer
	if layer == "" && o.LayerField != "" {
		layer = LayerID(p.Text(o.LayerField))
	}
	if layer == "" || o.Code == "" {
		return "", ""
	}
	return layer, p.Text(o.Code)
}

func (o Owner) check(l *Layer) error {
	if o == (Owner{}) {
		return nil
	}
	names := []string{o.Code}
	if o.Layer == "" {
		names = append(names, o.LayerField)
	}
	for _, name := range names {
		if f, ok := l.Field(name); !ok || f.Type != TextField {
			return &Error{Code: Invalid, Layer: l.ID, Field: name, Message: "the owner is named by a field that is not a declared text"}
		}
	}
	return nil
}

// Field finds a field of the features by name.
func (l *Layer) Field(name string) (Field, bool) { return find(l.Fields, name) }

// ReportField finds a field of the reports by name.
func (l *Layer) ReportField(name string) (Field, bool) { return find(l.Reports, name) }

func find(fs []Field, name string) (Field, bool) {
	i := slices.IndexFunc(fs, func(f Field) bool { return f.Name == name })
	if i < 0 {
		return Field{}, false
	}
	return fs[i], true
}

// ReservedColumns are the columns every layer table has besides its fields.
var ReservedColumns = []string{"id", "code", "geom", "version", "feature_id", "date"}

var fieldName = regexp.MustCompile(`^[\p{L}_][\p{L}\p{N}_]{0,39}$`)

// ValidLayerID reports whether s may name a layer. Every tile asked for asks it.
func ValidLayerID(s LayerID) bool {
	if len(s) == 0 || len(s) > 48 {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if letter := 'a' <= c && c <= 'z'; !letter && (i == 0 || c != '_' && (c < '0' || c > '9')) {
			return false
		}
	}
	return true
}

// Check says what is wrong with a declaration.
func (l *Layer) Check() error {
	if !ValidLayerID(l.ID) {
		return &Error{Code: Invalid, Field: "id", Message: "layer id " + quote(string(l.ID)) + " is not usable",
			Mend: "use lower-case letters, digits and _, beginning with a letter, at most 48"}
	}
	for _, fs := range [][]Field{l.Fields, l.Reports} {
		seen := map[string]bool{}
		for _, f := range fs {
			switch {
			case !fieldName.MatchString(f.Name) || slices.Contains(ReservedColumns, f.Name):
				return &Error{Code: Invalid, Layer: l.ID, Field: f.Name, Message: "field name is not usable",
					Mend: "letters, digits and _, at most 40; not one of id, code, geom, version, feature_id, date"}
			case seen[f.Name]:
				return &Error{Code: Invalid, Layer: l.ID, Field: f.Name, Message: "field is declared twice"}
			case !slices.Contains([]FieldType{TextField, IntField, FloatField, BoolField, DateField, TimeField}, f.Type):
				return &Error{Code: Invalid, Layer: l.ID, Field: f.Name, Message: "unknown field type " + quote(string(f.Type))}
			}
			seen[f.Name] = true
		}
	}
	if l.Label != "" {
		if _, ok := l.Field(l.Label); !ok {
			return &Error{Code: Invalid, Layer: l.ID, Field: l.Label, Message: "label names a field that is not declared"}
		}
	}
	if err := l.Owner.check(l); err != nil {
		return err
	}
	for _, r := range l.Readers {
		if !slices.Contains(Roles, r) {
			return &Error{Code: Invalid, Layer: l.ID, Field: "readers", Message: "there is no role " + quote(string(r)), Mend: "use some of viewer, field, editor, auditor, admin"}
		}
	}
	if err := l.checkServe(); err != nil {
		return err
	}
	return l.Light.check(l)
}

func quote(s string) string { return "“" + s + "”" }

// Closed reports whether only some may read the layer.
func (l *Layer) Closed() bool { return len(l.Readers) > 0 }

// ReadBy reports whether users of a role may read the layer. Admins always may.
func (l *Layer) ReadBy(r Role) bool {
	return !l.Closed() || r == RoleAdmin || slices.Contains(l.Readers, r)
}
