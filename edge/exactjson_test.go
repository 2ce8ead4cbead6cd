package edge

import (
	"bytes"
	"encoding/json"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func TestDecodeTellsCases(t *testing.T) {
	for data, want := range map[string]Event{
		`{"RECORDS":[{}],"records":5}`: {},
		`{"Records":[{"cf":{"request":{"uri":"/a","URI":"/b"},"Request":{"uri":"/c"}}}],"Records ":1}`: {
			Records: []Record{{CF: CF{Request: Request{URI: "/a"}}}}},
		`{"Records":[{"cf":{"request":{"origin":{"s3":{"domainName":"a","domainname":"b"},"S3":null,"Custom":{}}}}}]}`: {
			Records: []Record{{CF: CF{Request: Request{Origin: &Origin{S3: &S3Origin{DomainName: "a"}}}}}}},
		`{"Records":[{"cf":{"response":{"headers":{"A":[{"value":"1","Value":"2","KEY":"3"}],"a":[]}}}}]}`: {
			Records: []Record{{CF: CF{Response: Response{Headers: Headers{"A": {{Value: "1"}}, "a": {}}}}}}},
	} {
		var got Event
		if err := decode([]byte(data), &got); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v, %v", data, got, err)
		}
	}
}

// FuzzExactDecode checks that decode equals json.Unmarshal if no names differ
// by case alone or occur twice.
func FuzzExactDecode(f *testing.F) {
	for _, file := range eventFiles(f) {
		event, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(event)
	}
	for _, odd := range []string{`null`, `5`, `[]`, `{"Records":null}`, `{"Records":[null]}`, `{"Records":{}}`, `{"Records":[{"cf":[]}]}`,
		`{"Records":[{"cf":{"request":{"origin":null,"headers":{"a":null,"b":[null,{}],"c":[5]}}}}]}`,
		`{"Records":[{"cf":{"request":{"headers":null,"origin":{"custom":{"port":"1"}}}}}]}`,
		`{"Records":[{"cf":{"request":{"headers":[],"origin":{"custom":{"sslProtocols":["a",null]}}}}}]}`,
		`{"Records":[{},{"cf":{"config":{"requestId":"\ud800"},"response":{"status":null}}}]}`} {
		f.Add([]byte(odd))
	}
	names := namesOf(reflect.TypeFor[Event](), nil)
	f.Fuzz(func(t *testing.T, data []byte) {
		var whole any
		d := json.NewDecoder(bytes.NewReader(data))
		d.UseNumber()
		if d.Decode(&whole) != nil {
			return
		}
		data, err := json.Marshal(exact(whole, names))
		if err != nil {
			t.Fatal(err)
		}
		var got, want Event
		err = decode(data, &got)
		if wanted := json.Unmarshal(data, &want); (err == nil) != (wanted == nil) || err == nil && !reflect.DeepEqual(got, want) {
			t.Errorf("%q: got %+v, %v; want %+v, %v", data, got, err, want, wanted)
		}
	})
}

// namesOf appends to names those of t's members and of the types that they
// hold.
func namesOf(t reflect.Type, names []string) []string {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		return namesOf(t.Elem(), names)
	case reflect.Struct:
		for i := range t.NumField() {
			name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
			names = namesOf(t.Field(i).Type, append(names, name))
		}
	}
	return names
}

// exact returns v without members whose names differ from one of names by case
// alone.
func exact(v any, names []string) any {
	switch v := v.(type) {
	case []any:
		for i := range v {
			v[i] = exact(v[i], names)
		}
	case map[string]any:
		for name := range v {
			folded := slices.ContainsFunc(names, func(known string) bool { return strings.EqualFold(known, name) })
			if folded && !slices.Contains(names, name) {
				delete(v, name)
				continue
			}
			v[name] = exact(v[name], names)
		}
	}
	return v
}
