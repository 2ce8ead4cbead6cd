package edge

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"testing"

	"github.com/edgeresize/edgeresize/resize"
	"github.com/edgeresize/edgeresize/resize/pic"
)

// A reason without a row in the table would count as permanent and have no
// meaning.
func TestEveryReasonIsInTheTable(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "reason.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	declared := 0
	ast.Inspect(file, func(n ast.Node) bool {
		if spec, ok := n.(*ast.ValueSpec); ok && spec.Type != nil {
			if id, ok := spec.Type.(*ast.Ident); ok && id.Name == "Reason" {
				declared++
			}
		}
		return true
	})
	if declared == 0 || declared != len(reasons) {
		t.Errorf("%d reasons are declared, %d are in the table", declared, len(reasons))
	}
	for r := range reasons {
		if r == "" || r.Meaning() == "" {
			t.Errorf("reason %q means %q", r, r.Meaning())
		}
	}
}

func TestReasonOf(t *testing.T) {
	for _, tt := range []struct {
		err      error
		want     Reason
		lifetime Lifetime
	}{
		{Because(S3Timeout, context.DeadlineExceeded), S3Timeout, Transient},
		{Because(S3Denied, nil), S3Denied, Lasting},
		{fmt.Errorf("wrapped: %w", Because(BadURI, nil)), BadURI, Permanent},
		{resize.ErrLarger, LargerThan, Permanent},
		{fmt.Errorf("wrapped: %w", resize.ErrSameSize), SameSize, Permanent},
		{resize.ErrNoFit, DoesNotFit, Permanent},
		{resize.UnsupportedError{Format: pic.SVG, Name: "SVG"}, Unsupported, Permanent},
		{&resize.FormatError{Format: resize.PNG, Err: errors.New("x")}, BadOriginal, Permanent},
		{&resize.LimitError{What: "pixels"}, TooManyPixels, Permanent},
		{&resize.LimitError{What: "memory"}, OutOfMemory, Lasting},
		{context.DeadlineExceeded, OutOfTime, Transient},
		{context.Canceled, OutOfTime, Transient},
		{errors.New("odd"), InternalError, Lasting},
	} {
		got := ReasonOf(tt.err)
		if got != tt.want || got.Lifetime() != tt.lifetime || got.Passing() != (tt.lifetime != Permanent) {
			t.Errorf("%v: got %q, lifetime %v; want %q, %v", tt.err, got, got.Lifetime(), tt.want, tt.lifetime)
		}
	}
}
