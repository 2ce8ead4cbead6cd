package trial

import (
	"bytes"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakecloudfront"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakecodepipeline"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakeelasticache"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakelambda"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakesite"
	"github.com/edgeresize/edgeresize/deploy/pack"
)

const (
	distribution  = "E1ABCDEFGHIJKL"
	purgeFunction = "arn:aws:lambda:eu-west-1:123456789012:function:edgeresize-purge"
)

// purged is a site whose cache the packaged functions purge.
type purged struct {
	t          *testing.T
	folder     string // of the originals
	viewers    string // URL
	keys       []string
	cloudfront *fakecloudfront.CloudFront
	functions  *fakelambda.Lambda
	pipeline   *fakecodepipeline.Pipeline
}

// newPurged makes the site and the stand-ins for the services that the functions call.
func newPurged(t *testing.T) *purged {
	t.Helper()
	needTools(t) // as everything here: see make try-package
	p := &purged{t: t, folder: t.TempDir()}
	site, err := fakesite.New(p.folder, func() string { return "arn" })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(site.Close)
	viewers := httptest.NewServer(site)
	t.Cleanup(viewers.Close)

	// Two servers, so that a function may be invoked while CloudFront is asked.
	lambdas, rest := fakeaws.New(), fakeaws.New()
	p.functions, p.pipeline = fakelambda.New(lambdas), fakecodepipeline.New(rest)
	p.cloudfront = fakecloudfront.New(rest, fakelambda.New(rest))
	p.cloudfront.Invalidated = func(_ string, paths []string) {
		if err := site.Invalidate(paths...); err != nil {
			t.Error(err)
		}
	}
	if err := p.cloudfront.Add(distribution, "d1.cloudfront.net", fakecloudfront.Example); err != nil {
		t.Fatal(err)
	}
	lambda, other := httptest.NewServer(lambdas), httptest.NewServer(rest)
	t.Cleanup(lambda.Close)
	t.Cleanup(other.Close)
	p.viewers = viewers.URL
	p.keys = []string{
		"AWS_ENDPOINT_URL=" + other.URL, "AWS_ENDPOINT_URL_LAMBDA=" + lambda.URL,
		"AWS_ACCESS_KEY_ID=" + rest.Credentials.AccessKeyID, "AWS_SECRET_ACCESS_KEY=" + rest.Credentials.SecretAccessKey,
	}
	return p
}

// start starts the packaged function of that name with further variables.
func (p *purged) start(name string, env ...string) *Sandbox {
	p.t.Helper()
	made, err := pack.MakeRegional(p.t.Context(), ".", name, "x86_64")
	if err != nil {
		p.t.Fatal(err)
	}
	dir := p.t.TempDir()
	if err := Unpack(made.Zip, dir); err != nil {
		p.t.Fatal(err)
	}
	s, err := Start(Options{Dir: dir, Env: append(env, p.keys...), Command: []string{filepath.Join(dir, "bootstrap")}})
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() {
		if err := s.Close(); err != nil {
			p.t.Error(err)
		}
	})
	return s
}

// put replaces the original by one of a gray.
func (p *purged) put(gray uint8) {
	p.t.Helper()
	img := image.NewGray(image.Rect(0, 0, 64, 48))
	for i := range img.Pix {
		img.Pix[i] = gray
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(p.folder, "cat.jpg"), b.Bytes(), 0o644); err != nil {
		p.t.Fatal(err)
	}
}

// seen returns the gray of the variant that a viewer gets.
func (p *purged) seen() uint8 {
	p.t.Helper()
	response, err := http.Get(p.viewers + "/cat.jpg?width=20&height=10")
	if err != nil {
		p.t.Fatal(err)
	}
	defer response.Body.Close()
	img, err := jpeg.Decode(response.Body)
	if err != nil || img.Bounds().Dx() != 20 {
		p.t.Fatalf("%s: %v", response.Status, err)
	}
	return color.GrayModel.Convert(img.At(5, 5)).(color.Gray).Y
}

// want wants a viewer to get a variant of a gray.
func (p *purged) want(gray uint8) {
	p.t.Helper()
	if got := p.seen(); max(got, gray)-min(got, gray) > 2 {
		p.t.Errorf("the variant is of gray %d, want %d", got, gray)
	}
}

// TestPurgeFunction: the packaged function purges the variant that an SQS message is about,
// with a ledger whose certificate the machine's roots verify.
func TestPurgeFunction(t *testing.T) {
	p := newPurged(t)
	cache := fakeelasticache.ForTest(t, &fakeelasticache.Verifier{
		Cache: "ledger", User: "purge", Region: "us-east-1", Credentials: fakeaws.New().Credentials, Now: time.Now,
	}, true)
	roots := filepath.Join(t.TempDir(), "roots.pem")
	if err := os.WriteFile(roots, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cache.Certificate.Raw}), 0o644); err != nil {
		t.Fatal(err)
	}
	s := p.start("purge", "DISTRIBUTION_ID="+distribution, "SSL_CERT_FILE="+roots,
		"LEDGER_ADDRESS="+cache.Address, "LEDGER_CACHE=ledger", "LEDGER_USER=purge")
	p.put(20)
	p.want(20)
	p.put(220)
	p.want(20) // as it is in the cache
	body := fmt.Sprintf(`{"source": "aws.s3", "detail-type": "Object Created", "time": %q,
		"detail": {"bucket": {"name": "originals"}, "object": {"key": "cat.jpg", "sequencer": "01"}}}`, time.Now().Format(time.RFC3339))
	event, err := json.Marshal(map[string]any{"Records": []any{
		map[string]any{"eventSource": "aws:sqs", "messageId": "1", "body": body},
		map[string]any{"eventSource": "aws:sqs", "messageId": "2", "body": "what is this"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	answer, err := s.Invoke(t.Context(), event)
	if want := `{"batchItemFailures":[{"itemIdentifier":"2"}]}`; err != nil || string(answer) != want {
		t.Errorf("got %s, %v", answer, err)
	}
	p.want(220)
	if !strings.Contains(s.Output(), `"paths":1,`) || !strings.Contains(s.Output(), `"ledger":"ok"`) {
		t.Errorf("logged %s", s.Output())
	}
	answer, err = s.Invoke(t.Context(), []byte(`{"action": "check-ledger"}`))
	if err != nil || !strings.Contains(string(answer), `"spent":1`) {
		t.Errorf("got %s, %v", answer, err)
	}
}

// TestInvoker: the packaged invoker, called by a pipeline, invokes the packaged function and
// waits until CloudFront is done.
func TestInvoker(t *testing.T) {
	p := newPurged(t)
	p.cloudfront.InvalidationPolls = 1
	there := p.start("purge", "DISTRIBUTION_ID="+distribution)
	p.functions.Runs = map[string]fakelambda.Run{
		purgeFunction: func(payload []byte) ([]byte, error) { return there.Invoke(t.Context(), payload) },
	}
	here := p.start("invoker", "MODE=invoke", "PURGE_FUNCTION="+purgeFunction)
	p.put(20)
	p.want(20)
	p.put(220)
	p.pipeline.Start()
	for jobs := 0; p.pipeline.Job != "" && jobs < 5; jobs++ {
		event := fmt.Sprintf(`{"CodePipeline.job": {"id": %q, "data": {"continuationToken": %q,
			"actionConfiguration": {"configuration": {"UserParameters": "{\"wait\": true}"}}}}}`, p.pipeline.Job, p.pipeline.Token)
		if _, err := here.Invoke(t.Context(), []byte(event)); err != nil {
			t.Fatal(err)
		}
	}
	p.want(220)
	if made := p.cloudfront.Invalidations(distribution); p.pipeline.Succeeded == nil || len(made) != 1 || !made[0].Completed {
		t.Errorf("got %+v after %+v", p.pipeline, made)
	}
}

// TestPurgeFunctionSaysWhatIsWrong: without its settings the function does not start.
func TestPurgeFunctionSaysWhatIsWrong(t *testing.T) {
	p := newPurged(t)
	if err := p.start("purge").Ready(t.Context()); err == nil || !strings.Contains(err.Error(), "exit status 1") {
		t.Errorf("got %v", err)
	}
}
