package edge

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// decode decodes JSON as [json.Unmarshal] does, but matches the names of
// members exactly: a member "Status" does not set a field tagged "status". If
// data is empty, as the value of a missing member is, decode leaves into
// unchanged.
func decode[T any](data []byte, into *T) error {
	if len(data) == 0 {
		return nil
	}
	return decodeValue(data, reflect.ValueOf(into).Elem())
}

// decodeValue decodes structs, and pointers, maps and slices of them, itself.
// It leaves into unchanged for null. Every field of a struct must have a json
// tag.
func decodeValue(data []byte, into reflect.Value) error {
	t := into.Type()
	switch {
	case string(data) == "null":
	case t.Kind() == reflect.Struct:
		return decodeStruct(data, into)
	case t.Kind() == reflect.Pointer:
		into.Set(reflect.New(t.Elem()))
		return decodeValue(data, into.Elem())
	case t.Kind() == reflect.Map:
		var members object
		if err := json.Unmarshal(data, &members); err != nil {
			return err
		}
		into.Set(reflect.MakeMapWithSize(t, len(members)))
		for name, member := range members {
			value := reflect.New(t.Elem()).Elem()
			if err := decodeValue(member, value); err != nil {
				return err
			}
			into.SetMapIndex(reflect.ValueOf(name), value)
		}
		return nil
	case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Struct:
		var elements []json.RawMessage
		if err := json.Unmarshal(data, &elements); err != nil {
			return err
		}
		into.Set(reflect.MakeSlice(t, len(elements), len(elements)))
		for i, element := range elements {
			if err := decodeStruct(element, into.Index(i)); err != nil {
				return err
			}
		}
		return nil
	}
	return json.Unmarshal(data, into.Addr().Interface())
}

// decodeStruct decodes every member that it can, and returns the first error.
func decodeStruct(data []byte, into reflect.Value) (first error) {
	var members object
	if err := json.Unmarshal(data, &members); err != nil {
		return err
	}
	for i := range into.NumField() {
		name, _, _ := strings.Cut(into.Type().Field(i).Tag.Get("json"), ",")
		member, ok := members[name]
		if !ok {
			continue
		}
		if err := decodeValue(member, into.Field(i)); err != nil && first == nil {
			first = fmt.Errorf("%s: %w", name, err)
		}
	}
	return first
}

// object maps the names of a JSON object's members to their values as written.
type object map[string]json.RawMessage

// encode returns o as JSON, in a slice with spare bytes of unused capacity.
// Unlike [json.Marshal] it keeps the values as written, byte for byte. It may
// escape names in another way than the original text; if a name occurs twice
// there, the last value counts.
func (o object) encode(spare int) ([]byte, error) {
	size := len("{}") + spare
	for name, member := range o {
		size += len(name) + len(member) + len(`"":,`)
	}
	out := append(make([]byte, 0, size), '{')
	for i, name := range slices.Sorted(maps.Keys(o)) {
		quoted, err := json.Marshal(name)
		if err != nil {
			return nil, fmt.Errorf("member %q: %w", name, err)
		}
		if i > 0 {
			out = append(out, ',')
		}
		out = append(out, quoted...)
		out = append(out, ':')
		out = append(out, o[name]...)
	}
	return append(out, '}'), nil
}
