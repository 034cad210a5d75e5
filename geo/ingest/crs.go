package ingest

import (
	"errors"
	"fmt"
	"strings"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/crs"
	"yiping/geo/format"
)

// findCRS settles the coordinate system of the file: as told, as the file says,
// else WGS 84. What would land in the wrong place is refused.
func (im *importer) findCRS() error {
	name, says := im.o.CRS, im.survey.Info.CRS
	if name == "" {
		name = says
	}
	if name != "" {
		c, err := crs.Parse(name)
		if err != nil {
			return crsError(err, im.o.CRS == "")
		}
		im.crs = c
	}
	if im.extent == nil {
		return nil
	}
	if told, err := crs.Parse(says); err == nil && im.o.CRS != "" && told.String() != im.crs.String() {
		im.notice("the file says its coordinates are %s, they are read as %s", says, im.crs)
	}
	plane := im.survey.Projected*2 > im.survey.Shapes
	switch {
	case plane && im.crs.Degrees():
		return im.refuse("the coordinates are metres of a plane, not longitude and latitude")
	case !plane && im.crs.EPSG() != 0 && !im.crs.Degrees():
		return &geo.Error{Code: geo.Invalid, Field: "crs", Message: "the coordinates are not metres of " + im.crs.String() + ", they look like longitude and latitude",
			Mend: "say --crs EPSG:4326"}
	case name == "":
		return im.doubt()
	}
	return im.checkExtent()
}

// checkExtent says once, not for every record, that the whole file lies outside
// its system. Both far corners do then.
func (im *importer) checkExtent() error {
	_, err := im.crs.ToWGS84(im.extent.Min)
	if err == nil {
		return nil
	}
	if _, err := im.crs.ToWGS84(im.extent.Max); err == nil {
		return nil
	}
	return outsideError(err)
}

// crsError makes the error of a name that is not read one of the domain.
func crsError(err error, ofFile bool) error {
	out := &geo.Error{Code: geo.Invalid, Field: "crs", Message: err.Error()}
	var e *crs.Error
	if errors.As(err, &e) {
		if e.Unknown {
			out.Code = geo.Unsupported
		}
		out.Message, out.Mend = fmt.Sprintf("coordinate system “%s”: %s", e.Text, e.Message), e.Mend
	}
	if ofFile {
		out.Message = "the file says a system that cannot be read: " + out.Message
		out.Mend = strings.TrimPrefix(out.Mend+"; or say with --crs what it is", "; ")
	}
	return out
}

// extend notes where another geometry lies.
func (im *importer) extend(b orb.Bound) {
	if im.extent != nil {
		b = im.extent.Union(b)
	}
	if !b.IsEmpty() {
		im.extent = &b
	}
}

func (im *importer) guess() []crs.Guessed {
	if im.extent == nil {
		return nil
	}
	return crs.Guess(*im.extent)
}

// refuse names the likely systems of coordinates that cannot be degrees.
func (im *importer) refuse(message string) error {
	guesses := im.guess()
	if len(guesses) == 0 {
		return &geo.Error{Code: geo.Unsupported, Field: "crs", Message: message,
			Mend: "name their system with --crs, such as EPSG:4549, or declare it like --crs tmerc:lon_0=121.5,x_0=0,y_0=-3500000"}
	}
	if guesses[0].Swapped {
		message += ", and x and y seem to be exchanged: easting must come first"
	}
	names := make([]string, 0, 4)
	for i, g := range guesses {
		if i == cap(names) {
			names = append(names[:i-1], "…")
			break
		}
		names = append(names, fmt.Sprintf("%s (%s)", g.CRS, g.CRS.Name()))
	}
	return &geo.Error{Code: geo.Unsupported, Field: "crs", Message: message,
		Mend: "name their system with --crs; likely: " + strings.Join(names, ", ") + "; " + guesses[0].Warning}
}

// doubt speaks of degrees whose system nobody has named.
func (im *importer) doubt() error {
	guesses := im.guess()
	switch {
	case len(guesses) == 0:
		return nil // single vertices may be at fault, which their records will say
	case guesses[0].Swapped:
		return &geo.Error{Code: geo.Invalid, Field: "crs", Message: "latitude seems to come before longitude in this file",
			Mend: "write longitude first; the columns of a table are named with --lon and --lat"}
	case len(guesses) > 1:
		im.notice("the coordinates are taken as WGS 84; GCJ-02 or BD-09 of a Chinese map service cannot be told from it by their numbers and would lie 300 to 1,200 metres off: say --crs GCJ-02 or BD-09 if they are, or EPSG:4326 if not")
	}
	return nil
}

// placed gives the geometry of a record in WGS 84.
func (im *importer) placed(row format.Row) (orb.Geometry, error) {
	if im.crs.IsWGS84() {
		return row.Geometry, nil
	}
	g, err := crs.Transform(row.Geometry, im.crs, crs.CRS{})
	return g, outsideError(err)
}

// outsideError makes the error of a position one of the domain.
func outsideError(err error) error {
	var outside *crs.OutsideError
	if !errors.As(err, &outside) {
		return err
	}
	return &geo.Error{Code: geo.Invalid, Field: "geom", Mend: outside.Mend,
		Message: fmt.Sprintf("position %.10g, %.10g is outside %s: %s", outside.Point[0], outside.Point[1], outside.CRS, outside.Message)}
}
