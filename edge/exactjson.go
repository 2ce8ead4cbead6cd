package edge

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// decode decodes JSON as [json.Unmarshal] does, but for the names of members, which
// count case and all: a member called "Status" is none of a struct's called
// "status". Where data is empty, as that of a member that is not there, into stays
// as it is.
func decode[T any](data []byte, into *T) error {
	if len(data) == 0 {
		return nil
	}
	return decodeValue(data, reflect.ValueOf(into).Elem())
}

// decodeValue decodes what is no JSON null into structs, and into what holds
// structs, itself. Every field of a struct has a json tag.
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

// object is the values of a JSON object's members, each as it is written.
type object map[string]json.RawMessage

// encode returns o as JSON, in memory that has room for so many bytes more. Unlike [json.Marshal] it leaves the members' values as
// they are written, byte for byte. Names are told by what they mean, and so may be
// spelled with other escapes than they were; of equal ones the last one counts.
func (o object) encode(room int) ([]byte, error) {
	size := len("{}") + room
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
