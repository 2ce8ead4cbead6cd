package fakestack

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
)

// renamed has the fields that have another name in CloudFront's API than in templates.
var renamed = map[string]string{"OriginCustomHeaders": "CustomHeaders", "IPV6Enabled": "IsIPV6Enabled"}

// fill sets a value of the SDK to a resource's property. It refuses a name that the
// value lacks, so that no property is ignored. A list in a template becomes Items and
// Quantity in the API.
func fill(into reflect.Value, property any, path string) error {
	switch into.Kind() {
	case reflect.Pointer:
		made := reflect.New(into.Type().Elem())
		if err := fill(made.Elem(), property, path); err != nil {
			return err
		}
		into.Set(made)
		return nil
	case reflect.Struct:
		return fillStruct(into, property, path)
	case reflect.Slice:
		list, ok := property.([]any)
		if !ok {
			return fmt.Errorf("%s is %v, no list", path, property)
		}
		made := reflect.MakeSlice(into.Type(), len(list), len(list))
		for i, item := range list {
			if err := fill(made.Index(i), item, fmt.Sprintf("%s[%d]", path, i)); err != nil {
				return err
			}
		}
		into.Set(made)
		return nil
	}
	return fillScalar(into, property, path)
}

// fillStruct sets a struct to a mapping or a list.
func fillStruct(into reflect.Value, property any, path string) error {
	if list, ok := property.([]any); ok {
		property = object{"Items": list}
	}
	m, ok := property.(object)
	if !ok {
		return fmt.Errorf("%s is %v, no mapping", path, property)
	}
	for name, value := range m {
		field := fieldOf(into, name)
		if !field.IsValid() {
			return fmt.Errorf("%s has no property %s", path, name)
		}
		if err := fill(field, value, path+"."+name); err != nil {
			return err
		}
	}
	if quantity, items := into.FieldByName("Quantity"), into.FieldByName("Items"); quantity.IsValid() && items.IsValid() {
		quantity.Set(reflect.ValueOf(aws.Int32(int32(items.Len()))))
	}
	return nil
}

// fieldOf returns the field for a property, whose name may have other capitals in the
// API.
func fieldOf(s reflect.Value, property string) reflect.Value {
	if other, ok := renamed[property]; ok {
		property = other
	}
	return s.FieldByNameFunc(func(name string) bool { return strings.EqualFold(name, property) })
}

// fillScalar sets a string, bool or number.
func fillScalar(into reflect.Value, property any, path string) error {
	text := fmt.Sprint(property)
	switch property.(type) {
	case string, int, bool, float64:
	default:
		return fmt.Errorf("%s is %v", path, property)
	}
	switch into.Kind() {
	case reflect.String:
		into.SetString(text)
		return nil
	case reflect.Bool:
		b, err := strconv.ParseBool(text)
		into.SetBool(b)
		return err
	case reflect.Int32, reflect.Int64:
		n, err := strconv.ParseInt(text, 10, 64)
		into.SetInt(n)
		return err
	case reflect.Float64:
		f, err := strconv.ParseFloat(text, 64)
		into.SetFloat(f)
		return err
	}
	return fmt.Errorf("%s: no %s can be given", path, into.Type())
}

// errKept ends a call after document has kept its body.
var errKept = errors.New("kept")

// document returns the XML that a call of CloudFront's API sends. The SDK refuses a
// call that lacks something required.
func document(ctx context.Context, call func(context.Context, *cloudfront.Client) error) (string, error) {
	var body []byte
	client := cloudfront.New(cloudfront.Options{
		Region: "us-east-1", Retryer: aws.NopRetryer{}, Credentials: credentials.NewStaticCredentialsProvider("key", "secret", ""),
		HTTPClient: doer(func(r *http.Request) (*http.Response, error) {
			var err error
			if body, err = io.ReadAll(r.Body); err == nil {
				err = errKept
			}
			return nil, err
		}),
	})
	if err := call(ctx, client); !errors.Is(err, errKept) {
		return "", err
	}
	return string(body), nil
}

type doer func(*http.Request) (*http.Response, error)

func (f doer) Do(r *http.Request) (*http.Response, error) { return f(r) }
