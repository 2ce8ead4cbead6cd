package trial

import (
	"slices"
	"strings"
	"testing"
)

// value returns the value that a process with env sees, where the last one counts.
func value(env []string, name string) string {
	for _, v := range slices.Backward(env) {
		if got, ok := strings.CutPrefix(v, name+"="); ok {
			return got
		}
	}
	return ""
}

// TestEnvironment: a binary has the memory that it is given, and what the launcher sets for
// that; a launcher has 512 MB, and sets the rest itself.
func TestEnvironment(t *testing.T) {
	for _, tt := range []struct {
		o    Options
		want map[string]string
	}{
		{Options{}, map[string]string{"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512", "GOMEMLIMIT": "", "AWS_LAMBDA_RUNTIME_API": "api"}},
		{Options{MemoryMB: 1000}, map[string]string{"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1000", "GOMEMLIMIT": "900MiB"}},
		{Options{MemoryMB: 1000, Env: []string{"GOMEMLIMIT=off"}}, map[string]string{"GOMEMLIMIT": "off"}},
	} {
		env := tt.o.environment("api")
		for name, want := range tt.want {
			if got := value(env, name); got != want {
				t.Errorf("%+v: %s is %q, want %q", tt.o, name, got, want)
			}
		}
	}
}
