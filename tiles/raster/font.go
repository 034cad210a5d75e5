package raster

import (
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/srwiley/rasterx"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"

	"yiping/geo"
)

// Font draws letters, Chinese ones among them. It may be used concurrently.
type Font struct {
	mu            sync.Mutex
	buf           sfnt.Buffer
	regular, bold *sfnt.Font
	glyphs        map[glyphKey]glyph
}

type glyphKey struct {
	r    rune
	bold bool
}

// glyph is a letter at 1000 units to the em.
type glyph struct {
	segments sfnt.Segments
	advance  float64
}

const em = 1000

// families are the fonts looked for, best first, by the beginnings of their file
// names: those of the drawings' font list, then what Debian and Windows have
// besides.
var families = []string{"NotoSansCJK", "NotoSansSC", "SourceHanSans", "msyh", "PingFang", "wqy-", "simhei", "simsun", "NotoSerifCJK"}

// FindFont looks for a font with Chinese characters in the usual folders of the
// machine. The error has code NotFound and names the mend.
func FindFont() (*Font, error) {
	var found []string
	for _, dir := range fontFolders() {
		// A folder that cannot be read has no font for us.
		_ = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() && rankOf(path) < len(families) {
				found = append(found, path)
			}
			return nil
		})
	}
	slices.SortFunc(found, func(a, b string) int {
		if ra, rb := rankOf(a), rankOf(b); ra != rb {
			return ra - rb
		}
		return strings.Compare(a, b)
	})
	for _, path := range found {
		if heavy(path) {
			continue
		}
		if f, err := OpenFont(path, boldOf(path, found)); err == nil {
			return f, nil
		}
	}
	return nil, &geo.Error{Code: geo.Unavailable, Message: "no font with Chinese characters was found on this machine",
		Mend: "install one, such as the Debian package fonts-noto-cjk", ZH: "本机没有中文字体；请安装一种，如 Debian 软件包 fonts-noto-cjk"}
}

func fontFolders() []string {
	home, _ := os.UserHomeDir()
	switch runtime.GOOS {
	case "windows":
		return []string{filepath.Join(os.Getenv("WINDIR"), "Fonts"), filepath.Join(os.Getenv("LOCALAPPDATA"), "Microsoft", "Windows", "Fonts")}
	case "darwin":
		return []string{"/System/Library/Fonts", "/Library/Fonts", filepath.Join(home, "Library", "Fonts")}
	}
	return []string{"/usr/share/fonts", "/usr/local/share/fonts", filepath.Join(home, ".local", "share", "fonts"), filepath.Join(home, ".fonts")}
}

func rankOf(path string) int {
	name := strings.ToLower(filepath.Base(path))
	for i, f := range families {
		if strings.HasPrefix(name, strings.ToLower(f)) && slices.Contains([]string{".ttc", ".otf", ".ttf", ".otc"}, filepath.Ext(name)) {
			return i
		}
	}
	return len(families)
}

func heavy(path string) bool {
	name := strings.ToLower(filepath.Base(path))
	return strings.Contains(name, "bold") || strings.Contains(name, "bd") || strings.Contains(name, "black") ||
		strings.Contains(name, "thin") || strings.Contains(name, "light") || strings.Contains(name, "medium") || strings.Contains(name, "mono")
}

// boldOf finds the bold file beside a regular one; "" = none.
func boldOf(regular string, found []string) string {
	for _, path := range found {
		name := strings.ToLower(filepath.Base(path))
		if rankOf(path) == rankOf(regular) && !strings.Contains(name, "mono") && (strings.Contains(name, "-bold") || name == "msyhbd.ttc") {
			return path
		}
	}
	return ""
}

// OpenFont reads a font from its files; without a bold one the regular letters
// are thickened. It must have Chinese characters.
func OpenFont(regular, bold string) (*Font, error) {
	f := &Font{glyphs: map[glyphKey]glyph{}}
	var err error
	if f.regular, err = readFont(regular); err != nil {
		return nil, err
	}
	if i, err := f.regular.GlyphIndex(&f.buf, '区'); err != nil || i == 0 {
		return nil, geo.Errorf(geo.NotFound, "the font %s has no Chinese characters", filepath.Base(regular))
	}
	if bold != "" {
		f.bold, _ = readFont(bold) // a bold file that cannot be read is one that is not there
	}
	return f, nil
}

// readFont opens a font or the simplified Chinese member of a collection.
func readFont(path string) (*sfnt.Font, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, geo.Wrap(geo.NotFound, err, "the font cannot be read")
	}
	c, err := sfnt.ParseCollection(b)
	if err != nil {
		return nil, geo.Wrap(geo.Invalid, err, "%s is not a font", filepath.Base(path))
	}
	var buf sfnt.Buffer
	var first *sfnt.Font
	for i := range c.NumFonts() {
		f, err := c.Font(i)
		if err != nil {
			continue
		}
		name, _ := f.Name(&buf, sfnt.NameIDFamily)
		if strings.HasSuffix(name, " SC") {
			return f, nil
		}
		if first == nil {
			first = f
		}
	}
	if first == nil {
		return nil, geo.Errorf(geo.Invalid, "%s has no font in it", filepath.Base(path))
	}
	return first, nil
}

// glyph gives a letter; thick reports that it must be thickened to be bold.
func (f *Font) glyph(r rune, bold bool) (g glyph, thick bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	thick = bold && f.bold == nil
	key := glyphKey{r, bold && f.bold != nil}
	if g, ok := f.glyphs[key]; ok {
		return g, thick
	}
	face := f.regular
	if key.bold {
		face = f.bold
	}
	// A letter that the font lacks is drawn as its box for missing ones: index 0.
	i, _ := face.GlyphIndex(&f.buf, r)
	if segments, err := face.LoadGlyph(&f.buf, i, fixed.I(em), nil); err == nil {
		g.segments = slices.Clone(segments)
	}
	if a, err := face.GlyphAdvance(&f.buf, i, fixed.I(em), 0); err == nil {
		g.advance = float64(a) / 64 / em
	}
	f.glyphs[key] = g
	return g, thick
}

// placed is a text at its place, in units of the document.
type placed struct {
	x, y  float64
	look  look
	words string
}

// write draws a text, its outline below it where the look says so.
func (c *canvas) write(t *placed) {
	if c.font == nil {
		return
	}
	fill, err := parseColour(t.look.fill, t.look.fillOpacity)
	if err != nil {
		return
	}
	if halo, err := parseColour(t.look.stroke, 1); err == nil && t.look.strokeFirst && t.look.width > 0 {
		c.dasher.SetStroke(unit(t.look.width*c.scale), unit(4), rasterx.RoundCap, rasterx.RoundCap, rasterx.RoundGap, rasterx.Round, nil, 0)
		c.letters(t, c.dasher)
		c.scanner.SetColor(halo)
		c.dasher.Draw()
		c.dasher.Clear()
	}
	f := &c.dasher.Filler
	thick := c.letters(t, f)
	c.scanner.SetColor(fill)
	f.Draw()
	f.Clear()
	if thick {
		c.dasher.SetStroke(unit(t.look.size*c.scale/24), unit(4), rasterx.RoundCap, rasterx.RoundCap, rasterx.RoundGap, rasterx.Round, nil, 0)
		c.letters(t, c.dasher)
		c.dasher.Draw()
		c.dasher.Clear()
	}
}

// letters adds the outlines of a text.
func (c *canvas) letters(t *placed, to rasterx.Adder) (thick bool) {
	x := t.x
	if t.look.end {
		for _, r := range t.words {
			g, _ := c.font.glyph(r, t.look.bold)
			x -= g.advance*t.look.size + t.look.spacing
		}
	}
	for _, r := range t.words {
		g, heavier := c.font.glyph(r, t.look.bold)
		thick = thick || heavier
		c.outline(g, x, t.y, t.look.size, to)
		x += g.advance*t.look.size + t.look.spacing
	}
	return thick
}

func (c *canvas) outline(g glyph, x, y, size float64, to rasterx.Adder) {
	at := func(p fixed.Point26_6) fixed.Point26_6 {
		return c.point([2]float64{x + float64(p.X)/64/em*size, y + float64(p.Y)/64/em*size})
	}
	open := false
	for _, s := range g.segments {
		switch s.Op {
		case sfnt.SegmentOpMoveTo:
			if open {
				to.Stop(true)
			}
			to.Start(at(s.Args[0]))
			open = true
		case sfnt.SegmentOpLineTo:
			to.Line(at(s.Args[0]))
		case sfnt.SegmentOpQuadTo:
			to.QuadBezier(at(s.Args[0]), at(s.Args[1]))
		case sfnt.SegmentOpCubeTo:
			to.CubeBezier(at(s.Args[0]), at(s.Args[1]), at(s.Args[2]))
		}
	}
	if open {
		to.Stop(true)
	}
}
