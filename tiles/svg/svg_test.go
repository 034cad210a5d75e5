package svg_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/snapshot"
	"yiping/tiles/svg"
	"yiping/tiles/tiletest"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func draw(t *testing.T, s *snapshot.Snapshot, o svg.Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := svg.Draw(&b, s, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// text is one text of a picture.
type text struct {
	x, y, size float64
	words      string
}

// read parses a picture, fails if it is not well formed or reaches outside, and
// gives its texts.
func read(t *testing.T, picture string) []text {
	t.Helper()
	var texts []text
	dec := xml.NewDecoder(strings.NewReader(picture))
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return texts
		}
		if err != nil {
			t.Fatal(err)
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		inside(t, start)
		if start.Name.Local == "text" {
			var words string
			if err := dec.DecodeElement(&words, &start); err != nil {
				t.Fatal(err)
			}
			at := text{number(t, start, "x"), number(t, start, "y"), number(t, start, "font-size"), words}
			if slices.ContainsFunc(start.Attr, func(a xml.Attr) bool { return a.Value == "end" }) {
				at.x -= at.size * float64(len([]rune(words)))
			}
			texts = append(texts, at)
		}
	}
}

func inside(t *testing.T, e xml.StartElement) {
	t.Helper()
	if slices.Contains([]string{"script", "image", "use", "foreignObject", "style", "a"}, e.Name.Local) {
		t.Errorf("element %s", e.Name.Local)
	}
	for _, a := range e.Attr {
		if strings.Contains(a.Value, "url(") && a.Value != "url(#hatch)" || a.Name.Local == "href" || strings.HasPrefix(a.Name.Local, "on") {
			t.Errorf("%s=%q", a.Name.Local, a.Value)
		}
	}
}

func number(t *testing.T, e xml.StartElement, name string) float64 {
	t.Helper()
	for _, a := range e.Attr {
		if a.Name.Local == name {
			f, err := strconv.ParseFloat(a.Value, 64)
			if err != nil {
				t.Fatal(err)
			}
			return f
		}
	}
	t.Fatalf("%s without %s", e.Name.Local, name)
	return 0
}

func has(texts []text, words string) bool {
	return slices.ContainsFunc(texts, func(x text) bool { return x.words == words })
}

func TestEveryRedIsNamedWithItsStatus(t *testing.T) {
	var records []geo.Record
	for i := range 5 {
		at := orb.Point{tiletest.Centre[0] + float64(i-2)*150*tiletest.Metre, tiletest.Centre[1]}
		records = append(records, tiletest.One(city.Project, geo.ID(i+1), at, tiletest.Lit(city.Project, fmt.Sprintf("红灯项目%d", i), geo.Red)))
	}
	texts := read(t, draw(t, tiletest.Snapshot(t, append(tiletest.City(200)[:40], records...)), svg.Options{}))
	for i := range 5 {
		if name := fmt.Sprintf("红灯项目%d", i); !has(texts, name) {
			t.Errorf("%s is not named", name)
		}
	}
	if !has(texts, "无法完成") || !has(texts, "严重滞后／无法完成／终止 5") {
		t.Errorf("no status or no count in %v", texts)
	}
}

func TestRedsWithoutRoomAreCounted(t *testing.T) {
	var records []geo.Record
	for i := range 400 {
		records = append(records, tiletest.One(city.Project, geo.ID(i+1), tiletest.Centre, tiletest.Lit(city.Project, fmt.Sprintf("项目%03d", i), geo.Red)))
	}
	named, rest := 0, 0
	for _, x := range read(t, draw(t, tiletest.Snapshot(t, records), svg.Options{})) {
		if strings.HasPrefix(x.words, "项目") {
			named++
		}
		if _, after, ok := strings.Cut(x.words, "另有 "); ok {
			if _, err := fmt.Sscanf(after, "%d 项红灯未注名", &rest); err != nil {
				t.Error(err)
			}
		}
	}
	if named == 0 || named+rest != 400 {
		t.Errorf("%d named, %d said to be left out, of 400", named, rest)
	}
}

func TestLabelsDoNotCollide(t *testing.T) {
	s := tiletest.Snapshot(t, tiletest.City(1500))
	for _, o := range []svg.Options{{}, {District: tiletest.DistrictCode}, {Width: 390, Height: 600}, {Width: 2400, Height: 1800, Theme: svg.Light}} {
		texts := read(t, draw(t, s, o))
		if len(texts) < 8 {
			t.Errorf("only %d texts", len(texts))
		}
		for i, a := range texts {
			for _, b := range texts[:i] {
				// Half the height and two characters of each must be free.
				if a.y-a.size*0.5 < b.y && b.y-b.size*0.5 < a.y && a.x < b.x+2*b.size*0.8 && b.x < a.x+2*a.size*0.8 &&
					len([]rune(a.words)) > 2 && len([]rune(b.words)) > 2 {
					t.Errorf("%+v and %+v overlap", a, b)
				}
			}
		}
	}
}

func TestNamesCannotBreakThePicture(t *testing.T) {
	name := "<script>alert(1)</script>&\"']]>\x00\x1b\xff"
	p := tiletest.Lit(city.Project, name, geo.Red)
	s := tiletest.Snapshot(t, []geo.Record{
		tiletest.One(city.Project, 1, tiletest.Centre, p),
		tiletest.One(city.District, 1, orb.Bound{Min: tiletest.Centre, Max: tiletest.Centre}.Pad(0.02).ToPolygon(), geo.Properties{"name": name}),
	})
	for _, district := range []string{"", "district-1"} {
		texts := read(t, draw(t, s, svg.Options{District: district}))
		if !slices.ContainsFunc(texts, func(x text) bool { return strings.Contains(x.words, "alert") }) {
			t.Errorf("the name is not there: %v", texts)
		}
	}
}

func TestPictureDoesNotDependOnTheOrderOfLoading(t *testing.T) {
	records := tiletest.City(400)
	a := draw(t, tiletest.Snapshot(t, records), svg.Options{District: tiletest.DistrictCode})
	slices.Reverse(records)
	if b := draw(t, tiletest.Snapshot(t, records), svg.Options{District: tiletest.DistrictCode}); a != b {
		t.Error("it does")
	}
}

func TestFocus(t *testing.T) {
	s := tiletest.Snapshot(t, tiletest.City(400))
	texts := read(t, draw(t, s, svg.Options{District: tiletest.DistrictCode}))
	if !has(texts, tiletest.DistrictName+"　数据截至 2022-12-31　图例计项目") {
		t.Errorf("district and date are not said: %v", texts)
	}
	english := read(t, draw(t, s, svg.Options{District: tiletest.DistrictCode, English: true}))
	if !slices.ContainsFunc(english, func(x text) bool { return strings.HasPrefix(x.words, "Behind ") }) {
		t.Errorf("not in English: %v", english)
	}
	l, _ := s.Layer(city.Project)
	picture := draw(t, s, svg.Options{District: tiletest.DistrictCode})
	l.All(func(it snapshot.Item) bool {
		mark := strings.Contains(picture, fmt.Sprintf(`data-feature="project/%d"`, it.ID()))
		if mark && it.District() != tiletest.DistrictCode {
			t.Errorf("%s of another district is marked", it.Code())
		}
		return true
	})
}

// reds gives what the legend counts as red.
func reds(texts []text) string {
	for _, x := range texts {
		if n, ok := strings.CutPrefix(x.words, "严重滞后／无法完成／终止 "); ok {
			return n
		}
	}
	return "none"
}

func TestTheLegendKnowsOfEveryRed(t *testing.T) {
	at := func(n int) orb.LineString {
		west := tiletest.Centre[0] + float64(n)*300*tiletest.Metre
		return orb.LineString{{west, tiletest.Centre[1]}, {west + 200*tiletest.Metre, tiletest.Centre[1]}}
	}
	street := func(n int) geo.Record {
		return tiletest.One(city.Street, geo.ID(n), at(n), tiletest.Lit(city.Street, fmt.Sprint("红路", n), geo.Red))
	}
	project := tiletest.One(city.Project, 9, tiletest.Centre, tiletest.Lit(city.Project, "红项目", geo.Red))
	green := tiletest.One(city.Project, 8, tiletest.Centre, tiletest.Lit(city.Project, "绿项目", geo.Green))
	for name, c := range map[string]struct {
		records []geo.Record
		layers  []geo.LayerID
		reds    string
	}{
		"streets alone are counted":         {[]geo.Record{street(1), street(2)}, nil, "2"},
		"asked for alone":                   {[]geo.Record{street(1), street(2), project}, []geo.LayerID{city.Street}, "2"},
		"projects, and those beside them":   {[]geo.Record{street(1), street(2), project}, nil, "项目 1，其他图层 2"},
		"no red project, but other reds":    {[]geo.Record{street(1), street(2), green}, nil, "项目 0，其他图层 2"},
		"projects, and no other red":        {[]geo.Record{project}, nil, "1"},
		"a layer without lights tells none": {[]geo.Record{street(1)}, []geo.LayerID{city.Town}, "none"},
	} {
		texts := read(t, draw(t, tiletest.Snapshot(t, c.records), svg.Options{Layers: c.layers}))
		if got := reds(texts); got != c.reds {
			t.Errorf("%s: %s reds, want %s, in %v", name, got, c.reds, texts)
		}
	}
}

// Of very many lines the largest are drawn, and every red; the picture says how
// many are not.
func TestManyLinesAreThinned(t *testing.T) {
	const lines, red = 5000, 40
	records := make([]geo.Record, 0, lines+red)
	for n := range lines + red {
		light, length := geo.Green, float64(200+n%700)
		if n >= lines {
			light, length = geo.Red, 150
		}
		west, south := tiletest.Centre[0]+float64(n%70)*150*tiletest.Metre, tiletest.Centre[1]+float64(n/70)*150*tiletest.Metre
		records = append(records, tiletest.One(city.Project, geo.ID(n+1), orb.LineString{{west, south}, {west, south + length*tiletest.Metre}},
			tiletest.Lit(city.Project, "", light)))
	}
	o := svg.Options{}
	whole := draw(t, tiletest.Snapshot(t, records), o)
	if !slices.ContainsFunc(read(t, whole), func(x text) bool { return strings.Contains(x.words, "另有 3500 条较小线面未画") }) {
		t.Error("it is not said how many are not drawn")
	}
	if n := strings.Count(whole, `data-feature="project/`); n != red {
		t.Errorf("%d reds are marked, want %d", n, red)
	}
	slices.Reverse(records)
	if draw(t, tiletest.Snapshot(t, records), o) != whole {
		t.Error("which are drawn depends on the order of loading")
	}
}

func TestTheNoteEndsBeforeTheScale(t *testing.T) {
	s := tiletest.Snapshot(t, tiletest.City(4000))
	for _, o := range []svg.Options{{District: tiletest.DistrictCode, English: true}, {Width: 390, Height: 600, Bound: orb.Bound{Min: tiletest.Centre, Max: tiletest.Centre}.Pad(0.03)}} {
		texts := read(t, draw(t, s, o))
		scale, note := texts[len(texts)-2], texts[len(texts)-1]
		width := 0.0
		for _, r := range note.words {
			if width += 0.57 * note.size; r >= 0x1100 {
				width += 0.43 * note.size
			}
		}
		if note.x+width > scale.x {
			t.Errorf("%+v reaches into %+v", note, scale)
		}
	}
}

func TestEmptySnapshotIsDrawn(t *testing.T) {
	read(t, draw(t, tiletest.Snapshot(t, nil), svg.Options{}))
}

func TestRefusals(t *testing.T) {
	s := tiletest.Snapshot(t, nil)
	for name, c := range map[string]struct {
		o    svg.Options
		code geo.Code
	}{
		"unknown district": {svg.Options{District: "nosuch"}, geo.NotFound},
		"unknown layer":    {svg.Options{Layers: []geo.LayerID{"nosuch"}}, geo.NotFound},
		"unknown theme":    {svg.Options{Theme: "pink"}, geo.Invalid},
		"too wide":         {svg.Options{Width: 100_000}, geo.Invalid},
		"negative":         {svg.Options{Height: -5}, geo.Invalid},
	} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			if err := svg.Draw(&b, s, c.o); geo.CodeOf(err) != c.code || b.Len() > 0 {
				t.Errorf("%v, %d bytes", err, b.Len())
			}
		})
	}
	t.Run("a writer that fails", func(t *testing.T) {
		if err := svg.Draw(full{}, s, svg.Options{}); !errors.Is(err, io.ErrShortWrite) {
			t.Error(err)
		}
	})
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

func TestGolden(t *testing.T) {
	stopped := tiletest.Lit(city.Project, "桃浦 4 号能源站", geo.Red)
	stopped["goal_outcome"] = city.GoalStopped
	beside := orb.Point{tiletest.Centre[0] - 250*tiletest.Metre, tiletest.Centre[1] - 60*tiletest.Metre}
	s := tiletest.Snapshot(t, append(tiletest.City(60),
		tiletest.One(city.Project, 901, beside, stopped),
		tiletest.One(city.Project, 902, orb.Point{beside[0] + 180*tiletest.Metre, beside[1]}, tiletest.Lit(city.Project, "长寿小学", geo.Yellow)),
		tiletest.One(city.Project, 903, orb.LineString{{beside[0], beside[1] - 100*tiletest.Metre}, {beside[0] + 120*tiletest.Metre, beside[1] - 200*tiletest.Metre}}, tiletest.Lit(city.Project, "武宁路快速化", geo.Red))))
	for name, o := range map[string]svg.Options{
		"dark.svg":  {District: tiletest.DistrictCode, Width: 600, Height: 500},
		"light.svg": {District: tiletest.DistrictCode, Width: 600, Height: 500, Theme: svg.Light},
	} {
		t.Run(name, func(t *testing.T) {
			got, file := draw(t, s, o), filepath.Join("testdata", name)
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("differs from %s; look at it, then run with -update", file)
			}
		})
	}
}

func BenchmarkDraw(b *testing.B) {
	s := tiletest.Snapshot(b, tiletest.City(2000))
	b.ReportAllocs()
	for b.Loop() {
		if err := svg.Draw(io.Discard, s, svg.Options{District: tiletest.DistrictCode}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkDrawHundredThousand draws a large city from afar and from near by.
func BenchmarkDrawHundredThousand(b *testing.B) {
	s := tiletest.Snapshot(b, tiletest.City(100_000))
	near := orb.Bound{Min: tiletest.Centre, Max: tiletest.Centre}.Pad(0.02)
	for name, o := range map[string]svg.Options{"all": {}, "district": {District: tiletest.DistrictCode}, "near": {Bound: near}, "card": {Width: 320, Height: 240}} {
		b.Run(name, func(b *testing.B) {
			var out bytes.Buffer
			b.ReportAllocs()
			for b.Loop() {
				out.Reset()
				if err := svg.Draw(&out, s, o); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(out.Len()), "bytes")
		})
	}
}
