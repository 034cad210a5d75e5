package ogc

import (
	"mime"
	"strconv"
	"strings"
)

// negotiate chooses between the resource's own form and a page: by f=, else by
// the Accept header, in which the own form wins a draw.
func (c *call) negotiate(media string) error {
	switch f := c.values.Get("f"); f {
	case "html":
		c.html = true
	case "json":
	case "":
		own := max(quality(c.Accept, media), quality(c.Accept, typeJSON))
		page := quality(c.Accept, "text/html")
		if own == 0 && page == 0 {
			return bad("Accept", "可用 %s 或 text/html，“%s”都不接受", "There are %s and text/html, “%s” accepts neither", media, c.Accept)
		}
		c.html = page > own
	default:
		return bad("f", "“%s”应为 json 或 html", "“%s” must be json or html", f)
	}
	return nil
}

// quality is how much a client wants a media type, 0 to 1 (RFC 9110 §12.5.1):
// the most specific range that holds it counts.
func quality(accept, media string) float64 {
	if strings.TrimSpace(accept) == "" {
		return 1
	}
	media, _, _ = strings.Cut(media, ";")
	kind, _, _ := strings.Cut(media, "/")
	best, q := -1, 0.0
	for _, part := range strings.Split(accept, ",") {
		name, params, err := mime.ParseMediaType(part)
		if err != nil {
			continue
		}
		rank := -1
		switch name {
		case media:
			rank = 2
		case kind + "/*":
			rank = 1
		case "*/*":
			rank = 0
		}
		if rank <= best {
			continue
		}
		best, q = rank, 1
		if text, ok := params["q"]; ok {
			if v, err := strconv.ParseFloat(text, 64); err == nil {
				q = v
			}
		}
	}
	return q
}
