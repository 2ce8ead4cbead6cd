package edge

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
)

// ConfigError says what is wrong in a config, and where.
type ConfigError struct {
	// Line and Column locate the mistake in the file, from 1, in lines and
	// bytes; they are 0 if the config is not from a file.
	Line, Column int
	Field        string // empty if the whole file is wrong
	Got          string // what was given
	Allowed      string // what is allowed
}

func (e *ConfigError) Error() string {
	var b strings.Builder
	b.WriteString("config: ")
	if e.Line > 0 {
		fmt.Fprintf(&b, "line %d, column %d: ", e.Line, e.Column)
	}
	if e.Field != "" {
		b.WriteString(e.Field + " is ")
	}
	b.WriteString(e.Got + ": want " + e.Allowed)
	return b.String()
}

// wrong returns a *ConfigError about field.
func wrong(field, got, allowed string) error {
	return &ConfigError{Field: field, Got: got, Allowed: allowed}
}

// ParseConfig reads a config from a JSON object; missing fields keep their
// defaults. Its errors are *ConfigError.
func ParseConfig(data []byte) (Config, error) {
	given, err := membersOf(data)
	if err != nil {
		return Config{}, err
	}
	cfg := DefaultConfig()
	if err := given.decode(&cfg); err != nil {
		return Config{}, given.locate(err)
	}
	cfg.KeyPrefix = folder(cfg.KeyPrefix)
	if err := cfg.Validate(); err != nil {
		return Config{}, given.locate(given.blame(err, cfg))
	}
	return cfg, nil
}

// folder returns the prefix of the keys in a folder. name may begin or end with
// "/" or not: it returns "media/" for "media", "/media", "media/" and
// "/media/".
func folder(name string) string {
	name = strings.TrimSuffix(strings.TrimPrefix(name, "/"), "/")
	if name == "" {
		return ""
	}
	return name + "/"
}

// configMember is one member of a config, with its place in the file.
type configMember struct {
	name  string
	value json.RawMessage
	// nameAt and valueAt are offsets in bytes.
	nameAt, valueAt int
}

// configFile is the text of a config and the members of its object.
type configFile struct {
	data    []byte
	members []configMember
}

// membersOf reads data, which must be one JSON object. Its error is a
// *ConfigError.
func membersOf(data []byte) (configFile, error) {
	f := configFile{data: data}
	var all json.RawMessage
	if err := json.Unmarshal(data, &all); err != nil {
		at := len(data)
		if syntax := (*json.SyntaxError)(nil); errors.As(err, &syntax) {
			at = max(0, int(syntax.Offset)-1)
		}
		return f, f.at(at, &ConfigError{Got: err.Error(), Allowed: "one JSON object"})
	}
	d := json.NewDecoder(bytes.NewReader(data))
	if start, _ := d.Token(); start != json.Delim('{') {
		at := len(data) - len(bytes.TrimLeft(data, " \t\r\n"))
		return f, f.at(at, &ConfigError{Got: "the config is " + inWords(all), Allowed: "one JSON object, {…}"})
	}
	for d.More() {
		var m configMember
		m.nameAt = int(d.InputOffset())
		m.nameAt += bytes.IndexByte(data[m.nameAt:], '"')
		// Unmarshal has checked that data is valid JSON.
		name, _ := d.Token()
		m.name, _ = name.(string)
		_ = d.Decode(&m.value)
		m.valueAt = int(d.InputOffset()) - len(m.value)
		if twice := f.member(m.name); twice != nil {
			return f, f.at(m.nameAt, &ConfigError{Field: m.name, Got: "given twice", Allowed: "one value"})
		}
		f.members = append(f.members, m)
	}
	return f, nil
}

// inWords names the kind of a JSON value that is not an object.
func inWords(value json.RawMessage) string {
	switch c := bytes.TrimSpace(value)[0]; c {
	case '[':
		return "an array"
	case '"':
		return "a string"
	case 't', 'f':
		return "true or false"
	case 'n':
		return "null"
	}
	return "a number"
}

func (f configFile) member(name string) *configMember {
	for i, m := range f.members {
		if m.name == name {
			return &f.members[i]
		}
	}
	return nil
}

// decode sets the fields of cfg that f gives.
func (f configFile) decode(cfg *Config) error {
	fields := map[string]reflect.Value{}
	var names []string
	value := reflect.ValueOf(cfg).Elem()
	for i := range value.NumField() {
		name := value.Type().Field(i).Tag.Get("json")
		fields[name] = value.Field(i)
		names = append(names, name)
	}
	for _, m := range f.members {
		field, known := fields[m.name]
		if !known {
			return wrong(m.name, "unknown", "one of "+strings.Join(names, ", "))
		}
		if string(m.value) == "null" || json.Unmarshal(m.value, field.Addr().Interface()) != nil {
			return wrong(m.name, string(m.value), kindInWords(field.Kind()))
		}
	}
	return nil
}

func kindInWords(k reflect.Kind) string {
	switch k {
	case reflect.String:
		return "a string"
	case reflect.Slice:
		return "a list of strings"
	case reflect.Map:
		return "an object of strings"
	case reflect.Bool:
		return "true or false"
	}
	return "a whole number"
}

// blame returns err about the field that f gives: if quality is given below the
// default of min_quality, quality is too low rather than min_quality too high.
func (f configFile) blame(err error, cfg Config) error {
	var e *ConfigError
	if errors.As(err, &e) && e.Field == "min_quality" && f.member(e.Field) == nil {
		return wrong("quality", fmt.Sprint(cfg.Quality),
			fmt.Sprintf("at least min_quality, which is %d by default", cfg.MinQuality))
	}
	return err
}

// locate adds the line and column of its field to a *ConfigError.
func (f configFile) locate(err error) error {
	var wrong *ConfigError
	if !errors.As(err, &wrong) {
		return err
	}
	m := f.member(wrong.Field)
	switch {
	case m == nil:
		return err
	case wrong.Got == "unknown":
		return f.at(m.nameAt, wrong)
	}
	return f.at(m.valueAt, wrong)
}

// at returns err with the line and column of offset, which counts bytes.
func (f configFile) at(offset int, err *ConfigError) error {
	before := f.data[:min(offset, len(f.data))]
	located := *err
	located.Line = bytes.Count(before, []byte("\n")) + 1
	located.Column = len(before) - bytes.LastIndexByte(before, '\n')
	return &located
}
