package csv

import (
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"
	"github.com/peterstace/simplefeatures/geom"
)

// parseWKT reads well-known text, with heights where it has them, and the SRID
// prefix of PostGIS where it means WGS 84.
func parseWKT(text string) (orb.Geometry, []float64, error) {
	text = strings.TrimSpace(text)
	for _, prefix := range []string{"SRID=4326;", "SRID=4490;"} {
		text = strings.TrimPrefix(text, prefix)
	}
	g, err := geom.UnmarshalWKT(text, geom.NoValidate{})
	if err != nil {
		return nil, nil, err
	}
	if g.IsPoint() && g.IsEmpty() {
		return nil, nil, nil
	}
	out, err := wkb.Unmarshal(g.Force2D().AsBinary())
	if err != nil || !g.CoordinatesType().Is3D() {
		return out, nil, err
	}
	seq := g.DumpCoordinates()
	z := make([]float64, seq.Length())
	for i := range z {
		z[i] = seq.Get(i).Z
	}
	return out, z, nil
}
