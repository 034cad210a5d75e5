package reporting

import "strings"

// UnitName gives the name that a unit of a district goes by on the district's
// day, for any of its names.
func (d *Desk) UnitName(district, name string) string {
	return d.snap.UnitName(district, strings.TrimSpace(name), d.DistrictDay(district))
}
