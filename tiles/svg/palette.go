package svg

import "yiping/geo"

// palette holds the colours by what they are for.
type palette struct {
	out, land, water, ink, ink2, ink3, line, border, town, fabric, waterInk string
	red, yellow, yellowEdge, green, none, redInk                            string
	tint                                                                    string // opacity of green areas
	ring                                                                    string // round red marks; "" = none
}

func palettes(t Theme) (palette, bool) {
	switch t {
	case Dark:
		return palette{out: "#161D22", land: "#20292F", water: "#2E5B73", ink: "#EEF2F3", ink2: "#B3BFC6", ink3: "#87949C",
			line: "#2C373E", border: "#71808A", town: "#38454D", fabric: "#2B363D", waterInk: "#86B4CA",
			red: "#FF5447", yellow: "#FFC83D", yellowEdge: "none", green: "#30A088", none: "#87949C", redInk: "#1A0503",
			tint: "0.17", ring: "#EEF2F3"}, true
	case Light:
		return palette{out: "#E7E9E5", land: "#FBFAF7", water: "#B4D3E2", ink: "#171D21", ink2: "#46535B", ink3: "#59666D",
			line: "#D9DDDA", border: "#5C6970", town: "#CBD0CD", fabric: "#E6E7E2", waterInk: "#35677F",
			red: "#C62A1F", yellow: "#E8A91A", yellowEdge: "#7A5400", green: "#137C6B", none: "#59666D", redInk: "#FFFFFF",
			tint: "0.15"}, true
	}
	return palette{}, false
}

func (p *palette) light(l geo.Light) string {
	return [...]string{geo.None: p.none, geo.Green: p.green, geo.Yellow: p.yellow, geo.Red: p.red}[l]
}

// word is the colour of a light's status word.
func (p *palette) word(l geo.Light) string {
	if l == geo.Yellow && p.yellowEdge != "none" {
		return p.yellowEdge
	}
	return p.light(l)
}
