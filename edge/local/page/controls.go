package page

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/resize"
)

// controls lists, in the order of the page, the parameters besides width, height and format
// that have a control.
var controls = []string{"preset", "fit", "background", "quality", "dpr", "gravity", "sharpen", "blur", "trim"}

// asked is what the controls of the page say, by parameter. Values need not be valid.
type asked map[string]string

// askedBy reads what a request for the page says. It begins with the usual size of o, or
// with a preset if nothing else may be asked for.
func askedBy(page url.Values, o original, config edge.Config) asked {
	a := asked{}
	for _, name := range slices.Concat([]string{"width", "height", "format"}, controls) {
		if takes(config, name) {
			a[name] = page.Get(name)
		}
	}
	if page.Has("width") || page.Has("height") || a["preset"] != "" {
		return a
	}
	if names := presetNames(config); config.OnlyPresets && len(names) > 0 {
		a["preset"] = names[0]
		return a
	}
	w, h := o.usual()
	a["width"], a["height"] = strconv.Itoa(w), strconv.Itoa(h)
	return a
}

// takes reports whether requests may name a parameter.
func takes(config edge.Config, name string) bool {
	switch name {
	case "width", "height", "format":
		return true
	case "background":
		name = "fit"
	}
	return slices.Contains(config.Parameters, name)
}

// query returns the query string for a, with a question mark unless it is empty. The page's
// script writes the same.
func (a asked) query() string {
	var pairs []string
	for _, name := range slices.Concat([]string{"width", "height", "format"}, controls) {
		if a[name] != "" {
			pairs = append(pairs, name+"="+escapeValue(a[name]))
		}
	}
	if pairs == nil {
		return ""
	}
	return "?" + strings.Join(pairs, "&")
}

// escapeValue escapes a value of a query string. It keeps commas and escapes spaces as %20.
func escapeValue(value string) string {
	return strings.NewReplacer("+", "%20", "%2C", ",").Replace(url.QueryEscape(value))
}

// presetNames returns the names of the presets in order.
func presetNames(config edge.Config) []string {
	return slices.Sorted(maps.Keys(config.AllPresets()))
}

// Takes reports whether requests may name a parameter.
func (v view) Takes(name string) bool { return takes(v.Config, name) }

// Controls reports whether the config switches on a parameter that has a control.
func (v view) Controls() bool { return slices.ContainsFunc(controls, v.Takes) }

// Request returns the path and the query string that the controls say, signed if that is
// needed.
func (v view) Request() string { return v.Signer.Sign(v.Original.Path() + v.Asked.query()) }

// ShortRequest returns Request with its signature cut short.
func (v view) ShortRequest() string { return shortened(v.Request()) }

// NoKeys returns what the page says if variants need signatures that it cannot make, or "".
func (v view) NoKeys() string {
	if v.Signer.LacksKeys() {
		return NoKeys
	}
	return ""
}

// preset is a preset with the query string for which it stands.
type preset struct{ Name, Query string }

// Presets returns the presets in the order of their names.
func (v view) Presets() []preset {
	var all []preset
	queries := v.Config.AllPresets()
	for _, name := range presetNames(v.Config) {
		all = append(all, preset{name, queries[name]})
	}
	return all
}

// Fits returns the ways to fit other than the config's.
func (v view) Fits() []resize.Fit {
	return slices.DeleteFunc([]resize.Fit{resize.Cover, resize.Fill, resize.Inside, resize.Pad},
		func(f resize.Fit) bool { return f == v.Config.Fit })
}

// Densities returns the values of dpr but the first.
func (v view) Densities() []string { return []string{"1.5", "2", "2.5", "3", "3.5", "4"} }

// Places returns the nine places of gravity, row by row.
func (v view) Places() []string {
	return []string{"top-left", "top", "top-right", "left", "center", "right", "bottom-left", "bottom", "bottom-right"}
}

// thumbnail returns the query string for a small picture in the gallery.
func thumbnail(config edge.Config) string {
	if names := presetNames(config); config.OnlyPresets && len(names) > 0 {
		return asked{"preset": names[0]}.query()
	}
	return asked{"width": "120", "height": "90"}.query()
}
