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
	// about says that rounding may change a side by a pixel.
	about bool
	// loose says that neither the size is known beforehand nor whether it is the
	// original's, for which the original is served.
	loose bool
}

// expect returns the variant that must answer a request for the picture with a query,
// and false if the original must.
func (c *canary) expect(query string, o resize.Info) (expectation, bool) {
	seen, err := c.front.canonical(c.urlWith(query))
	if err != nil {
		return expectation{}, false
	}
	asked, err := edge.Asked(seen, c.front.config)
	larger := asked.Width > o.Width || asked.Height > o.Height
	if err != nil || c.signed() || larger && c.front.config.Larger == edge.LargerOriginal && !c.front.fromSettings {
		return expectation{}, false
	}
	oneSide := asked.Width == 0 || asked.Height == 0
	if larger || asked.Trim || oneSide && asked.DPR > 0 {
		return expectation{loose: true}, true
	}
	e := expectation{size: image.Pt(asked.Width, asked.Height), about: oneSide || asked.DPR > 0}
	if asked.DPR > 0 {
		most := c.largest()
		e.size = scaled(e.size, float64(asked.DPR)/2, min(o.Width, most.X), min(o.Height, most.Y))
		e.loose = e.size == image.Pt(o.Width, o.Height)
		return e, true
	}
	if asked.Width == 0 {
		e.size.X = max(1, (2*o.Width*asked.Height+o.Height)/(2*o.Height))
	}
	if asked.Height == 0 {
		e.size.Y = max(1, (2*o.Height*asked.Width+o.Width)/(2*o.Width))
	}
	if e.size != image.Pt(o.Width, o.Height) {
		return e, true
	}
	e.loose = c.front.fromSettings
	return e, e.loose || c.front.config.Larger == edge.LargerLargest || asked.Blur > 0 || asked.Sharpen > 0 || asked.Background != ""
}

// scaled returns a size times factor, or the largest of the same shape that is at most
// width × height, all in pixels.
func scaled(size image.Point, factor float64, width, height int) image.Point {
	w, h := float64(size.X), float64(size.Y)
	factor = min(factor, float64(width)/w, float64(height)/h)
	return image.Pt(int(w*factor+0.5), int(h*factor+0.5))
}

// signed reports whether the viewer-request function removes sizes without a signature,
// which the canary cannot make.
func (c *canary) signed() bool {
	return c.front.site != nil && c.front.site.ChecksSignatures()
}

// presets returns the query strings that ask for presets, or nil if other sizes may be
// asked for too.
func (c *canary) presets() (queries []string) {
	cfg := c.front.config
	if !cfg.OnlyPresets {
		return nil
	}
	cfg.OnlyPresets = false
	for name, query := range cfg.AllPresets() {
		// Only the viewer-request function knows names.
		if c.front.site != nil {
			queries = append(queries, "preset="+name)
		} else if asked, err := edge.Asked(query, cfg); err == nil {
			asked.Format = ""
			queries = append(queries, asked.Query())
		}
	}
	return queries
}

// allowedSizes returns the query strings of the sizes that the viewer-request function
// lets through, or nil if it lets all through.
func (c *canary) allowedSizes() (queries []string) {
	if c.front.site == nil || c.front.site.Sizes == "" {
		return nil
	}
	for size := range strings.SplitSeq(c.front.site.Sizes, ",") {
		width, height, _ := strings.Cut(size, "x")
		var sides []string
		if width != "" {
			sides = append(sides, "width="+width)
		}
		if height != "" {
			sides = append(sides, "height="+height)
		}
		queries = append(queries, strings.Join(sides, "&"))
	}
	return queries
}

// whyNoSizes returns why the picture cannot be asked for at any size, "" if it can.
func (c *canary) whyNoSizes(o *original) string {
	cfg := c.front.config
	switch pixels := int64(o.Width) * int64(o.Height) * int64(max(1, o.Frames)); {
	case c.front.doubt != "" || c.signed():
	case int64(len(o.body)) > cfg.MaxSourceBytes:
		return fmt.Sprintf("it has %d bytes, more than the config's max_source_bytes, %d", len(o.body), cfg.MaxSourceBytes)
	case pixels > cfg.MaxSourcePixels:
		return fmt.Sprintf("it has %d pixels, more than the config's max_source_pixels, %d", pixels, cfg.MaxSourcePixels)
	}
	if len(c.queries(o.Info)) > 0 {
		return ""
	}
	if cfg.OnlyPresets {
		return fmt.Sprintf("only presets may be asked for, and none of them gives a variant of a picture of %dx%d", o.Width, o.Height)
	}
	why := fmt.Sprintf("the viewer-request function %s allows only the sizes %s, and none of them gives a variant of a picture of %dx%d",
		c.front.name, c.front.site.Sizes, o.Width, o.Height)
	if c.front.config.Missing != edge.MissingKeepRatio || c.front.site.Missing != edge.MissingKeepRatio {
		why += " (sizes with one side need missing=keep-ratio, in the config and in that function)"
	}
	return why
}

// queries returns queries that variants must answer, in random order. If all sizes are
// let through, or none without a signature, it draws sizes that nobody else asks for.
// Otherwise it returns the presets or the allowed sizes, then the same with formats that
// perhaps nobody else asks for. Those whose size is not known beforehand it returns only
// if there are no others.
func (c *canary) queries(o resize.Info) (queries []string) {
	allowed := c.presets()
	if allowed == nil {
		allowed = c.allowedSizes()
	}
	if allowed == nil || c.signed() {
		for range 5 {
			queries = append(queries, sizeQuery(canarySide(o.Width, c.largest().X), canarySide(o.Height, c.largest().Y)))
		}
		return queries
	}
	rand.Shuffle(len(allowed), func(i, j int) { allowed[i], allowed[j] = allowed[j], allowed[i] })
	var loose []string
	for _, format := range []string{"", "&format=jpeg", "&format=png", "&format=webp"} {
		for _, query := range allowed {
			if e, variant := c.expect(query+format, o); variant && e.loose {
				loose = append(loose, query+format)
			} else if variant {
				queries = append(queries, query+format)
			}
		}
	}
	if len(queries) == 0 {
		return loose
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
