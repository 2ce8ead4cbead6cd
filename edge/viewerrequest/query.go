package viewerrequest

import (
	"slices"
	"strconv"
	"strings"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/resize"
)

// maxAsked is the largest side that is mapped to one of Settings.Sizes, in pixels.
const maxAsked = 99_999

// query returns the canonical query string of a request, or "" and the reason
// why it asks for no variant.
func (s Settings) query(r Request) (string, edge.Reason) {
	if s.Options.OnlyPresets && s.Options.spelledOut(r.Query) {
		return "", edge.NotAPreset
	}
	limits := s.Config()
	asked := limits
	snaps := s.Sizes != "" && !s.Options.OnlyPresets
	if snaps {
		asked.Missing, asked.MaxWidth, asked.MaxHeight = edge.MissingKeepRatio, maxAsked, maxAsked
	}
	ask, err := edge.Asked(r.Query, asked)
	if err != nil {
		return "", edge.ReasonOf(err)
	}
	if snaps {
		if ask.Size = nearest(s.Sizes, ask.Size); ask.Size == (edge.Size{}) {
			return "", edge.OneSide
		}
		if _, err := edge.Asked(ask.Query(), limits); err != nil {
			return "", edge.ReasonOf(err)
		}
	}
	if ask.Format == "" {
		ask.Format = s.accepted(r.Header.Values("Accept"))
	}
	return ask.Query(), ""
}

// nearest returns the size in sizes that gives the same sides as asked and
// differs least from it in width and height together, the first if several do.
// It returns the zero Size if there is none.
func nearest(sizes string, asked edge.Size) edge.Size {
	var found edge.Size
	least := -1
	for spelled := range strings.SplitSeq(sizes, ",") {
		w, h, _ := strings.Cut(spelled, "x")
		allowed := edge.Size{Width: pixels(w), Height: pixels(h)}
		if (allowed.Width == 0) != (asked.Width == 0) || (allowed.Height == 0) != (asked.Height == 0) {
			continue
		}
		if distance := apart(allowed.Width, asked.Width) + apart(allowed.Height, asked.Height); least < 0 || distance < least {
			found, least = allowed, distance
		}
	}
	return found
}

// pixels returns the number that text spells, or 0.
func pixels(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0
	}
	return n
}

func apart(a, b int) int { return max(a-b, b-a) }

// accepted returns the best format of s.Formats that a viewer's Accept headers
// name, or "" (RFC 9110, section 12.5.1). Ranges such as image/* name no
// format, since every browser sends one. Quoted strings are not treated
// specially: no image type has any.
func (s Settings) accepted(accept []string) resize.Format {
	list := strings.NewReplacer(" ", "", "\t", "").Replace(lower(strings.Join(accept, ",")))
	for _, format := range s.Formats {
		for entry := range strings.SplitSeq(list, ",") {
			name, parameters, _ := strings.Cut(entry, ";")
			if name == "image/"+string(format) && !refused(parameters) {
				return format
			}
		}
	}
	return ""
}

// refused reports whether the parameters of a media range, without spaces, give
// it the weight 0 (RFC 9110, section 12.4.2).
func refused(parameters string) bool {
	for parameter := range strings.SplitSeq(parameters, ";") {
		if weight, found := strings.CutPrefix(parameter, "q="); found {
			return slices.Contains([]string{"0", "0.", "0.0", "0.00", "0.000"}, weight)
		}
	}
	return false
}
