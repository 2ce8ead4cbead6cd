package release

import (
	"encoding/json"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/edgeresize/edgeresize/edge"
)

// maxDescription is the most bytes that a version's description may have. AWS Lambda API
// Reference, "PublishVersion".
const maxDescription = 256

// unrecorded ends a description that leaves out a part of the config.
const unrecorded = "..."

// needed are the config's fields that decide what becomes of a request. A description
// records all of them or says that it records none.
var needed = []string{"bucket", "region", "key_prefix", "fit", "missing", "larger", "parameters", "presets", "only_presets",
	"quality", "min_quality", "max_width", "max_height", "formats", "cache_tag_header"}

// Describe returns the description of a version: its launcher, and how its config
// differs from the defaults, such as "launcher=exec quality=82 missing=keep-ratio".
// [ReadDescription] reads it. If the text is too long, Describe leaves fields out, first
// those that no request depends on.
func Describe(cfg edge.Config, launcher string) string {
	type word struct {
		text   string
		needed bool
	}
	words := []word{{"launcher=" + launcher, true}}
	got, usual := reflect.ValueOf(cfg), reflect.ValueOf(edge.DefaultConfig())
	for i := range got.NumField() {
		name, value := got.Type().Field(i).Tag.Get("json"), got.Field(i)
		if !reflect.DeepEqual(value.Interface(), usual.Field(i).Interface()) {
			words = append(words, word{name + "=" + spelled(value), slices.Contains(needed, name)})
		}
	}
	joined := func() string {
		var all []string
		for _, w := range words {
			all = append(all, w.text)
		}
		return strings.Join(all, " ")
	}
	text := joined()
	for i := len(words) - 1; i > 0 && len(text) > maxDescription; i-- {
		if !words[i].needed {
			words = slices.Delete(words, i, i+1)
			text = joined() + " " + unrecorded
		}
	}
	if len(text) > maxDescription {
		return words[0].text + " " + unrecorded + unrecorded
	}
	return text
}

// plain matches strings that a description has without quotes.
var plain = regexp.MustCompile(`^[A-Za-z0-9._/-]+$`)

// spelled returns a config's value as descriptions spell it: a word, or JSON.
func spelled(value reflect.Value) string {
	if value.Kind() == reflect.String && plain.MatchString(value.String()) {
		return value.String()
	}
	var text strings.Builder
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false) // "&" stays one character: presets have many
	if e.Encode(value.Interface()) != nil {
		return unrecorded // never: strings, numbers, and lists and maps of them marshal
	}
	return strings.TrimSuffix(text.String(), "\n")
}

// ReadDescription returns the config that a version's description records, with the
// defaults for fields that it does not name. ok reports whether [Describe] has written
// the description, and whole whether it leaves nothing out.
func ReadDescription(text string) (cfg edge.Config, whole, ok bool) {
	cfg, whole = edge.DefaultConfig(), true
	launcher, rest, _ := strings.Cut(text, " ")
	if !strings.HasPrefix(launcher, "launcher=") {
		return edge.Config{}, false, false
	}
	for rest != "" {
		if rest == unrecorded {
			whole = false
			break
		}
		name, after, found := strings.Cut(rest, "=")
		field, exists := fieldOf(&cfg, name)
		if !found || !exists {
			return edge.Config{}, false, false
		}
		value, further := nextValue(after)
		if rest = further; !setField(field, value) {
			return edge.Config{}, false, false
		}
	}
	if cfg.Validate() != nil {
		return edge.Config{}, false, false
	}
	return cfg, whole, true
}

// fieldOf returns the config's field with a name in JSON.
func fieldOf(cfg *edge.Config, name string) (reflect.Value, bool) {
	all := reflect.ValueOf(cfg).Elem()
	for i := range all.NumField() {
		if all.Type().Field(i).Tag.Get("json") == name {
			return all.Field(i), true
		}
	}
	return reflect.Value{}, false
}

// nextValue splits text, which follows a field's name and "=", into the value and the
// rest. The value is JSON, or ends before a space.
func nextValue(text string) (value, rest string) {
	end := strings.IndexByte(text, ' ')
	if strings.IndexAny(text, `"[{`) == 0 {
		var value json.RawMessage
		in := json.NewDecoder(strings.NewReader(text))
		if in.Decode(&value) == nil {
			end = int(in.InputOffset())
		}
	}
	if end < 0 || end >= len(text) {
		return text, ""
	}
	return text[:end], strings.TrimPrefix(text[end:], " ")
}

// setField sets a field to the value that text spells, and reports whether it could.
func setField(field reflect.Value, text string) bool {
	if field.Kind() == reflect.String && plain.MatchString(text) {
		field.SetString(text)
		return true
	}
	return json.Unmarshal([]byte(text), field.Addr().Interface()) == nil
}
