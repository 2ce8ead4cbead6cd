package page

import (
	"fmt"
	"strconv"

	"github.com/edgeresize/edgeresize/edge"
)

// parameterRows returns the rows of the contract for what config may switch on, with
// requests for what it does. Those with a wrong signature are made by signer.
func (o original) parameterRows(config edge.Config, signer Signer) []row {
	w, h := o.usual()
	var made, refused []request
	add := func(cases *[]request, name, label, value string) {
		if takes(config, name) {
			*cases = append(*cases, o.get(label, fmt.Sprintf("?width=%d&height=%d&%s=%s", max(1, w*3/4), max(1, h/2), name, value)))
		}
	}
	add(&made, "fit", "stretched", "fill")
	add(&made, "fit", "padded", "pad&background=ffd700")
	add(&made, "quality", "the least quality", strconv.Itoa(config.LeastQuality()))
	add(&made, "dpr", "twice the pixels", "2")
	add(&made, "gravity", "top left", "top-left")
	add(&made, "gravity", "around a point", "0.3,0.7")
	add(&made, "gravity", "smart", "smart")
	add(&made, "trim", "trimmed", "true")
	add(&made, "sharpen", "sharpened", "5")
	add(&made, "blur", "blurred", "5")
	add(&refused, "fit", "another fit", "contain")
	add(&refused, "fit", "no colour", "pad&background=red")
	add(&refused, "quality", "quality 101", "101")
	add(&refused, "dpr", "dpr 0.5", "0.5")
	add(&refused, "gravity", "another place", "middle")
	add(&refused, "gravity", "a point outside", "1.5,0.5")
	add(&refused, "trim", "trim 1", "1")
	add(&refused, "sharpen", "sharpen 11", "11")
	add(&refused, "blur", "two blurs", "5&blur=6")
	add(&refused, "preset", "no such preset", "none")
	refused = append(refused, signer.cases(o, config)...)
	return []row{
		parameterRow("a size with `fit`, `background`, `quality`, `dpr`, `gravity`, `trim`, `sharpen`, `blur`, as far as `parameters` in the config has them",
			"200, the variant so made", made),
		parameterRow("one of these with a value that is not allowed; no preset, with `only_presets` in the config; no valid signature, with `signature`",
			"the original", refused),
	}
}

// parameterRow returns a row with requests that try it, or with a note.
func parameterRow(asked, answer string, cases []request) row {
	r := tried(asked, answer, cases...)
	if len(cases) == 0 {
		r.Note = "This config switches none of them on. Try make run CONFIG=edge/local/everything.json."
	}
	return r
}

// spellings returns requests that spell sizes as only some configs allow.
func (o original) spellings(config edge.Config) (cases []request) {
	w, h := o.usual()
	if takes(config, "w") {
		cases = append(cases, o.get("w", fmt.Sprintf("?w=%d&height=%d", w, h)))
	}
	if takes(config, "h") {
		cases = append(cases, o.get("h", fmt.Sprintf("?width=%d&h=%d", w, h)))
	}
	for _, name := range presetNames(config) {
		cases = append(cases, o.get("preset "+name, "?preset="+name))
	}
	return cases
}
