package edge

import (
	"errors"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/edgeresize/edgeresize/resize"
)

// Placeholder is the name of the preset that every config has that switches
// preset, fit, quality and blur on: a picture of at most 500 bytes, to be shown
// while another one loads. With a min_quality above 95 it may have a few more.
const Placeholder = "placeholder"

// placeholder returns the query string of the preset [Placeholder]. A PNG of 9 × 9
// pixels has at most 500 bytes, even if nothing in it can be compressed.
func placeholder(cfg Config) string {
	const side = 9
	return fmt.Sprintf("width=%d&height=%d&fit=%s&blur=1&quality=%d",
		min(side, cfg.MaxWidth), min(side, cfg.MaxHeight), resize.Inside, cfg.LeastQuality())
}

// AllPresets returns the query strings of the presets that requests may name.
func (c Config) AllPresets() map[string]string {
	if !c.takes("preset") {
		return nil
	}
	all := map[string]string{}
	if c.takes("fit") && c.takes("quality") && c.takes("blur") {
		all[Placeholder] = placeholder(c)
	}
	maps.Copy(all, c.Presets)
	return all
}

// resolved returns the values asked for, and those of the preset that they name
// where they do not replace them.
func resolved(asked map[string][]string, cfg Config) (map[string][]string, error) {
	names := asked["preset"]
	if len(names) == 0 {
		return asked, nil
	}
	name := unescaped(names[0])
	query, known := cfg.AllPresets()[name]
	if !known || slices.ContainsFunc(names, func(other string) bool { return unescaped(other) != name }) {
		return nil, Because(BadParameter, errors.New("preset"))
	}
	all := given(query, cfg.withoutPresets())
	maps.Copy(all, asked)
	return all, nil
}

// unescaped returns text percent-decoded, or "" if it is malformed.
func unescaped(text string) string {
	text, _ = url.PathUnescape(text)
	return text
}

// isPreset reports whether ask, whatever its format, is one of cfg's presets.
func isPreset(ask Ask, cfg Config) bool {
	plain := cfg.withoutPresets()
	for _, query := range cfg.AllPresets() {
		preset, err := Asked(query, plain)
		preset.Format = ask.Format
		if err == nil && preset == ask {
			return true
		}
	}
	return false
}

// withoutPresets returns c without what a preset cannot name itself.
func (c Config) withoutPresets() Config {
	c.OnlyPresets = false
	c.Parameters = slices.DeleteFunc(slices.Clone(c.Parameters), func(name string) bool { return name == "preset" })
	return c
}

// presetName matches names of any length: a bound would take most of the time in
// which the package's patterns are compiled, at each cold start.
var presetName = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]*$`)

const maxPresetName = 32 // characters

// presetQuery matches what needs no quotes in JSON, templates and shells.
var presetQuery = regexp.MustCompile(`^[A-Za-z0-9=&.,%_-]+$`)

// checkPresets returns a *ConfigError if a preset of c cannot be asked for.
func (c Config) checkPresets() error {
	if len(c.Presets) > 0 && !c.takes("preset") {
		return wrong("presets", "given", `only with "preset" among parameters`)
	}
	plain := c.withoutPresets()
	for _, name := range slices.Sorted(maps.Keys(c.Presets)) {
		query := c.Presets[name]
		if len(name) > maxPresetName || !presetName.MatchString(name) {
			return wrong("presets", fmt.Sprintf("%q", name), fmt.Sprintf("names of up to %d lower-case letters, digits, _ and -", maxPresetName))
		}
		if !presetQuery.MatchString(query) {
			return wrong("presets", fmt.Sprintf("%q for %s", query, name), `a query string of letters, digits and =&.,%_-, such as "width=500&height=300"`)
		}
		for parameter, value := range pairs(query) {
			if parameter == "fit" && strings.Contains(unescaped(value), ",") {
				return wrong("presets", fmt.Sprintf("%q for %s", query, name), "the colour in background, which requests can replace")
			}
			if !plain.reads(parameter) || parameter == "signature" {
				return wrong("presets", fmt.Sprintf("%q, where %s has %q", query, name, parameter),
					"width, height, format and what parameters lists, except preset and signature")
			}
		}
		ask, err := Asked(query, plain)
		if err != nil {
			return wrong("presets", fmt.Sprintf("%q for %s, which gets the original: %v", query, name, err), `such as "width=500&height=300"`)
		}
		if ask.Format == "" && len(given(query, plain)["format"]) > 0 {
			return wrong("presets", fmt.Sprintf("%q for %s", query, name), fmt.Sprintf("a format among %q", askable))
		}
	}
	if c.OnlyPresets && len(c.AllPresets()) == 0 {
		return wrong("only_presets", "true", "false without presets")
	}
	return nil
}
