// Package check validates, tests and plans the module in the folder above by OpenTofu, and
// compares the plans with the template of CloudFormation. The AWS provider's place is taken
// by the stand-in in provider.
package check

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/deploy/terraform/check/provider"
)

// module is the module's folder.
const module = ".."

// tool runs OpenTofu's command, of which TOFU is the path.
type tool struct {
	path string
	env  []string
}

// tofu is nil if TOFU is not set.
var tofu *tool

func TestMain(m *testing.M) {
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// run runs the tests while the stand-in for the AWS provider is served.
func run(m *testing.M) (int, error) {
	path := os.Getenv("TOFU")
	if path == "" {
		return m.Run(), nil
	}
	aws, err := provider.New()
	if err != nil {
		return 0, err
	}
	// Otherwise the provider's framework logs each call.
	if err := os.Setenv("TF_LOG_SDK_PROTO", "OFF"); err != nil {
		return 0, err
	}
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	reattach, err := provider.Serve(ctx, aws)
	if err != nil {
		return 0, err
	}
	data, err := os.MkdirTemp("", "tofu")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(data)
	tofu = &tool{path, append(os.Environ(), "TF_CLI_CONFIG_FILE="+os.DevNull, "TF_REATTACH_PROVIDERS="+reattach, "TF_DATA_DIR="+data, "TF_IN_AUTOMATION=1", "CHECKPOINT_DISABLE=1")}
	if out, err := tofu.in(module, "init", "-backend=false", "-input=false", "-no-color"); err != nil {
		return 0, fmt.Errorf("tofu init: %w\n%s", err, out)
	}
	return m.Run(), nil
}

// in runs OpenTofu in a folder and returns what it writes to standard output, with standard
// error if it fails.
func (t *tool) in(dir string, args ...string) ([]byte, error) {
	command := exec.Command(t.path, args...)
	command.Dir, command.Env = dir, t.env
	var stderr bytes.Buffer
	command.Stderr = &stderr
	out, err := command.Output()
	if err != nil {
		out = append(out, stderr.Bytes()...)
	}
	return out, err
}

// apart returns the tool with a data folder of its own, for a module in another folder.
func (t *tool) apart(test *testing.T) *tool {
	test.Helper()
	return &tool{t.path, append(slices.Clip(t.env), "TF_DATA_DIR="+test.TempDir())}
}

// each runs commands in a folder, one after another, and ends the test at one that fails.
func (t *tool) each(test *testing.T, dir string, commands ...string) {
	test.Helper()
	for _, command := range commands {
		if out, err := t.in(dir, append(strings.Fields(command), "-no-color")...); err != nil {
			test.Fatalf("tofu %s: %v\n%s", command, err, out)
		}
	}
}

// need skips a test if there is no OpenTofu.
func need(t *testing.T) {
	t.Helper()
	if tofu == nil {
		t.Skip("TOFU names no tofu command; make check-terraform does")
	}
}

func TestFormat(t *testing.T) {
	need(t)
	if out, err := tofu.in(module, "fmt", "-check", "-diff", "-recursive", "-no-color"); err != nil {
		t.Errorf("run tofu fmt -recursive: %v\n%s", err, out)
	}
}

func TestValid(t *testing.T) {
	need(t)
	tofu.each(t, module, "validate")
}

// broken is a change to a file of the module, and what is said of it.
type broken struct{ file, old, new, want string }

// in returns a copy of the module with the change.
func (b broken) in(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "deploy", "terraform")
	copyModule(t, dir)
	file := filepath.Join(dir, b.file)
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), b.old) {
		t.Fatalf("%s has no %q", b.file, b.old)
	}
	if err := os.WriteFile(file, []byte(strings.Replace(string(text), b.old, b.new, 1)), 0o644); err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestInvalid runs validate on broken copies of the module, so that a stand-in that accepts
// everything fails here.
func TestInvalid(t *testing.T) {
	need(t)
	for name, b := range map[string]broken{
		"unknown argument":  {"function.tf", "memory_size  ", "memory  ", "Unsupported argument"},
		"unknown block":     {"distribution.tf", "cache_tag_config {", "cache_tags {", "Unsupported block type"},
		"missing argument":  {"policies.tf", `  signing_protocol                  = "sigv4"`, "", "Missing required argument"},
		"unknown attribute": {"outputs.tf", "images.qualified_arn", "images.version_arn", "Unsupported attribute"},
		"wrong type":        {"function.tf", " = 30", " = [30]", "Incorrect attribute value type"},
	} {
		t.Run(name, func(t *testing.T) {
			out, err := tofu.in(b.in(t), "validate", "-no-color")
			if err == nil || !strings.Contains(string(out), b.want) {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}

// copyModule copies the module's files to dir, with the files that it reads.
func copyModule(t *testing.T, dir string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(module, "*.tf"))
	if err != nil {
		t.Fatal(err)
	}
	copies := map[string]string{}
	for _, name := range []string{"viewer-request.js", "signed.js", "unsigned.js"} {
		code := filepath.Join("edge/viewerrequest", name)
		copies[filepath.Join("../../..", code)] = filepath.Join(dir, "../..", code)
	}
	for _, file := range files {
		copies[file] = filepath.Join(dir, filepath.Base(file))
	}
	for from, to := range copies {
		text, err := os.ReadFile(from)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// TestModule runs the module's own tests, in the folder tests.
func TestModule(t *testing.T) {
	need(t)
	tofu.each(t, module, "test")
}

// plan is a plan as tofu show prints it.
type plan struct {
	Planned struct {
		Outputs map[string]struct{ Value any }
		Root    struct{ Resources []planned } `json:"root_module"`
	} `json:"planned_values"`
	Configuration struct {
		Root struct {
			Variables map[string]struct {
				Default     any
				Description string
			}
		} `json:"root_module"`
	}
}

// planned is a resource of a plan.
type planned struct {
	Address, Mode, Type, Name string
	Index                     any
	Values                    map[string]any
}

// planOf plans the module in a folder with variables.
func planOf(t *testing.T, folder string, variables map[string]any) *plan {
	t.Helper()
	dir := t.TempDir()
	state, file := filepath.Join(dir, "terraform.tfstate"), filepath.Join(dir, "plan")
	tofu.each(t, folder, "plan -input=false -refresh=false -state="+state+" -var-file="+varFile(t, variables)+" -out="+file)
	out, err := tofu.in(folder, "show", "-json", file)
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	p := new(plan)
	if err := json.Unmarshal(out, p); err != nil {
		t.Fatal(err)
	}
	p.Planned.Root.Resources = slices.DeleteFunc(p.Planned.Root.Resources, func(r planned) bool { return r.Mode != "managed" })
	return p
}

// varFile returns a file of the variables in given, and of those without a default.
func varFile(t *testing.T, given map[string]any) string {
	t.Helper()
	all := map[string]any{"code_bucket": codeBucket, "code_key": codeKey}
	maps.Copy(all, given)
	text, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "given.tfvars.json")
	if err := os.WriteFile(file, text, 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

// The package of all plans.
const (
	codeBucket = "code"
	codeKey    = "edgeresize-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef.zip"
)
