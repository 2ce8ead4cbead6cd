package guard

import (
	"testing"

	"github.com/edgeresize/edgeresize/deploy/template/cfn"
)

// templateFile is the site's template. It is read through the link checked, which
// points to deploy, because the go command reruns a cached test only for changed files
// within its own module.
const templateFile = "checked/template/template.yaml"

// object is a mapping of a template, in the long form that JSON has.
type object = cfn.Object

// parsed returns the site's template.
func parsed(t *testing.T) object {
	t.Helper()
	return parsedFile(t, templateFile)
}

// parsedFile returns a template as it is written, with the short forms of intrinsic
// functions (!Ref, !Sub, …) spelled out.
func parsedFile(t *testing.T, file string) object {
	t.Helper()
	template, err := cfn.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	return template.Document
}
