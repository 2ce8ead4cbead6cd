package edge

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// Unknown holds the members of a JSON object that a type has no field for.
type Unknown map[string]json.RawMessage

// decodeKeeping decodes the JSON object data into the struct that known
// points to and returns the members that the struct has no field for.
func decodeKeeping(data []byte, known any) (Unknown, error) {
	var rest Unknown
	if err := json.Unmarshal(data, &rest); err != nil {
		return nil, err
	}
	fields := reflect.ValueOf(known).Elem()
	for i := range fields.NumField() {
		name, _, _ := strings.Cut(fields.Type().Field(i).Tag.Get("json"), ",")
		member, ok := rest[name]
		if !ok {
			continue
		}
		delete(rest, name)
		if err := json.Unmarshal(member, fields.Field(i).Addr().Interface()); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	if len(rest) == 0 {
		return nil, nil
	}
	return rest, nil
}

// encodeKeeping is the JSON object of known's fields and of rest.
func encodeKeeping(known any, rest Unknown) ([]byte, error) {
	out, err := json.Marshal(known)
	if err != nil {
		return nil, err
	}
	out = out[:len(out)-1]
	for _, name := range slices.Sorted(maps.Keys(rest)) {
		quoted, err := json.Marshal(name)
		if err != nil {
			return nil, fmt.Errorf("member %q: %w", name, err)
		}
		if len(out) > 1 {
			out = append(out, ',')
		}
		out = append(out, quoted...)
		out = append(out, ':')
		out = append(out, rest[name]...)
	}
	return append(out, '}'), nil
}

// member decodes one member of a JSON object into into, which stays as it is
// where there is none. The name counts case and all, which encoding/json's
// structs do not.
type member struct {
	name string
	into any
}

// UnmarshalJSON implements json.Unmarshaler.
func (m *member) UnmarshalJSON(data []byte) error {
	var all map[string]json.RawMessage
	if err := json.Unmarshal(data, &all); err != nil {
		return err
	}
	value, ok := all[m.name]
	if !ok {
		return nil
	}
	if err := json.Unmarshal(value, m.into); err != nil {
		return fmt.Errorf("%s: %w", m.name, err)
	}
	return nil
}
