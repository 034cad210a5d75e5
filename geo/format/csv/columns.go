package csv

import (
	"fmt"
	"slices"
	"strings"
)

// The names under which coordinates are found, in order of preference. A pair is
// looked for; which of the two comes first in the file does not matter.
var (
	wktNames = []string{"wkt", "_wkt", "geometry", "geom", "the_geom", "几何", "空间数据"}
	pairs    = [][2][]string{
		{{"lon", "lng", "long", "longitude", "经度", "wgs84_lon", "wgs84_lng", "lon_wgs84", "lng_wgs84", "wgs84经度"},
			{"lat", "latitude", "纬度", "wgs84_lat", "lat_wgs84", "wgs84纬度"}},
		{{"x", "x坐标", "coord_x", "point_x"}, {"y", "y坐标", "coord_y", "point_y"}},
	}
)

// place says where in a record the geometry is; -1 is nowhere.
type place struct {
	wkt, lon, lat int
	bare          bool // lon and lat are called x and y, which may be anything
}

func (p place) any() bool { return p.wkt >= 0 || p.lon >= 0 }

// find looks for the columns of the geometry.
func find(columns []string, o Options) (place, error) {
	p := place{wkt: -1, lon: -1, lat: -1}
	if o.WKT != "" || o.Lon != "" || o.Lat != "" {
		return told(columns, o)
	}
	folded := make([]string, len(columns))
	for i, c := range columns {
		folded[i] = strings.ToLower(strings.TrimSpace(c))
	}
	if p.wkt = first(folded, wktNames); p.wkt >= 0 {
		return p, nil
	}
	for i, pair := range pairs {
		lon, lat := first(folded, pair[0]), first(folded, pair[1])
		if lon >= 0 && lat >= 0 {
			p.lon, p.lat, p.bare = lon, lat, i > 0
			return p, nil
		}
	}
	return p, nil
}

func first(columns, names []string) int {
	for _, n := range names {
		if i := slices.Index(columns, n); i >= 0 {
			return i
		}
	}
	return -1
}

func told(columns []string, o Options) (place, error) {
	at := func(name string) (int, error) {
		if name == "" {
			return -1, nil
		}
		if i := slices.Index(columns, name); i >= 0 {
			return i, nil
		}
		return -1, invalid(name, "the file has no such column", "its columns are "+strings.Join(columns, ", "))
	}
	p := place{wkt: -1, lon: -1, lat: -1}
	var err error
	if p.wkt, err = at(o.WKT); err != nil {
		return p, err
	}
	if p.lon, err = at(o.Lon); err != nil {
		return p, err
	}
	if p.lat, err = at(o.Lat); err != nil {
		return p, err
	}
	if (p.lon < 0) != (p.lat < 0) {
		return p, invalid("", "longitude and latitude columns must be named together", "")
	}
	return p, nil
}

// named gives every column a name of its own, and says where it changed one.
func named(header []string) (columns, notices []string) {
	seen := map[string]bool{}
	for i, h := range header {
		name := strings.TrimSpace(h)
		if name == "" {
			name = fmt.Sprintf("column_%d", i+1)
			notices = append(notices, fmt.Sprintf("column %d has no name: called %s", i+1, name))
		}
		for base, n := name, 2; seen[name]; n++ {
			name = fmt.Sprintf("%s_%d", base, n)
			if !seen[name] {
				notices = append(notices, fmt.Sprintf("column %d is a second “%s”: called %s", i+1, base, name))
			}
		}
		seen[name] = true
		columns = append(columns, name)
	}
	return columns, notices
}
