package schema

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"testing"
)

var update = flag.Bool("update", false, "write schema.json anew")

// TestCommitted compares schema.json with the bindings in the file AWS_BINDINGS.
func TestCommitted(t *testing.T) {
	archive := os.Getenv("AWS_BINDINGS")
	if archive == "" {
		t.Skip("AWS_BINDINGS names no bindings; make check-terraform does")
	}
	schemas, err := Extract(archive)
	if err != nil {
		t.Fatal(err)
	}
	text := new(bytes.Buffer)
	encoder := json.NewEncoder(text)
	encoder.SetIndent("", " ")
	if err := encoder.Encode(schemas); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("schema.json", text.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if !bytes.Equal(committed, text.Bytes()) {
		t.Error("schema.json differs from the bindings; run the test with -update")
	}
}

// TestKnown compares what is known of the provider with the extracted schemas.
func TestKnown(t *testing.T) {
	schemas, err := Read()
	if err != nil {
		t.Fatal(err)
	}
	distribution := schemas.Resources["aws_cloudfront_distribution"]
	behavior := distribution.Blocks["default_cache_behavior"]
	switch {
	case !distribution.Attributes["enabled"].Required:
		t.Error("enabled is not required")
	case !distribution.Attributes["arn"].Computed:
		t.Error("arn is not computed")
	case behavior.Min != 1 || behavior.Max != 1:
		t.Errorf("%d to %d default_cache_behavior", behavior.Min, behavior.Max)
	case distribution.Blocks["origin"].Nesting != "set" || distribution.Blocks["origin"].Max != 0:
		t.Error("not a set of origins")
	case !behavior.Blocks["lambda_function_association"].Attributes["lambda_arn"].Required:
		t.Error("lambda_arn is not required")
	case !distribution.Blocks["cache_tag_config"].Attributes["header_name"].Required:
		t.Error("header_name is not required")
	}
}
