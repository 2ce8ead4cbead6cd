package release

import (
	"encoding/json"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/edgeresize/edgeresize/edge"
)

// maxDescription is how long a version's description may be, in bytes. AWS
// Lambda API Reference, "PublishVersion".
const maxDescription = 256

// unrecorded ends a description that has not all of a config.
const unrecorded = "..."

// needed are the fields of a config that say what becomes of a request. A description
// has all of them or says that it has none.
var needed = []string{"bucket", "region", "key_prefix", "fit", "missing", "max_width", "max_height", "formats", "cache_tag_header"}

// Describe returns the description of a version: its launcher, and how its config
// differs from the defaults, such as "launcher=exec quality=82 missing=keep-ratio".
// [ReadDescription] is its opposite. What is too long for a description is left out,
// those fields first that no request depends on.
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

// spelled returns a config's value as descriptions have it: a word, or JSON.
func spelled(value reflect.Value) string {
	if value.Kind() == reflect.String && plain.MatchString(value.String()) {
		return value.String()
	}
	text, err := json.Marshal(value.Interface())
	if err != nil {
		return unrecorded // strings, numbers and lists of them marshal
	}
	return string(text)
}

// ReadDescription returns the config that a version's description records, with the
// defaults for what it does not name, and reports whether it records one: of a version
// that [Describe] has described. whole says that nothing of it was left out.
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
		if rest = further; !read(field, value) {
			return edge.Config{}, false, false
		}
	}
	if cfg.Validate() != nil {
		return edge.Config{}, false, false
	}
	return cfg, whole, true
}

// fieldOf returns the field of a config with a name in JSON.
func fieldOf(cfg *edge.Config, name string) (reflect.Value, bool) {
	all := reflect.ValueOf(cfg).Elem()
	for i := range all.NumField() {
		if all.Type().Field(i).Tag.Get("json") == name {
			return all.Field(i), true
		}
	}
	return reflect.Value{}, false
}

// nextValue cuts a value off what follows its name and "=": JSON, or what comes before
// a space.
func nextValue(text string) (value, rest string) {
	end := strings.IndexByte(text, ' ')
	if strings.HasPrefix(text, `"`) {
		var quoted string
		in := json.NewDecoder(strings.NewReader(text))
		if in.Decode(&quoted) == nil {
			end = int(in.InputOffset())
		}
	}
	if end < 0 || end >= len(text) {
		return text, ""
	}
	return text[:end], strings.TrimPrefix(text[end:], " ")
}

// read gives a field the value that text spells.
func read(field reflect.Value, text string) bool {
	if field.Kind() == reflect.String && plain.MatchString(text) {
		field.SetString(text)
		return true
	}
	return json.Unmarshal([]byte(text), field.Addr().Interface()) == nil
}
