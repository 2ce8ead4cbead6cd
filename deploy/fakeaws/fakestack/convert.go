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

// renamed are the fields that CloudFront's API calls otherwise than its resources do.
var renamed = map[string]string{"OriginCustomHeaders": "CustomHeaders", "IPV6Enabled": "IsIPV6Enabled"}

// fill gives a value of the SDK what a resource's property says. A name that it does
// not have is an error, so that no property is passed over. What is a list in a
// template is Items in the API, with their Quantity.
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

// fieldOf is the field for a property, of which the API may have other capitals.
func fieldOf(s reflect.Value, property string) reflect.Value {
	if other, ok := renamed[property]; ok {
		property = other
	}
	return s.FieldByNameFunc(func(name string) bool { return strings.EqualFold(name, property) })
}

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

// errKept ends a call of which the body was wanted.
var errKept = errors.New("kept")

// document is the XML that a call of CloudFront's API sends. The SDK refuses what
// lacks something that the API requires.
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
