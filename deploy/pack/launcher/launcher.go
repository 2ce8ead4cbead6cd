// Package launcher holds the few lines of Python that bring the Go binary up
// in Lambda's managed Python runtime, the only kind beside Node.js that
// CloudFront runs.
package launcher

import (
	"bytes"
	_ "embed"
	"fmt"
	"maps"
	"slices"
)

// Module is the Python module in a package; Handler is the handler's name
// that Lambda is told.
const (
	Module  = "lambda_function.py"
	Handler = "lambda_function.handler"
)

// The launchers there are.
const (
	Exec   = "exec"   // replaces the interpreter by the binary
	Bridge = "bridge" // keeps the interpreter, which passes events to the binary
)

//go:embed lambda_function.py
var execSource []byte

//go:embed bridge.py
var bridgeSource []byte

var sources = map[string][]byte{Exec: execSource, Bridge: bridgeSource}

// Names are the launchers there are.
func Names() []string { return slices.Sorted(maps.Keys(sources)) }

// sizeLine is where a launcher holds the size of its binary.
var sizeLine = []byte("\nSIZE = 0 ")

// Source is the Python module of a launcher for a binary of so many bytes: it
// refuses to start another, which a damaged package may have.
func Source(name string, binarySize int) ([]byte, error) {
	source, ok := sources[name]
	if !ok {
		return nil, fmt.Errorf("no launcher %q: want one of %v", name, Names())
	}
	if bytes.Count(source, sizeLine) != 1 {
		return nil, fmt.Errorf("launcher %s has no line for the size", name)
	}
	return bytes.Replace(source, sizeLine, fmt.Appendf(nil, "\nSIZE = %d ", binarySize), 1), nil
}

// Environment returns what a binary finds in its environment that [Exec] started in
// a function of so many MB: the memory, as Lambda says it, and what the launcher has
// Go's runtime do about it.
func Environment(mb int) []string {
	return []string{
		fmt.Sprintf("AWS_LAMBDA_FUNCTION_MEMORY_SIZE=%d", mb),
		fmt.Sprintf("GOMEMLIMIT=%dMiB", mb*9/10),
		"GODEBUG=madvdontneed=0",
	}
}
