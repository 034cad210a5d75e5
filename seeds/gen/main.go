// Command gen writes the seed files under data/ from documents/, geometry/ and
// tables/. It is deterministic: the same tables give the same bytes.
package main

import (
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/seeds"
)

func main() {
	dir := flag.String("dir", "seeds", "folder of the seeds package")
	flag.Parse()
	if err := run(*dir); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run(dir string) error {
	files, err := generate(os.DirFS(dir))
	if err != nil {
		return err
	}
	data := filepath.Join(dir, "data")
	if err := os.RemoveAll(data); err != nil {
		return err
	}
	for name, b := range files {
		path := filepath.Join(data, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, b, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// feature is a seed feature before it is checked against its layer.
type feature struct {
	code string
	geom geo.Feature // only Geometry is used
	prop geo.Properties
}

// report is a row of a report file.
type report struct {
	code string
	date geo.Date
	prop geo.Properties
}

// sheet is the content of one district.
type sheet struct {
	features map[geo.LayerID][]feature
	reports  map[geo.LayerID][]report
}

// generate gives every file by its path from data/.
func generate(root fs.FS) (map[string][]byte, error) {
	src, err := readSource(root)
	if err != nil {
		return nil, err
	}
	layers := slices.Concat(city.Layers(), seeds.Layers())
	out := map[string][]byte{}
	for _, d := range append([]seeds.District{{ID: seeds.Common}}, seeds.Districts()...) {
		s, err := compose(src, d)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", d.ID, err)
		}
		if err := write(out, d.ID, layers, s); err != nil {
			return nil, fmt.Errorf("%s: %w", d.ID, err)
		}
	}
	out["../ways.md"] = waysPage(src.ways)
	return out, nil
}

func compose(src *source, d seeds.District) (*sheet, error) {
	s := &sheet{features: map[geo.LayerID][]feature{}, reports: map[geo.LayerID][]report{}}
	for _, step := range []func(*source, seeds.District, *sheet) error{
		addRows, addBase, addStreets, addRivers, addBlocks, addProblems, addProjects, addSurvey, addCounted,
		addShares, addSpread, addYears, addPeriods, addTasks, addIndicators,
	} {
		if err := step(src, d, s); err != nil {
			return nil, err
		}
	}
	return s, nil
}
