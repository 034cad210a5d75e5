package postgis_test

import (
	"context"
	"crypto/md5"
	"fmt"
	"strings"
	"testing"

	"yiping/geo"
	"yiping/geo/city"
)

// Blocks of a copy are filled again when they are read through: however features and
// their reports lie in them, and however long a text is, each comes as it was written.
func TestRowsAreLentAsTheyWereWritten(t *testing.T) {
	s, url := cityStore(t)
	const n = 3000
	run(t, connect(t, url), fmt.Sprintf(`INSERT INTO street (code, name, note)
		SELECT 'S-' || i, 'n', repeat(md5(i::text), CASE WHEN i %% 500 = 0 THEN 3000 ELSE i %% 50 END) FROM generate_series(1, %d) i`, n))
	run(t, connect(t, url), `INSERT INTO street_report (feature_id, date, planned_progress, progress_note)
		SELECT id, DATE '2022-01-31' + k, k, repeat(md5(code || '/' || k), CASE WHEN (i + k) % 900 = 0 THEN 3000 ELSE (i + k) % 60 END)
		FROM (SELECT id, code, substr(code, 3)::int i FROM street) s CROSS JOIN LATERAL generate_series(1, i % 7) k`)
	features, reports := 0, 0
	err := s.Load(context.Background(), func(geo.Head) error { return nil }, func(r geo.Record) error {
		var i int
		if r.Layer != city.Street {
			return nil
		}
		if _, err := fmt.Sscanf(r.Feature.Code, "S-%d", &i); err != nil {
			return err
		}
		features++
		if got := r.Feature.Properties.Text("note"); got != repeated(fmt.Sprint(i), i, 500, 50) || len(r.Reports) != i%7 {
			return fmt.Errorf("feature %s has %d reports and the note %.40q…, %d bytes", r.Feature.Code, len(r.Reports), got, len(got))
		}
		for at, rep := range r.Reports {
			k := at + 1
			reports++
			if got := rep.Properties.Text("progress_note"); got != repeated(fmt.Sprintf("S-%d/%d", i, k), i+k, 900, 60) {
				return fmt.Errorf("report %d of %s has the note %.40q…, %d bytes", k, r.Feature.Code, got, len(got))
			}
		}
		return nil
	})
	if err != nil || features != n || reports == 0 {
		t.Errorf("%d features, %d reports, %v", features, reports, err)
	}
}

func repeated(s string, i, every, most int) string {
	n := i % most
	if i%every == 0 {
		n = 3000
	}
	return strings.Repeat(fmt.Sprintf("%x", md5.Sum([]byte(s))), n)
}
