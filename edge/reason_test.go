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
)

// A reason that is declared but not in the table would count as permanent
// and have no meaning.
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
		err       error
		want      Reason
		transient bool
	}{
		{Because(S3Timeout, context.DeadlineExceeded), S3Timeout, true},
		{fmt.Errorf("wrapped: %w", Because(BadURI, nil)), BadURI, false},
		{resize.ErrLarger, LargerThan, false},
		{fmt.Errorf("wrapped: %w", resize.ErrSameSize), SameSize, false},
		{resize.ErrNoFit, DoesNotFit, false},
		{resize.UnsupportedError("SVG"), Unsupported, false},
		{&resize.FormatError{Format: resize.PNG, Err: errors.New("x")}, BadOriginal, false},
		{&resize.LimitError{What: "pixels"}, TooManyPixels, false},
		{&resize.LimitError{What: "memory"}, OutOfMemory, true},
		{context.DeadlineExceeded, OutOfTime, true},
		{context.Canceled, OutOfTime, true},
		{errors.New("odd"), InternalError, true},
	} {
		got := ReasonOf(tt.err)
		if got != tt.want || got.Transient() != tt.transient {
			t.Errorf("%v: got %q, transient %v; want %q, %v", tt.err, got, got.Transient(), tt.want, tt.transient)
		}
	}
}
