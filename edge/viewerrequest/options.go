package viewerrequest

import (
	"bytes"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/resize"
)

// Options says what requests may ask for besides a size. Its fields are those of
// [edge.Config], and zero where Parameters makes no use of them.
type Options struct {
	Parameters []string          `json:"parameters,omitempty"` // in the order of edge.Switchable
	Fit        resize.Fit        `json:"fit,omitempty"`
	Quality    int               `json:"quality,omitempty"`
	MinQuality int               `json:"min_quality,omitempty"`
	Presets    map[string]string `json:"presets,omitempty"` // with edge.Placeholder, if requests may name that
	// OnlyPresets says that Settings.Sizes has no effect either.
	OnlyPresets bool `json:"only_presets,omitempty"`
}

// optionsOf returns the options that cfg gives.
func optionsOf(cfg edge.Config) Options {
	var o Options
	for _, name := range edge.Switchable {
		if slices.Contains(cfg.Parameters, name) {
			o.Parameters = append(o.Parameters, name)
		}
	}
	if o.takes("fit") || o.takes("gravity") {
		o.Fit = cfg.Fit
	}
	if o.takes("quality") {
		o.Quality, o.MinQuality = cfg.Quality, cfg.MinQuality
	}
	o.Presets, o.OnlyPresets = cfg.AllPresets(), cfg.OnlyPresets
	if len(o.Presets) == 0 {
		o.Presets = nil
	}
	return o
}

// takes reports whether the parameter called name is switched on.
func (o Options) takes(name string) bool { return slices.Contains(o.Parameters, name) }

// config returns a config with the members that o has, and other defaults.
func (o Options) config() edge.Config {
	cfg := edge.DefaultConfig()
	cfg.Parameters, cfg.OnlyPresets = o.Parameters, o.OnlyPresets
	cfg.Presets = maps.Clone(o.Presets)
	if o.Fit != "" {
		cfg.Fit = o.Fit
	}
	if o.Quality != 0 || o.MinQuality != 0 {
		cfg.Quality, cfg.MinQuality = o.Quality, o.MinQuality
	}
	return cfg
}

// String returns the names of what may be asked for, or "".
func (o Options) String() string {
	text := strings.Join(o.Parameters, ",")
	if len(o.Presets) > 0 {
		presets := strings.Join(slices.Sorted(maps.Keys(o.Presets)), ",")
		if o.OnlyPresets {
			presets += " only"
		}
		text += " (presets " + presets + ")"
	}
	return text
}

// JSON returns o as the function reads it.
func (o Options) JSON() string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(o) // never fails for text and numbers
	return strings.TrimSuffix(b.String(), "\n")
}

// ReadOptions returns the options in a text that [Options.JSON] has written, and
// reports whether it is one of a valid config with s's other settings.
func (s Settings) ReadOptions(text string) (Options, bool) {
	s.Options = Options{}
	if json.Unmarshal([]byte(text), &s.Options) != nil || s.Options.JSON() != text {
		return Options{}, false
	}
	if text == "{}" {
		return Options{}, true
	}
	cfg := s.Config()
	if cfg.Validate() != nil || !reflect.DeepEqual(optionsOf(cfg), s.Options) {
		return Options{}, false
	}
	return s.Options, true
}

// spelledOut reports whether a query string asks for a variant by more than a
// preset's name and a format.
func (o Options) spelledOut(query string) bool {
	var asks, more bool
	for pair := range strings.SplitSeq(query, "&") {
		switch name, _, _ := strings.Cut(pair, "="); {
		case name == "preset":
			asks = true
		case name == "width", name == "height", o.takes(name) && (name == "w" || name == "h"):
			asks, more = true, true
		case name == "background" && o.takes("fit"), o.takes(name) && name != "signature":
			more = true
		}
	}
	return asks && more
}
