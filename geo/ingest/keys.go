package ingest

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"yiping/geo"
	"yiping/geo/format"
)

// Columns that hold the code by their name, in order of preference. A strong
// name means the code: a value missing or given twice is a fault of the file. A
// weak one is taken only where it serves.
var (
	strong = []string{"code", "编码", "代码", "编号", "项目编号", "项目代码", "项目编码"}
	weak   = []string{"id", "uuid", "gml_id", "osm_id", "gid", "fid", "ogc_fid", "objectid", "adcode", "admincode"}
)

// ownID stands for the id that a GeoJSON feature has outside its properties.
const ownID = "\x00id"

// keys finds out which column can be the code.
type keys struct {
	told    string
	rows    int
	columns map[string]*key
}

type key struct {
	values map[string]bool
	filled int
}

func (k *keys) observe(row format.Row) {
	if k.columns == nil {
		k.columns = map[string]*key{}
	}
	k.rows++
	if row.ID != "" {
		k.see(ownID, row.ID)
	}
	for name, v := range row.Values {
		if name == k.told || rank(name) >= 0 {
			k.see(name, v)
		}
	}
}

func (k *keys) see(name string, v any) {
	c := k.columns[name]
	if c == nil {
		c = &key{values: map[string]bool{}}
		k.columns[name] = c
	}
	if s := codeText(v); s != "" {
		c.filled++
		c.values[s] = true
	}
}

// rank orders names of key columns; -1 is none.
func rank(name string) int {
	if name == ownID {
		return len(strong)
	}
	n := fold(name)
	if i := slices.Index(strong, n); i >= 0 {
		return i
	}
	if i := slices.Index(weak, n); i >= 0 {
		return len(strong) + 1 + i
	}
	return -1
}

// title is what a column is called to people.
func title(name string) string {
	if name == ownID {
		return "id"
	}
	return name
}

// lacking are the columns that have a name for the code and something in them, in
// order of preference, when none can be it.
func (k *keys) lacking() []string {
	var out []string
	for name, c := range k.columns {
		if rank(name) >= 0 && c.filled > 0 {
			out = append(out, name)
		}
	}
	slices.SortFunc(out, func(a, b string) int { return cmp.Or(rank(a)-rank(b), strings.Compare(a, b)) })
	return out
}

func isStrong(name string) bool { return slices.Contains(strong, fold(name)) }

// choose gives the key column; "" when codes are to be made.
func (k *keys) choose(columns []string) (string, error) {
	if k.told != "" {
		if !slices.Contains(columns, k.told) {
			return "", &geo.Error{Code: geo.Invalid, Field: k.told, Message: "the file has no column of this name to be the key",
				Mend: "its columns are " + strings.Join(columns, ", ")}
		}
		return k.told, nil
	}
	best, bestRank := "", -1
	for name, c := range k.columns {
		r := rank(name)
		serves := c.filled == k.rows && len(c.values) == k.rows
		if r < 0 || !isStrong(name) && !serves {
			continue
		}
		if bestRank < 0 || r < bestRank || r == bestRank && name < best {
			best, bestRank = name, r
		}
	}
	return best, nil
}

// codeOf gives the code of a row by its key column, made where there is none.
func codeOf(row format.Row, column, file string) (string, error) {
	s := codeText(row.Values[column])
	switch column {
	case "":
		return madeCode(file, row.N), nil
	case ownID:
		s = row.ID
	}
	if s != "" {
		return s, nil
	}
	return "", &geo.Error{Code: geo.Invalid, Field: title(column), Message: "the code is missing", Mend: "each record needs one, or name another column with --key"}
}

func codeText(v any) string {
	switch v := v.(type) {
	case string:
		return strings.TrimSpace(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return ""
}

// madeCode is stable: the same file again gives the same codes.
func madeCode(file string, row int) string {
	base := filepath.Base(file)
	base = strings.TrimSpace(strings.TrimSuffix(base, filepath.Ext(base)))
	if len(base) > 120 {
		base = strings.ToValidUTF8(base[:120], "")
	}
	return fmt.Sprintf("%s-%06d", base, row)
}
