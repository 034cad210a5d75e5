package csv_test

import (
	"bytes"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"yiping/geo"
	"yiping/geo/format"
	"yiping/geo/format/csv"
)

func readAll(r *csv.Reader) (rows []format.Row, err error) {
	for {
		row, err := r.Next()
		if err == io.EOF {
			return rows, nil
		}
		if err != nil {
			return rows, err
		}
		rows = append(rows, row)
	}
}

const table = "名称,地址,经度,纬度\n上海大剧院,\"人民大道300号, 近\"\"广场\"\"\",121.467,31.231\n崇明,,121.5,31.64\n"

func encode(t *testing.T, name, text string) []byte {
	t.Helper()
	var b []byte
	var err error
	switch name {
	case "gb18030":
		b, err = simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(text))
	case "utf-16":
		b, err = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().Bytes([]byte(text))
	default:
		b = []byte(text)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestReaderFindsEncodingDelimiterAndPosition(t *testing.T) {
	for name, c := range map[string]struct{ encoding, text string }{
		"utf-8":           {"utf-8", table},
		"byte order mark": {"utf-8", "\uFEFF" + table},
		"gb18030":         {"gb18030", table},
		"utf-16":          {"utf-16", table},
		"crlf":            {"utf-8", strings.ReplaceAll(table, "\n", "\r\n")},
		"tab":             {"gb18030", "名称\t地址\t经度\t纬度\n上海大剧院\t\"人民大道300号, 近\"\"广场\"\"\"\t121.467\t31.231\n崇明\t\t121.5\t31.64\n"},
		"semicolon":       {"utf-8", "名称;地址;经度;纬度\n上海大剧院;\"人民大道300号, 近\"\"广场\"\"\";121.467;31.231\n崇明;;121.5;31.64\n"},
		"latitude first":  {"utf-8", "LAT,名称,地址,Lng\n31.231,上海大剧院,\"人民大道300号, 近\"\"广场\"\"\",121.467\n31.64,崇明,,121.5\n"},
		"wkt":             {"utf-8", "名称,地址,WKT\n上海大剧院,\"人民大道300号, 近\"\"广场\"\"\",POINT(121.467 31.231)\n崇明,,\"SRID=4326;POINT (121.5 31.64)\"\n"},
		"x and y":         {"utf-8", "X,Y,名称,地址\n121.467,31.231,上海大剧院,\"人民大道300号, 近\"\"广场\"\"\"\n121.5,31.64,崇明,\n"},
		"trailing empty":  {"utf-8", table + ",,,\n"},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := csv.NewReader(bytes.NewReader(encode(t, c.encoding, c.text)), csv.Options{})
			if err != nil {
				t.Fatal(err)
			}
			rows, err := readAll(r)
			if err != nil || len(rows) != 2 || rows[0].Fault != nil {
				t.Fatalf("rows %+v, error %v", rows, err)
			}
			want := map[string]any{"名称": "上海大剧院", "地址": "人民大道300号, 近\"广场\""}
			if !reflect.DeepEqual(rows[0].Values, want) || rows[0].Geometry != (orb.Point{121.467, 31.231}) || rows[0].Line != 2 || rows[1].N != 2 {
				t.Errorf("row %+v", rows[0])
			}
			info := r.Info()
			if !reflect.DeepEqual(info.Columns, []string{"名称", "地址"}) || !info.Geometry || info.Encoding != c.encoding {
				t.Errorf("info %+v", info)
			}
		})
	}
}

func TestReaderFindsGB18030LateInAFileOfASCII(t *testing.T) {
	head := "name,lon,lat\n" + strings.Repeat("plain,1,2\n", 20000)
	r, err := csv.NewReader(bytes.NewReader(encode(t, "gb18030", head+"仓山,1,2\n")), csv.Options{})
	if err != nil {
		t.Fatal(err)
	}
	rows, err := readAll(r)
	if err != nil || rows[20000].Values["name"] != "仓山" {
		t.Errorf("last row %+v, error %v", rows[len(rows)-1], err)
	}
	// The same length of UTF-8 puts a rune across the end of a block read.
	for shift := range 4 {
		text := head + strings.Repeat("x", shift) + strings.Repeat("街", 50000) + ",1,2\n"
		r, err := csv.NewReader(strings.NewReader(text), csv.Options{})
		if err != nil || r.Info().Encoding != "utf-8" {
			t.Errorf("shift %d: %v, error %v", shift, r.Info().Encoding, err)
		}
	}
}

func TestReaderTellsAFewBadBytesInUTF8(t *testing.T) {
	text := "name,lon,lat\n" + strings.Repeat("街道,1,2\n", 100) + "\xca\xd0,1,2\n"
	r, err := csv.NewReader(strings.NewReader(text), csv.Options{})
	if err != nil {
		t.Fatal(err)
	}
	rows, err := readAll(r)
	if err != nil || rows[0].Values["name"] != "街道" || rows[100].Fault == nil {
		t.Errorf("last row %+v, error %v", rows[len(rows)-1], err)
	}
}

func TestReaderDoesNotGuessPositions(t *testing.T) {
	for name, c := range map[string]struct {
		text    string
		columns []string
		notices int
	}{
		"no coordinates":      {"code,date,actual_progress\nP1,2022-12-31,50\n", []string{"code", "date", "actual_progress"}, 0},
		"longitude alone":     {"name,lon\na,121\n", []string{"name", "lon"}, 0},
		"pixels":              {"n,X,Y\na,120,30\nb,411,512\n", []string{"n", "X", "Y"}, 1},
		"whole numbers":       {"n,X,Y\na,12,30\nb,41,51\n", []string{"n", "X", "Y"}, 1},
		"twice and unnamed":   {"a,a,\n1,2,3\n", []string{"a", "a_2", "column_3"}, 2},
		"named like a second": {"a,a,a_2\n1,2,3\n", []string{"a", "a_2", "a_2_2"}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := csv.NewReader(strings.NewReader(c.text), csv.Options{})
			if err != nil {
				t.Fatal(err)
			}
			rows, err := readAll(r)
			if err != nil || len(rows) == 0 || rows[0].Geometry != nil {
				t.Fatalf("rows %+v, error %v", rows, err)
			}
			if info := r.Info(); info.Geometry || !reflect.DeepEqual(info.Columns, c.columns) || len(info.Notices) != c.notices {
				t.Errorf("info %+v", info)
			}
		})
	}
	r, err := csv.NewReader(strings.NewReader("n,X,Y\na,40521000.5,3456000\n"), csv.Options{})
	if err != nil {
		t.Fatal(err)
	}
	rows, err := readAll(r)
	if err != nil || rows[0].Geometry != (orb.Point{40521000.5, 3456000}) {
		t.Errorf("metres are positions of another coordinate system: %+v, error %v", rows, err)
	}
}

func TestReaderTakesThePositionWhereTold(t *testing.T) {
	text := "a,b,lon,lat\n121.5,31.5,1,2\n"
	r, err := csv.NewReader(strings.NewReader(text), csv.Options{Lon: "a", Lat: "b"})
	if err != nil {
		t.Fatal(err)
	}
	rows, err := readAll(r)
	if err != nil || rows[0].Geometry != (orb.Point{121.5, 31.5}) || rows[0].Values["lon"] != "1" {
		t.Errorf("rows %+v, error %v", rows, err)
	}
	for _, o := range []csv.Options{{Lon: "a"}, {WKT: "c"}, {Encoding: "ebcdic"}} {
		if _, err := csv.NewReader(strings.NewReader(text), o); geo.CodeOf(err) != geo.Invalid {
			t.Errorf("%+v: error %v", o, err)
		}
	}
}

func TestReaderReadsHeightsFromText(t *testing.T) {
	r, err := csv.NewReader(strings.NewReader("wkt\n\"LINESTRING Z (1 2 3,4 5 6)\"\n"), csv.Options{})
	if err != nil {
		t.Fatal(err)
	}
	rows, err := readAll(r)
	if err != nil || !reflect.DeepEqual(rows[0].Geometry, orb.LineString{{1, 2}, {4, 5}}) || !reflect.DeepEqual(rows[0].Z, []float64{3, 6}) {
		t.Errorf("rows %+v, error %v", rows, err)
	}
}

func TestReaderNamesAFaultyRowAndGoesOn(t *testing.T) {
	for name, c := range map[string]struct{ row, field, message string }{
		"letters":       {"a,x,31", "lon", "is not a number"},
		"not finite":    {"a,NaN,31", "lon", "is not a number"},
		"half a pair":   {"a,121,", "lon, lat", "one of the two"},
		"swapped":       {"a,31,121", "lat", "out of bounds"},
		"too few":       {"a,121", "", "2 values, the header 3"},
		"too many":      {"a,b,121,31", "", "4 values, the header 3"},
		"garbled bytes": {"\xca\xd0,121,31", "name", "not utf-8 text"},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := csv.NewReader(strings.NewReader("name,lon,lat\na,1,2\n"+c.row+"\nb,3,4\n"), csv.Options{Encoding: "utf-8"})
			if err != nil {
				t.Fatal(err)
			}
			rows, err := readAll(r)
			if err != nil || len(rows) != 3 || rows[0].Fault != nil || rows[2].Fault != nil {
				t.Fatalf("rows %+v, error %v", rows, err)
			}
			var e *geo.Error
			if !errors.As(rows[1].Fault, &e) || e.Row != 2 || e.Field != c.field || !strings.Contains(e.Message, c.message) || rows[1].Line != 3 {
				t.Errorf("fault %+v", rows[1].Fault)
			}
		})
	}
}

func TestReaderRefusesWhatIsNotATable(t *testing.T) {
	if _, err := csv.NewReader(strings.NewReader(""), csv.Options{}); geo.CodeOf(err) != geo.Invalid {
		t.Errorf("empty file: %v", err)
	}
	r, err := csv.NewReader(strings.NewReader("a,b\n1,2\n\"x\"y,2\n"), csv.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := readAll(r); geo.CodeOf(err) != geo.Invalid || !strings.Contains(err.Error(), "row 2: line 3: malformed quotes") {
		t.Errorf("error %v", err)
	}
}

func FuzzReader(f *testing.F) {
	f.Add([]byte(table))
	f.Add([]byte("\xff\xfea\x00,\x00b\x00\n\x00"))
	f.Add([]byte("wkt;x\nGEOMETRYCOLLECTION(POINT Z(1 2 3),LINESTRING Z EMPTY);\"a\"\n"))
	f.Add([]byte("X\tY\n1.5\t2\n\xd6\xd0\t3\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := csv.NewReader(bytes.NewReader(b), csv.Options{})
		for n := 1; err == nil; n++ {
			var row format.Row
			if row, err = r.Next(); err == nil && (row.N != n || row.Line < 1) {
				t.Fatalf("row %d, line %d, want row %d", row.N, row.Line, n)
			}
		}
		if err != io.EOF && geo.CodeOf(err) != geo.Invalid {
			t.Fatalf("error without a code: %v", err)
		}
	})
}
