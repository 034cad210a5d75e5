package raster_test

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"yiping/geo"
	"yiping/tiles/raster"
)

func draw(t *testing.T, body string, o raster.Options) *image.RGBA {
	t.Helper()
	img, err := raster.Draw([]byte(`<svg xmlns="http://www.w3.org/2000/svg" width="100" height="80">`+body+`</svg>`), o)
	if err != nil {
		t.Fatal(err)
	}
	return img
}

func TestShapesAreDrawnWhereTheyLie(t *testing.T) {
	red, blue := color.RGBA{255, 0, 0, 255}, color.RGBA{0, 0, 255, 255}
	none := color.RGBA{}
	for name, c := range map[string]struct {
		body string
		at   map[image.Point]color.RGBA
	}{
		"rectangle": {`<rect x="10" y="10" width="20" height="20" fill="#FF0000"/>`, map[image.Point]color.RGBA{{15, 15}: red, {35, 15}: none}},
		"circle":    {`<circle cx="50" cy="40" r="20" fill="#FF0000"/>`, map[image.Point]color.RGBA{{50, 40}: red, {67, 40}: red, {68, 22}: none}},
		"hole, wound like its shell": {`<path d="M10 10L90 10L90 70L10 70ZM30 30L70 30L70 50L30 50Z" fill="#FF0000" fill-rule="evenodd"/>`,
			map[image.Point]color.RGBA{{20, 20}: red, {50, 40}: none}},
		"island in the hole": {`<path d="M0 0H100V80H0ZM20 20L80 20L80 60L20 60ZM40 30H60V50H40Z" fill="#FF0000" fill-rule="evenodd"/>`,
			map[image.Point]color.RGBA{{5, 5}: red, {30, 40}: none, {50, 40}: red}},
		"stroke of its group":  {`<g stroke="#0000FF" stroke-width="6" fill="none"><path d="M10 40L90 40"/></g>`, map[image.Point]color.RGBA{{50, 40}: blue, {50, 50}: none}},
		"dashes":               {`<path d="M0 40L100 40" stroke="#0000FF" stroke-width="6" fill="none" stroke-dasharray="10 10"/>`, map[image.Point]color.RGBA{{5, 40}: blue, {15, 40}: none, {25, 40}: blue}},
		"relative path":        {`<path d="M10 10h20v20h-20Z" fill="#FF0000"/>`, map[image.Point]color.RGBA{{20, 20}: red, {40, 20}: none}},
		"titles are not drawn": {`<g><title>a <b/> c</title><rect width="5" height="5" fill="#FF0000"/></g>`, map[image.Point]color.RGBA{{2, 2}: red}},
		"beyond the picture":   {`<path d="M-90000 40L90000 40" stroke="#0000FF" stroke-width="6" fill="none"/>`, map[image.Point]color.RGBA{{50, 40}: blue}},
		"hatch leaves gaps clear": {`<defs><pattern id="h" width="40" height="40" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="20" height="40" fill="#FF0000"/></pattern></defs><rect width="100" height="80" fill="url(#h)"/>`,
			map[image.Point]color.RGBA{{5, 5}: red, {25, 25}: none}},
	} {
		t.Run(name, func(t *testing.T) {
			img := draw(t, c.body, raster.Options{})
			for p, want := range c.at {
				if got := img.RGBAAt(p.X, p.Y); got != want {
					t.Errorf("at %v: %v, want %v", p, got, want)
				}
			}
		})
	}
	if img := draw(t, `<rect x="10" y="10" width="20" height="20" fill="#FF0000"/>`, raster.Options{Scale: 3}); img.Bounds().Dx() != 300 || img.RGBAAt(45, 45) != red || img.RGBAAt(95, 45) != none {
		t.Error("a scaled drawing is not three times as large")
	}
}

func TestWhatIsNotKnownIsRefused(t *testing.T) {
	for body, want := range map[string]geo.Code{
		`<ellipse rx="4"/>`:                             geo.Unsupported,
		`<path d="M0 0C1 1 2 2 3 3"/>`:                  geo.Unsupported,
		`<rect fill="red" width="1" height="1"/>`:       geo.Unsupported,
		`<rect fill="url(#no)" width="1" height="1"/>`:  geo.Unsupported,
		`<rect width="wide" height="1"/>`:               geo.Invalid,
		`<path d="L1 1"/>`:                              geo.Invalid,
		`<path d="M1"/>`:                                geo.Invalid,
		`<g>`:                                           geo.Invalid,
		`<path d="M0 0L1 1" stroke-width="NaN"/>`:       geo.Invalid,
		`<circle cx="1" cy="1" r="Infinity"/>`:          geo.Invalid,
		`<pattern patternTransform="skewX(3)" id="a"/>`: geo.Unsupported,
	} {
		_, err := raster.Draw([]byte(`<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10">`+body+`</svg>`), raster.Options{})
		if geo.CodeOf(err) != want {
			t.Errorf("%s: %v, want code %s", body, err, want)
		}
	}
	if _, err := raster.Draw([]byte(`<svg width="1e9" height="9"/>`), raster.Options{}); geo.CodeOf(err) != geo.Invalid {
		t.Errorf("a picture too large: %v", err)
	}
	if _, err := raster.Draw(nil, raster.Options{}); geo.CodeOf(err) != geo.Invalid {
		t.Errorf("nothing: %v", err)
	}
}

// Texts are drawn with a font of the machine, which the tests install.
func TestTextsAreDrawn(t *testing.T) {
	font, err := raster.FindFont()
	if err != nil {
		t.Fatal(err)
	}
	ink := func(attrs string, o raster.Options) (n int) {
		img := draw(t, `<g paint-order="stroke" stroke="#00FF00" stroke-width="`+map[bool]string{true: "4", false: "0"}[strings.Contains(attrs, "halo")]+`">`+
			`<text x="10" y="50" font-size="30" fill="#FF0000"`+strings.ReplaceAll(attrs, "halo", "")+`>普陀</text></g>`, o)
		for i := 0; i < len(img.Pix); i += 4 {
			if img.Pix[i+3] > 128 {
				n++
			}
		}
		return n
	}
	plain := ink("", raster.Options{Font: font})
	if without := ink("", raster.Options{}); plain < 150 || without != 0 {
		t.Errorf("%d pixels with a font, %d without", plain, without)
	}
	if bold := ink(` font-weight="700"`, raster.Options{Font: font}); bold <= plain {
		t.Errorf("bold has %d pixels, plain %d", bold, plain)
	}
	if halo := ink("halo", raster.Options{Font: font}); halo < plain*3/2 {
		t.Errorf("with an outline %d pixels, plain %d", halo, plain)
	}
}

func TestTextsEndWhereTheyAreToldTo(t *testing.T) {
	font, err := raster.FindFont()
	if err != nil {
		t.Fatal(err)
	}
	for anchor, side := range map[string]int{"start": 1, "end": -1} {
		img := draw(t, `<text x="40" y="50" font-size="18" fill="#FF0000" text-anchor="`+anchor+`">普陀</text>`, raster.Options{Font: font})
		left, right := 0, 0
		for i := 0; i < len(img.Pix); i += 4 {
			switch x := i / 4 % img.Rect.Dx(); {
			case img.Pix[i+3] == 0:
			case x < 40:
				left++
			default:
				right++
			}
		}
		if side > 0 && (left > right/20 || right < 100) || side < 0 && (right > left/20 || left < 100) {
			t.Errorf("%s: %d pixels left of where it is placed, %d right", anchor, left, right)
		}
	}
}

// Every element that the map's drawings have can be drawn, and much of the
// picture is not its ground.
func TestDrawingsOfTheMap(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("..", "svg", "testdata", "*.svg"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no drawings: %v", err)
	}
	font, err := raster.FindFont()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := raster.PNG(&out, b, raster.Options{Scale: 2, Font: font}); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		img, err := png.Decode(&out)
		if err != nil {
			t.Fatal(err)
		}
		if dir := os.Getenv("YIPING_PICTURES"); dir != "" {
			if err := os.WriteFile(filepath.Join(dir, filepath.Base(name)+".png"), func() []byte { var b bytes.Buffer; _ = png.Encode(&b, img); return b.Bytes() }(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		colours := map[color.Color]int{}
		for y := 0; y < img.Bounds().Dy(); y += 3 {
			for x := 0; x < img.Bounds().Dx(); x += 3 {
				colours[img.At(x, y)]++
			}
		}
		if len(colours) < 20 {
			t.Errorf("%s: only %d colours", name, len(colours))
		}
	}
}

func FuzzDraw(f *testing.F) {
	for _, seed := range []string{`<path d="M0 0h5v5Z" fill="#FF0000"/>`, `<text x="1" y="9" fill="#000000">区</text>`, `<circle r="3" fill="#00FF00" stroke="#0000FF" stroke-dasharray="1 2"/>`} {
		f.Add(`<svg width="20" height="20">` + seed + `</svg>`)
	}
	f.Fuzz(func(t *testing.T, doc string) {
		if len(doc) > 2000 || strings.Contains(doc, "width=\"9") {
			return
		}
		_, err := raster.Draw([]byte(doc), raster.Options{})
		if err != nil && geo.CodeOf(err) != geo.Invalid && geo.CodeOf(err) != geo.Unsupported {
			t.Errorf("error without a code: %v", err)
		}
	})
}
