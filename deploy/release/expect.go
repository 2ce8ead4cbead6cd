package release

import (
	"fmt"
	"image"
	"math/rand/v2"
	"strings"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/resize"
)

// expectation is the size of a variant that a request is to be answered by.
type expectation struct {
	size image.Point // pixels
	// derived says that a side follows from the picture's ratio.
	derived bool
}

// expect returns what a request for the picture with a query is to be answered by, and
// false for the original.
func (c *canary) expect(query string, o resize.Info) (expectation, bool) {
	seen, err := c.front.canonical(c.with(query))
	if err != nil {
		return expectation{}, false
	}
	asked, _, err := edge.Asked(seen, c.front.config)
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

// allowedSizes returns the sizes that the viewer-request function lets through, nil
// where it lets all through.
func (c *canary) allowedSizes() []string {
	if c.front.site == nil || c.front.site.Sizes == "" {
		return nil
	}
	return strings.Split(c.front.site.Sizes, ",")
}

// none says why there is no size to ask for the picture at; "" where there is one.
func (c *canary) none(o *original) string {
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
	why := fmt.Sprintf("the viewer-request function %s lets the sizes %s through, and none of them makes a variant of %dx%d",
		c.front.name, c.front.site.Sizes, o.Width, o.Height)
	if c.front.config.Missing != edge.MissingKeepRatio || c.front.site.Missing != edge.MissingKeepRatio {
		why += " (those of one side take missing keep-ratio, in the config and in that function)"
	}
	return why
}

// queries returns those of sizes that are to be answered by variants, in an order that
// is another each time. Where all sizes are let through they are such as nobody else
// asks for; else also in formats that nobody else may ask for.
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

// largest returns the largest sides that may be asked for.
func (c *canary) largest() image.Point {
	most := image.Pt(c.front.config.MaxWidth, c.front.config.MaxHeight)
	if s := c.front.site; s != nil {
		most = image.Pt(min(most.X, s.MaxWidth), min(most.Y, s.MaxHeight))
	}
	return most
}

// canarySide is a side to ask for, in pixels, of a picture's that is side long.
func canarySide(side, largest int) int {
	most := min(side/2, 400, largest)
	return max(1, most/2+rand.IntN(most-most/2+1))
}

// otherQueries returns queries of a side alone, of a size that is larger than the
// picture, and of what is no size.
func (c *canary) otherQueries(o resize.Info) []string {
	return []string{
		fmt.Sprintf("width=%d", canarySide(o.Width, c.largest().X)),
		sizeQuery(o.Width+1+rand.IntN(1000), o.Height),
		fmt.Sprintf("width=x%d&height=%d", rand.Uint32(), o.Height/2),
	}
}
