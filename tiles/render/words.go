package render

import "yiping/geo"

// KindOf gives a field's type as TileJSON 3.0.0 (3.3) and PMTiles word it.
func KindOf(t geo.FieldType) string {
	switch t {
	case geo.IntField, geo.FloatField:
		return "Number"
	case geo.BoolField:
		return "Boolean"
	}
	return "String"
}

// ClusterFields gives the attributes of a cluster with their kinds: how many features
// a crowded tile does not show, how many of each light, and the worst of these.
func ClusterFields() map[string]string {
	return map[string]string{"light": "String", "count": "Number", "red": "Number", "yellow": "Number", "green": "Number", "none": "Number"}
}
