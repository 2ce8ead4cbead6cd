package release

import (
	"fmt"
	"image"
	"math/rand/v2"
	"strings"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/resize"
)

// expectation is the size of the variant that must answer a request.
type expectation struct {
	size image.Point // pixels
	// derived says that one side follows from the picture's ratio.
	derived bool
}

// expect returns the variant that must answer a request for the picture with a query,
// and false if the original must.
func (c *canary) expect(query string, o resize.Info) (expectation, bool) {
	seen, err := c.front.canonical(c.urlWith(query))
	if err != nil {
		return expectation{}, false
	}
	asked, err := edge.Asked(seen, c.front.config)
	if err != nil || asked.Width > o.Width || asked.Height > o.Height {
		return expectation{}, false
	}
	e := expectation{image.Pt(asked.Width, asked.Height), asked.Width == 0 || asked.Height == 0}
	if asked.Width == 0 {
		e.size.X = max(1, (2*o.Width*asked.Height+o.Height)/(2*o.Height))
	}
	if asked.Height == 0 {
		e.size.Y = max(1, (2*o.Height*asked.Width+o.Width)/(2*o.Width))
	}
	return e, e.size != image.Pt(o.Width, o.Height)
}

// allowedSizes returns the sizes that the viewer-request function lets through, or nil
// if it lets all through.
func (c *canary) allowedSizes() []string {
	if c.front.site == nil || c.front.site.Sizes == "" {
		return nil
	}
	return strings.Split(c.front.site.Sizes, ",")
}

// whyNoSizes returns why the picture cannot be asked for at any size, "" if it can.
func (c *canary) whyNoSizes(o *original) string {
	cfg := c.front.config
	switch pixels := int64(o.Width) * int64(o.Height) * int64(max(1, o.Frames)); {
	case c.front.doubt != "":
	case int64(len(o.body)) > cfg.MaxSourceBytes:
		return fmt.Sprintf("it has %d bytes, more than the config's max_source_bytes, %d", len(o.body), cfg.MaxSourceBytes)
	case pixels > cfg.MaxSourcePixels:
		return fmt.Sprintf("it has %d pixels, more than the config's max_source_pixels, %d", pixels, cfg.MaxSourcePixels)
	}
	if len(c.queries(o.Info)) > 0 {
		return ""
	}
	why := fmt.Sprintf("the viewer-request function %s allows only the sizes %s, and none of them gives a variant of a picture of %dx%d",
		c.front.name, c.front.site.Sizes, o.Width, o.Height)
	if c.front.config.Missing != edge.MissingKeepRatio || c.front.site.Missing != edge.MissingKeepRatio {
		why += " (sizes with one side need missing=keep-ratio, in the config and in that function)"
	}
	return why
}

// queries returns queries that variants must answer, in random order. If all sizes are
// let through, it draws sizes that nobody else asks for. Otherwise it returns the allowed
// ones, then the same with formats that perhaps nobody else asks for.
func (c *canary) queries(o resize.Info) (queries []string) {
	sizes := c.allowedSizes()
	if sizes == nil {
		for range 5 {
			queries = append(queries, sizeQuery(canarySide(o.Width, c.largest().X), canarySide(o.Height, c.largest().Y)))
		}
		return queries
	}
	rand.Shuffle(len(sizes), func(i, j int) { sizes[i], sizes[j] = sizes[j], sizes[i] })
	for _, format := range []string{"", "&format=jpeg", "&format=png", "&format=webp"} {
		for _, size := range sizes {
			width, height, _ := strings.Cut(size, "x")
			var sides []string
			if width != "" {
				sides = append(sides, "width="+width)
			}
			if height != "" {
				sides = append(sides, "height="+height)
			}
			query := strings.Join(sides, "&") + format
			if _, variant := c.expect(query, o); variant {
				queries = append(queries, query)
			}
		}
	}
	return queries
}

// largest returns the greatest width and height that may be asked for, in pixels.
func (c *canary) largest() image.Point {
	most := image.Pt(c.front.config.MaxWidth, c.front.config.MaxHeight)
	if s := c.front.site; s != nil {
		most = image.Pt(min(most.X, s.MaxWidth), min(most.Y, s.MaxHeight))
	}
	return most
}

// canarySide draws a side to ask for of a picture's side, all in pixels.
func canarySide(side, largest int) int {
	most := min(side/2, 400, largest)
	return max(1, most/2+rand.IntN(most-most/2+1))
}

// otherQueries returns three queries: one side alone, a size larger than the picture,
// and one that is not a size.
func (c *canary) otherQueries(o resize.Info) []string {
	return []string{
		fmt.Sprintf("width=%d", canarySide(o.Width, c.largest().X)),
		sizeQuery(o.Width+1+rand.IntN(1000), o.Height),
		fmt.Sprintf("width=x%d&height=%d", rand.Uint32(), o.Height/2),
	}
}
