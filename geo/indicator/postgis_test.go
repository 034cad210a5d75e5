package indicator_test

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/indicator"
	"yiping/geo/postgis"
	"yiping/geo/postgis/pgtest"
	"yiping/geo/snapshot"
	"yiping/geo/snapshot/snaptest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// oracle says of a formula how SQL asks for the same, and how far the two may be
// apart, relative to the value: sums because each contribution of ours is rounded
// to 10⁻⁶, lengths and areas because GeographicLib is exact to nanometres and we
// to 10⁻⁹ and 10⁻⁶ (package measure), coverage because GEOS rounds the corners
// of overlays.
type oracle struct {
	formula string
	sql     string // gives one number, or null where the value is not known
	within  float64
}

// Lights are judged by no database: the table lit holds what the snapshot says
// of them, so that what is compared is the counting. The same goes for the
// district that features without a property of their own lie in: projects have
// the property here.
var oracles = map[string]oracle{
	"count":       {`{"count":{"layer":"project"}}`, `SELECT count(*) FROM project WHERE $D`, 0},
	"level":       {`{"count":{"layer":"project","filter":"level = '区属' AND light <> 'green'"}}`, `SELECT count(*) FROM project JOIN lit USING (id) WHERE lit.layer = 'project' AND level = '区属' AND light <> 'green' AND $D`, 0},
	"code":        {`{"count":{"layer":"project","filter":"code LIKE '%1%' AND lifecycle IN ('前期','在建')"}}`, `SELECT count(*) FROM project WHERE code LIKE '%1%' AND lifecycle IN ('前期','在建') AND $D`, 0},
	"box":         {`{"count":{"layer":"street","filter":"S_INTERSECTS(geom, BBOX(121.02,31.02,121.2,31.08))"}}`, `SELECT count(*) FROM street WHERE ST_Intersects(geom, ST_MakeEnvelope(121.02,31.02,121.2,31.08,4326)) AND $D`, 0},
	"reported":    {`{"count":{"layer":"project","filter":"reported >= DATE('2022-06-30')"}}`, `SELECT count(*) FROM project WHERE (SELECT max(date) FROM project_report WHERE feature_id = id AND date <= $T) >= '2022-06-30' AND $D`, 0},
	"sum":         {`{"sum":{"layer":"project","field":"investment"}}`, `SELECT CASE WHEN count(*) = 0 THEN 0 ELSE sum(investment) END FROM project WHERE $D`, 1e-7},
	"sum-report":  {`{"sum":{"layer":"project","report":"actual_investment"}}`, `SELECT CASE WHEN count(*) = 0 THEN 0 ELSE sum((SELECT actual_investment FROM project_report WHERE feature_id = id AND date <= $T AND actual_investment IS NOT NULL ORDER BY date DESC LIMIT 1)) END FROM project WHERE $D`, 1e-7},
	"completion":  {`{"percent":[{"sum":{"layer":"project","field":"year_investment","filter":"goal_outcome = '完成'"}},{"sum":{"layer":"project","field":"year_investment"}}]}`, `SELECT 100 * CASE WHEN count(*) FILTER (WHERE goal_outcome = '完成') = 0 THEN 0 ELSE sum(year_investment) FILTER (WHERE goal_outcome = '完成') END / nullif(sum(year_investment), 0) FROM project WHERE $D`, 1e-7},
	"length":      {`{"length":{"layer":"street","filter":"rank >= 2"}}`, `SELECT coalesce(sum(ST_Length(geom::geography)), 0) FROM street WHERE rank >= 2 AND $D`, 1e-8},
	"underground": {`{"percent":[{"length":{"layer":"street","filter":"state = '入地'"}},{"length":{"layer":"street"}}]}`, `SELECT 100 * coalesce(sum(ST_Length(geom::geography)) FILTER (WHERE state = '入地'), 0) / sum(ST_Length(geom::geography)) FROM street WHERE $D`, 1e-8},
	"compliance":  {`{"percent":[{"count":{"layer":"river_section","filter":"light = 'green'"}},{"count":{"layer":"river_section","filter":"light <> 'none'"}}]}`, `SELECT 100.0 * count(*) FILTER (WHERE light = 'green') / nullif(count(*) FILTER (WHERE light <> 'none'), 0) FROM river_section JOIN lit USING (id) WHERE lit.layer = 'river_section' AND $D`, 1e-12},
	"area":        {`{"area":{"layer":"block"}}`, `SELECT coalesce(sum(ST_Area(geom::geography)), 0) FROM block WHERE $D`, 2e-6},
	"coverage":    {`{"coverage":{"layer":"block","filter":"state = '已建成'"}}`, coverageSQL, 2e-6},
	"min":         {`{"min":{"layer":"project","field":"start_date"}}`, `SELECT min(start_date) - '0001-01-01'::date + 1 FROM project WHERE $D`, 0},
	"max":         {`{"max":{"layer":"project","field":"investment"}}`, `SELECT max(investment) FROM project WHERE $D`, 0},
	"distinct":    {`{"distinct":{"layer":"project","field":"unit"}}`, `SELECT count(DISTINCT unit) FROM project WHERE $D`, 0},
	"months":      {`{"months":{"layer":"problem","from":"found_date","to":"deadline"}}`, `SELECT 12 * (extract(year FROM max(deadline)) - extract(year FROM min(found_date))) + extract(month FROM max(deadline)) - extract(month FROM min(found_date)) + 1 FROM problem WHERE $D`, 0},
	"ratio":       {`{"ratio":[{"sum":{"layer":"project","field":"investment"}},{"count":{"layer":"project"}}]}`, `SELECT sum(investment) / nullif(count(*), 0) FROM project WHERE $D`, 1e-7},
	"overdue":     {`{"percent":[{"count":{"layer":"project","filter":"overdue"}},{"count":{"layer":"project"}}]}`, `SELECT 100.0 * count(*) FILTER (WHERE overdue) / nullif(count(*), 0) FROM project JOIN lit USING (id) WHERE lit.layer = 'project' AND $D`, 1e-12},
}

// coverageSQL unites the blocks of each district, cuts them by its outline and
// cuts edges fine, so that as geography they stay straight in degrees.
const coverageSQL = `SELECT 100 * sum(covered) / sum(whole) FROM (
	SELECT ST_Area(ST_Segmentize(d.geom, 0.0005)::geography) whole,
		coalesce((SELECT ST_Area(ST_Segmentize(ST_Intersection(ST_Union(b.geom), d.geom), 0.0005)::geography) FROM block b WHERE b.state = '已建成' AND b.district = d.code), 0) covered
	FROM district d WHERE $C) q`

// twin is a store with the small city in it, followed by a board.
type twin struct {
	store *postgis.Store
	db    *pgx.Conn
	snap  *snapshot.Snapshot
	board *indicator.Board
}

func open(t *testing.T, seed uint64) *twin {
	t.Helper()
	url := pgtest.URL(t)
	store, err := postgis.Open(t.Context(), url, postgis.Options{Poll: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	db := pgtest.Connect(t, url)
	p := &twin{store: store, db: db}
	p.fill(t, snaptest.NewCity(seed))
	if p.snap, err = snapshot.Load(t.Context(), store); err != nil {
		t.Fatal(err)
	}
	p.board = indicator.New(p.snap)
	return p
}

// fill writes the city and the indicators as one batch each.
func (p *twin) fill(t *testing.T, c *snaptest.City) {
	t.Helper()
	for _, d := range append([]string{""}, snaptest.Districts...) {
		for name, o := range oracles {
			props := geo.Properties{"name": name, "kind": city.Computed, "formula": o.formula}
			if d != "" {
				props["district"] = d
			}
			c.Add(city.Indicator, name+"@"+d, nil, props)
		}
	}
	var declare, edits []geo.Edit
	for _, l := range city.Layers() {
		declare = append(declare, geo.Edit{Op: geo.Declare, Layer: l})
	}
	for _, layer := range slices.Sorted(maps.Keys(c.Records)) {
		for _, id := range slices.Sorted(maps.Keys(c.Records[layer])) {
			r := c.Records[layer][id]
			f := *r.Feature
			f.ID, f.Version = 0, 0
			f.Properties = f.Properties.Clone()
			if slices.Contains([]geo.LayerID{city.Project, city.Street, city.Block, city.RiverSection, city.Problem}, layer) {
				f.Properties["district"] = snaptest.Districts[c.IntN(3)]
			}
			edits = append(edits, geo.Edit{Op: geo.Create, Feature: f})
			of := len(edits)
			for _, rep := range r.Reports {
				rep.Version = 0
				edits = append(edits, geo.Edit{Op: geo.PutReport, Report: rep, Of: of})
			}
		}
	}
	for _, d := range c.Dates {
		d.Date = geo.NewDate(2022, 10, 31)
		edits = append(edits, geo.Edit{Op: geo.SetDate, Date: d})
	}
	for _, batch := range [][]geo.Edit{declare, edits} {
		if _, err := p.store.Apply(t.Context(), geo.Batch{Actor: "test", Edits: batch}); err != nil {
			t.Fatal(err)
		}
	}
}

func (p *twin) exec(t *testing.T, sql string) {
	t.Helper()
	if _, err := p.db.Exec(t.Context(), sql); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

// compare holds every value of the board to the database.
func (p *twin) compare(t *testing.T, when string) {
	t.Helper()
	p.exec(t, "CREATE TEMP TABLE IF NOT EXISTS lit (layer text, id bigint, light text, overdue boolean); TRUNCATE lit")
	for _, id := range []geo.LayerID{city.Project, city.RiverSection} {
		l, _ := p.snap.Layer(id)
		for i := range l.All {
			p.exec(t, fmt.Sprintf("INSERT INTO lit VALUES ('%s', %d, '%s', %t)", id, i.ID(), i.Light(), i.Overdue()))
		}
	}
	known := 0
	for _, d := range append([]string{""}, snaptest.Districts...) {
		for name, o := range oracles {
			e, ok := p.board.Of(name + "@" + d)
			if !ok || e.Fault != "" {
				t.Fatalf("%s: %s@%s: %v %s", when, name, d, ok, e.Fault)
			}
			want := p.ask(t, o.sql, d)
			if (want == nil) == e.Value.Known {
				t.Errorf("%s: %s in %q is %+v, SQL says %v", when, name, d, e.Value, want)
			}
			if want == nil {
				continue
			}
			known++
			if math.Abs(e.Value.Number-*want) > 1e-9+o.within*math.Abs(*want) {
				t.Errorf("%s: %s in %q is %.9f, SQL says %.9f", when, name, d, e.Value.Number, *want)
			}
		}
	}
	if known < 3*len(oracles) {
		t.Errorf("%s: only %d values are known", when, known)
	}
}

func (p *twin) ask(t *testing.T, sql, district string) *float64 {
	t.Helper()
	own, code := "TRUE", "TRUE"
	if district != "" {
		own, code = "district = '"+district+"'", "d.code = '"+district+"'"
	}
	for mark, with := range map[string]string{"$D": own, "$C": code, "$T": "'2022-10-31'"} {
		sql = strings.ReplaceAll(sql, mark, with)
	}
	var x *float64
	if err := p.db.QueryRow(t.Context(), "SELECT ("+sql+")::float8").Scan(&x); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return x
}

// follow takes in what was written by SQL.
func (p *twin) follow(t *testing.T) {
	t.Helper()
	c, err := p.store.Since(t.Context(), p.snap.Cursor())
	if err != nil {
		t.Fatal(err)
	}
	next, d, err := p.snap.Apply(c)
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Changes) == 0 {
		t.Fatal("nothing was told")
	}
	p.snap, p.board = next, p.board.Next(d)
}

// What indicators say is what PostGIS says of the same rows, loaded and then
// followed through edits made in SQL.
func TestValuesAreThoseOfPostGIS(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	p := open(t, seed)
	p.compare(t, "loaded")
	for _, sql := range []string{
		"UPDATE project SET investment = investment * 1.1, level = '区属' WHERE id % 3 = 0",
		"DELETE FROM project WHERE id % 7 = 0",
		"UPDATE block SET state = '已建成' WHERE id % 2 = 0",
		"UPDATE block SET geom = ST_Translate(geom, 0.004, -0.003) WHERE id % 3 = 1",
		"UPDATE street SET geom = ST_Multi(ST_Union(geom, ST_Translate(geom, 0, 0.01))), state = '入地' WHERE id % 4 = 0",
		"UPDATE project SET district = 'D2' WHERE district = 'D1' AND id % 2 = 0",
		"INSERT INTO project_report (feature_id, date, planned_progress, actual_progress, actual_investment) SELECT id, '2022-10-30', 80, 10, 1.25 FROM project WHERE id % 5 = 0 ON CONFLICT DO NOTHING",
		"DELETE FROM river_section_report WHERE date > '2022-09-30'",
		"UPDATE problem SET deadline = '2024-02-29' WHERE id % 5 = 0",
		"UPDATE district SET geom = ST_Translate(geom, 0.002, 0) WHERE code = 'D2'",
	} {
		p.exec(t, sql)
		p.follow(t)
		p.compare(t, sql)
	}
}
