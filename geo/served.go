package geo

import (
	"context"
	"slices"

	"github.com/paulmach/orb"
)

// Serve says where the features of a layer are read from.
type Serve string

// The ways to serve. A layer in memory can be judged, counted and looked back at;
// one in the database can be larger than memory, and is read with each question.
const (
	FromMemory   Serve = ""
	FromDatabase Serve = "database"
)

// InDatabase reports whether the layer's features stay in the database.
func (l *Layer) InDatabase() bool { return l.Serve == FromDatabase }

// placing are the layers that features of all others are placed by.
var placing = []LayerID{"district", "town"}

// checkServe refuses to leave in the database what has to be at hand.
func (l *Layer) checkServe() error {
	wrong := func(message, zh string) error {
		return &Error{Code: Invalid, Layer: l.ID, Field: "serve", Message: message, ZH: zh, Mend: "serve it from memory"}
	}
	switch {
	case l.Serve != FromMemory && l.Serve != FromDatabase:
		return &Error{Code: Invalid, Layer: l.ID, Field: "serve", Message: "“" + string(l.Serve) + "” is no way to serve a layer",
			ZH: "“" + string(l.Serve) + "”不是图层的服务方式；可用 database 或留空", Mend: "use database, or nothing for memory"}
	case !l.InDatabase():
		return nil
	case l.Geometry == NoGeometry:
		return wrong("a layer without geometry cannot be served from the database", "没有几何的图层不能由数据库直接服务")
	case l.Light.Kind != NoRule:
		return wrong("a layer with a light rule cannot be served from the database: its lights are judged in memory", "有灯色规则的图层不能由数据库直接服务：灯色在内存中评判")
	case len(l.Reports) > 0 || l.Owner != (Owner{}):
		return wrong("a layer with reports or owners cannot be served from the database", "有填报或从属关系的图层不能由数据库直接服务")
	case slices.Contains(placing, l.ID):
		return wrong("all features are placed by this layer", "所有要素都按此图层定位，须由内存服务")
	}
	return nil
}

// NotInMemory says that what was asked for is worked out from layers in memory,
// and this one is not there.
func NotInMemory(id LayerID) *Error {
	return &Error{Code: Unsupported, Layer: id, Message: "layer “" + string(id) + "” is served from the database: its features are not in memory to be judged, counted or looked back at",
		ZH:   "图层“" + string(id) + "”由数据库直接服务，不在内存中，不能评判、统计或回看；可查其要素与瓦片，或用 yiping layer serve 改由内存服务",
		Mend: "ask for its features or tiles, or let it be served from memory: yiping layer serve"}
}

// Area is where a layer served from the database changed: the box of rows as they
// were or are.
type Area struct {
	Layer LayerID
	Bound orb.Bound // degrees
}

// Selection says which features of a layer are wanted.
type Selection struct {
	Layer  LayerID
	Bound  *orb.Bound // those whose box meets it, or all but meets it; nil = anywhere
	Filter string     // those that this CQL2 text is true of; "" = all
	IDs    []ID       // those of these ids; nil = any
	Codes  []string   // those of these codes; nil = any
}

// Page is a part of a selection in order: the first Limit after the feature After,
// or the last Limit before Before where that is given. In an order other than that
// of ids, Keys are those of that feature: it need not be there any more.
type Page struct {
	Order         []Order
	Keys          []Key // one for each of Order; none on the first page
	After, Before ID
	Limit         int
}

// Order is a term that features are ordered by before their ids. What is absent
// comes last, up and down.
type Order struct {
	Name string // id, code or a field
	Down bool
}

// Key is a value that a feature has in a term: a text, in the order of its bytes,
// or a number: 1 for true, a Date, a time in microseconds since 1970.
type Key struct {
	Absent bool
	Number float64
	Text   string
}

// Grid is how a crowd is thinned: the world, in Web Mercator, in Cells by Cells
// equal squares, or, where these leave more than Most features, with Cells halved
// as often as it takes.
type Grid struct {
	Cells float64
	Most  int // so many features are not thinned
}

// Sample is what a Grid leaves of a selection, in order of id.
type Sample struct {
	Features []*Feature
	Of       int64 // features there are
}

// Thinned reports whether the sample is not all.
func (s *Sample) Thinned() bool { return int64(len(s.Features)) < s.Of }

// LayerServer reads layers that stay in the database. Everything it reads is as
// of the moment it is asked, never older than what the feed has told. Codes:
// NotFound, Invalid and Unsupported for a filter, Unavailable when the answer
// takes too long.
type LayerServer interface {
	// Find gives a page of a selection, in its order.
	Find(ctx context.Context, s Selection, p Page) ([]*Feature, error)
	// Sample gives a selection whole or, where it is more than g.Most, of every cell
	// of the grid the most extended feature whose box is centred in it, of equals
	// that of the lowest id. It is the same whenever and wherever it is asked.
	Sample(ctx context.Context, s Selection, g Grid) (Sample, error)
	// Nearest gives features such that none left out is nearer to the point, on the
	// ellipsoid, than the k-th nearest of those given or than within metres.
	Nearest(ctx context.Context, s Selection, at orb.Point, k int, within float64) ([]*Feature, error)
	// Estimate gives about how many features a layer has, as statistics have it.
	Estimate(ctx context.Context, layer LayerID) (int64, error)
}
