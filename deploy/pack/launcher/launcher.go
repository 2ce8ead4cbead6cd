// Package launcher holds the Python code that starts the Go binary in Lambda's managed
// Python runtime. CloudFront runs functions in Python and Node.js only.
package launcher

import (
	"bytes"
	_ "embed"
	"fmt"
	"maps"
	"slices"
)

// Module is the name of the Python module in a package; Handler is the handler to
// configure in Lambda.
const (
	Module  = "lambda_function.py"
	Handler = "lambda_function.handler"
)

// The names of the launchers.
const (
	Exec   = "exec"   // replaces the interpreter by the binary
	Bridge = "bridge" // keeps the interpreter, which passes events to the binary
)

//go:embed lambda_function.py
var execSource []byte

//go:embed bridge.py
var bridgeSource []byte

var sources = map[string][]byte{Exec: execSource, Bridge: bridgeSource}

// Names returns the names of the launchers, sorted.
func Names() []string { return slices.Sorted(maps.Keys(sources)) }

// sizeLine is the line of a launcher that holds the size of its binary.
var sizeLine = []byte("\nSIZE = 0 ")

// Source returns the Python module of the launcher name. The module refuses to start a
// binary of any other size than binarySize bytes, as a damaged package may have.
func Source(name string, binarySize int) ([]byte, error) {
	source, ok := sources[name]
	if !ok {
		return nil, fmt.Errorf("unknown launcher %q: want one of %v", name, Names())
	}
	if bytes.Count(source, sizeLine) != 1 {
		return nil, fmt.Errorf("the launcher %s has no line for the size", name)
	}
	return bytes.Replace(source, sizeLine, fmt.Appendf(nil, "\nSIZE = %d ", binarySize), 1), nil
}

// Environment returns the variables that [Exec] gives a binary in a function of mb MB
// of memory: that memory, as Lambda states it, and the settings of Go's runtime.
func Environment(mb int) []string {
	return []string{
		fmt.Sprintf("AWS_LAMBDA_FUNCTION_MEMORY_SIZE=%d", mb),
		fmt.Sprintf("GOMEMLIMIT=%dMiB", mb*9/10),
		"GODEBUG=madvdontneed=0",
	}
}
