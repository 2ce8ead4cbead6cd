package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"

	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakecloudformation"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakeedge"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakestack"
	"github.com/edgeresize/edgeresize/deploy/pack"
	"github.com/edgeresize/edgeresize/deploy/template/cfn"
	"github.com/edgeresize/edgeresize/edge"
)

// world is an AWS in which the commands make sites and viewers ask them.
type world struct {
	*cloud
	t        *testing.T
	stacks   *fakecloudformation.CloudFormation
	settings sdk.Config
	maker    *fakestack.Maker
	folder   string // of the buckets' folders
	address  string // where viewers are served

	mu       sync.Mutex
	outputs  map[string]map[string]string // of stacks, by name
	packages map[string]packed            // by checksum
}

// packed is a package and what is baked into it.
type packed struct {
	zip    []byte
	config edge.Config
}

// otherStatement is somebody else's statement, in the policies of buckets that exist before.
const otherStatement = `{"Sid":"Others","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::999999999999:root"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::%s/shared/*"}`

// newWorld makes a world with a checkout of its own, whose packages hold their config alone.
func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{cloud: newCloud(t), t: t, folder: t.TempDir(), outputs: map[string]map[string]string{}, packages: map[string]packed{}}
	w.functions.Trusts = w.roles.Trusts
	w.stacks = fakecloudformation.New(w.Server)
	w.stacks.Code, w.stacks.Pace = w.buckets.Object, 100
	w.stacks.Outputs = func(s *fakecloudformation.Stack) map[string]string {
		w.mu.Lock()
		defer w.mu.Unlock()
		return w.outputs[s.Name]
	}
	var err error
	if w.settings, err = loadSettings(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.settings.Region = "us-east-1"
	w.maker = &fakestack.Maker{CloudFront: w.distributions, Functions: w.functions, Buckets: w.buckets, Config: w.settings, Code: w.code}
	w.serve()
	for name, region := range map[string]string{"old-originals": "eu-west-1", "tokyo-originals": "ap-northeast-1"} {
		w.buckets.Bucket(name, region, policyOf(fmt.Sprintf(otherStatement, name)))
	}
	w.checkout()
	find, made, regional, waits := findCheckout, makePackage, makeRegional, wait
	t.Cleanup(func() { findCheckout, makePackage, makeRegional, wait = find, made, regional, waits })
	findCheckout = func(context.Context, string) (string, error) { return os.Getwd() }
	wait = func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
	makePackage = w.pack
	makeRegional = func(_ context.Context, _, function, arch string) (*pack.Package, error) {
		return w.packed(function+" "+arch, edge.Config{}), nil
	}
	return w
}

// policyOf returns a policy with statements in JSON.
func policyOf(statements ...string) string {
	return `{"Version":"2012-10-17","Statement":[` + strings.Join(statements, ",") + `]}`
}

// serve makes the distributions answer viewers' requests for their names.
func (w *world) serve() {
	served, err := fakeedge.New(w.settings, w.distributions, w.folder)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(served.Close)
	served.Baked = w.baked
	server := httptest.NewServer(served)
	w.t.Cleanup(server.Close)
	before := http.DefaultTransport
	w.address = server.Listener.Addr().String()
	http.DefaultTransport = fakeedge.Transport(w.address)
	w.t.Cleanup(func() { http.DefaultTransport = before })
}

// checkout makes a folder with the files of a checkout that the commands read, and changes
// to it for the rest of the test.
func (w *world) checkout() {
	w.t.Helper()
	root := w.t.TempDir()
	files := []string{"go.mod", "edge/config.json", "deploy/template/template.yaml"}
	var err error
	for _, pattern := range []string{"purge/*.yaml", "template/policies/*.json"} {
		names, failed := filepath.Glob(pattern)
		for _, name := range names {
			files = append(files, "deploy/"+name)
		}
		err = errors.Join(err, failed)
	}
	for _, name := range files {
		content, failed := os.ReadFile(filepath.Join("..", name))
		if failed == nil {
			failed = os.MkdirAll(filepath.Dir(filepath.Join(root, name)), 0o755)
		}
		if failed == nil {
			failed = os.WriteFile(filepath.Join(root, name), content, 0o644)
		}
		if err == nil {
			err = failed
		}
	}
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Chdir(root)
}

// pack returns a package that holds its config alone.
func (w *world) pack(_ context.Context, o pack.Options) (*pack.Package, error) {
	c, err := edge.ParseConfig(o.Config)
	if err != nil {
		return nil, err
	}
	return w.packed(string(o.Config), c), nil
}

// packed returns the package with a content, and keeps its config.
func (w *world) packed(content string, c edge.Config) *pack.Package {
	p := &pack.Package{Zip: zipOf(w.t, content), Config: c}
	sum := p.SHA256()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.packages[hex.EncodeToString(sum[:])] = packed{p.Zip, c}
	return p
}

// code returns the package at a key that ends in its checksum.
func (w *world) code(_, key string) ([]byte, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	p, ok := w.packages[strings.TrimSuffix(filepath.Base(key), ".zip")]
	if !ok {
		return nil, fmt.Errorf("no package at %s", key)
	}
	return p.zip, nil
}

// baked returns the config of the version with an ARN.
func (w *world) baked(arn string) edge.Config {
	parts := strings.Split(arn, ":")
	c, err := lambda.NewFromConfig(w.settings).GetFunctionConfiguration(context.Background(),
		&lambda.GetFunctionConfigurationInput{FunctionName: &parts[6], Qualifier: &parts[7]})
	if err != nil {
		w.t.Error(err)
		return edge.Config{}
	}
	sum, err := base64.StdEncoding.DecodeString(*c.CodeSha256)
	w.mu.Lock()
	defer w.mu.Unlock()
	p, ok := w.packages[hex.EncodeToString(sum)]
	if err != nil || !ok {
		w.t.Errorf("%s has a package that nobody has made: %v", arn, err)
	}
	return p.config
}

// madeSite is a site in the world that a stack has made or that was prepared.
type madeSite struct {
	siteChoice
	*world
	function, distribution, bucket, region string
	where                                  string // the URL in front of paths
	outputs                                map[string]string
}

// make makes a site by the command in the world's CloudFormation, and then its resources
// from the parameters that arrived there.
func (w *world) make(stack string, s siteChoice) *madeSite {
	w.t.Helper()
	m := &madeSite{siteChoice: s, world: w, function: stack, region: "us-east-1"}
	var words []string
	for _, name := range slices.Sorted(maps.Keys(s.parameters)) {
		words = append(words, name+"="+s.parameters[name])
	}
	status, stdout, stderr := deploy(w.t, "site", "-stack", stack, "-config", s.configFile, "-parameters", strings.Join(words, " "))
	if status != 0 {
		w.t.Fatalf("site: got %d\n%s%s", status, stdout, stderr)
	}
	m.outputs = w.resources(stack, "us-east-1", "template/template.yaml").Outputs
	m.distribution, m.where, m.bucket = m.outputs["DistributionId"], m.outputs["Url"], m.outputs["Bucket"]
	if s.parameters["BucketName"] != "" {
		m.region = s.parameters["BucketRegion"]
		m.addStatements()
	}
	m.put("photo.jpg")
	m.putKeys()
	return m
}

// putKeys puts keys where the viewer-request function reads them, if URLs must be signed.
func (m *madeSite) putKeys() {
	m.t.Helper()
	if !m.signs() {
		return
	}
	args := []string{"signing-keys", "-file", m.keyFile, "-distribution", m.distribution}
	if pattern := m.pattern(); pattern != "" {
		args = append(args, "-behavior", pattern)
	}
	if status, stdout, stderr := deploy(m.t, args...); status != 0 {
		m.t.Fatalf("%q: got %d\n%s%s", args, status, stdout, stderr)
	}
}

// signed returns a query string with a signature, or as it is if it asks for no variant.
func (m *madeSite) signed(name, query string) string {
	m.t.Helper()
	url := m.url(name)
	status, stdout, _ := deploy(m.t, "sign", "-config", m.configFile, "-keys", m.keyFile, "-sizes", m.parameters["Sizes"], url+query)
	if status != 0 {
		return query
	}
	return strings.TrimPrefix(strings.TrimSuffix(stdout, "\n"), url)
}

// resources makes the resources of a stack.
func (w *world) resources(stack, region, file string) *fakestack.Stack {
	w.t.Helper()
	template, err := cfn.Read(filepath.Join("deploy", file))
	if err != nil {
		w.t.Fatal(err)
	}
	made, err := w.maker.Make(w.t.Context(), template, stack, region, w.stacks.Stack(region, stack).Parameters)
	if err != nil {
		w.t.Fatal(err)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.outputs[stack] = made.Outputs
	return made
}

// addStatements adds the stack's outputs to the bucket's policy, as README says.
func (m *madeSite) addStatements() {
	statements := []string{fmt.Sprintf(otherStatement, m.bucket)}
	for name, value := range m.outputs {
		if strings.HasPrefix(name, "Bucket") && strings.HasSuffix(name, "Statement") {
			statements = append(statements, value)
		}
	}
	m.buckets.Bucket(m.bucket, m.region, policyOf(statements...))
}

// picture returns a JPEG of 640 × 480 pixels with details.
var picture = sync.OnceValue(func() []byte {
	shades := image.NewGray(image.Rect(0, 0, 640, 480))
	for i := range shades.Pix {
		shades.Pix[i] = uint8(i%640/4 + i/640/3)
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, shades, nil); err != nil {
		panic(err) // never: a Buffer takes everything
	}
	return b.Bytes()
})

// put stores the picture in the bucket, where viewers get it by name.
func (m *madeSite) put(name string) {
	m.t.Helper()
	file := filepath.Join(m.folder, m.bucket, filepath.FromSlash(m.key(name)))
	err := os.MkdirAll(filepath.Dir(file), 0o755)
	if err == nil {
		err = os.WriteFile(file, picture(), 0o644)
	}
	if err != nil {
		m.t.Fatal(err)
	}
}

// run runs a command on the site, with the flags that name the site.
func (m *madeSite) run(command string, args ...string) (status int, stdout, stderr string) {
	m.t.Helper()
	flags := []string{command, "-function", m.function}
	switch command {
	case "publish":
		flags = append(flags, "-config", m.configFile)
	case "doctor", "prepare":
		flags = append(flags, "-config", m.configFile)
		fallthrough
	case "attach", "rollback", "detach":
		if pattern := m.pattern(); pattern != "" {
			flags = append(flags, "-behavior", pattern)
		}
		fallthrough
	case "canary", "invalidate":
		flags = append(flags, "-distribution", m.distribution)
	}
	return deploy(m.t, append(flags, args...)...)
}

// must runs a command that has to work.
func (m *madeSite) must(command string, args ...string) (stdout, stderr string) {
	m.t.Helper()
	status, stdout, stderr := m.run(command, args...)
	if status != 0 {
		m.t.Errorf("%s %q: got %d\n%s%s", command, args, status, stdout, stderr)
	}
	return stdout, stderr
}

// writes calls f, and returns the operations and ARNs of the calls that may have changed
// something.
func (w *world) writes(f func()) (calls []string) {
	before := len(w.Writes())
	f()
	for _, c := range w.Writes()[before:] {
		calls = append(calls, c.Operation+" of "+c.ARN)
	}
	return calls
}

// url returns the URL of a picture.
func (m *madeSite) url(name string) string { return strings.TrimSuffix(m.where, "/") + m.path(name) }

// live returns the ARN of the version that answers.
func (m *madeSite) live() string {
	return m.distributions.Live(m.distribution, m.pattern(), "origin-response")
}

// get returns an answer's status and the size of the picture in it.
func (m *madeSite) get(name, query string) string {
	m.t.Helper()
	response, err := http.Get(m.url(name) + query)
	if err != nil {
		m.t.Fatal(err)
	}
	defer response.Body.Close()
	size := ""
	if c, _, err := image.DecodeConfig(response.Body); err == nil {
		size = fmt.Sprintf(" %dx%d", c.Width, c.Height)
	}
	return fmt.Sprint(response.StatusCode) + size
}

// state returns what commands on another site must leave alone.
func (m *madeSite) state() string {
	var lines []string
	for line := range strings.Lines(m.functions.String() + m.roles.String() + m.distributions.String()) {
		if strings.Contains(line, m.function+"-") || strings.Contains(line, ":"+m.function+" ") || strings.Contains(line, m.distribution) {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "") + string(m.distributions.Config(m.distribution)) + m.buckets.Policy(m.bucket)
}
