package edge

import (
	"context"
	"crypto/md5"
	"encoding/base64"
	"errors"
	"fmt"
	_ "image/gif"
	_ "image/jpeg"
	_ "image/png"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/resize"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// recorded has the expected outcome of each event in testdata/events.
var recorded = map[string]struct {
	reason   Reason
	format   string // of the variant
	size     Size
	original resize.Format // if it is not resized
}{
	"body-avif":                  {reason: Unsupported, original: "avif"},
	"body-empty":                 {reason: EmptyOriginal},
	"body-heic":                  {reason: Unsupported, original: "heic"},
	"body-html-called-jpg":       {reason: Unsupported, original: "html"},
	"body-png-animated":          {reason: Unsupported, original: "apng"},
	"body-svg":                   {reason: Unsupported, original: "svg"},
	"body-truncated":             {reason: BadOriginal},
	"key-bad-escape":             {reason: BadURI},
	"key-dot-dot":                {reason: S3NotFound},
	"key-double-slash":           {reason: S3NotFound},
	"key-none":                   {reason: BadURI},
	"method-head":                {reason: NotGet},
	"method-post":                {reason: NotGet},
	"origin-load-balancer":       {reason: NotS3},
	"query-30-digits":            {reason: BadSize},
	"query-above-maximum":        {reason: OverMaximum},
	"query-asdf":                 {reason: BadSize},
	"query-empty":                {reason: BadSize},
	"query-encoded-plus-sign":    {reason: BadSize},
	"query-exponent":             {reason: BadSize},
	"query-fraction":             {reason: BadSize},
	"query-full-width-digits":    {reason: BadSize},
	"query-hexadecimal":          {reason: BadSize},
	"query-larger-than-original": {reason: LargerThan},
	"query-minus-sign":           {reason: BadSize},
	"query-none":                 {reason: NoSize},
	"query-only-height":          {reason: OneSide},
	"query-only-width":           {reason: OneSide},
	"query-plus-sign":            {reason: BadSize},
	"query-same-size":            {reason: SameSize},
	"query-twice-different":      {reason: TwoSizes},
	"query-zero":                 {reason: ZeroSize},
	"resize-encoded-digits":      {format: "jpeg", size: Size{500, 300}},
	"resize-gif":                 {format: "gif", size: Size{120, 90}},
	"resize-jpeg":                {format: "jpeg", size: Size{500, 300}},
	"resize-other-parameters":    {format: "jpeg", size: Size{500, 300}},
	"resize-png":                 {format: "png", size: Size{90, 120}},
	"resize-raw-plus-key":        {format: "jpeg", size: Size{200, 150}},
	"resize-s3-dual-stack":       {format: "jpeg", size: Size{500, 300}},
	"resize-s3-global":           {format: "jpeg", size: Size{500, 300}},
	"resize-s3-oai":              {format: "jpeg", size: Size{500, 300}},
	"resize-s3-website":          {format: "jpeg", size: Size{500, 300}},
	"resize-same-value-twice":    {format: "jpeg", size: Size{500, 300}},
	"resize-unicode-key":         {format: "jpeg", size: Size{200, 150}},
	"resize-unknown-fields":      {format: "jpeg", size: Size{500, 300}},
	"resize-upright":             {format: "jpeg", size: Size{200, 150}},
	"resize-webp":                {format: "jpeg", size: Size{150, 100}},
	"resize-webp-animated":       {format: "webp", size: Size{60, 45}},
	"resize-412":                 {format: "jpeg", size: Size{500, 300}},
	"resize-416":                 {format: "jpeg", size: Size{500, 300}},
	"resize-206":                 {format: "jpeg", size: Size{500, 300}},
	"status-304":                 {reason: NotOK},
	"status-403":                 {reason: NotOK},
	"status-404":                 {reason: NotOK},
	"status-412":                 {reason: NotOK},
	"status-416":                 {reason: NotOK},
	"status-500":                 {reason: NotOK},
}

// originals is a Source of the files in testdata/originals. They are objects of
// the bucket and region that the recorded events name.
type originals struct{ folder string }

func (o originals) Open(_ context.Context, l Location, _ int64) (Body, error) {
	if l.Bucket != "example-originals" || l.Region != "eu-central-1" {
		return nil, fmt.Errorf("asked for %+v", l)
	}
	if !fs.ValidPath(l.Key) {
		return nil, Because(S3NotFound, nil)
	}
	data, err := os.ReadFile(filepath.Join(o.folder, l.Key))
	etag := fmt.Sprintf(`"%x"`, md5.Sum(data))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, Because(S3NotFound, err)
	case err != nil:
		return nil, err
	case len(data) == 0:
		return nil, Because(EmptyOriginal, nil)
	case l.ETag != "" && l.ETag != etag:
		return nil, Because(S3Changed, fmt.Errorf("asked for %s", l.ETag))
	}
	return Whole(data, etag), nil
}

func TestRecordedEvents(t *testing.T) {
	files := eventFiles(t)
	if len(files) != len(recorded) {
		t.Errorf("%d recorded events, %d in the table", len(files), len(recorded))
	}
	h := New(DefaultConfig(), originals{"../testdata/originals"}, 0, quiet())
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		t.Run(name, func(t *testing.T) {
			want, ok := recorded[name]
			if !ok {
				t.Fatal("not in the table")
			}
			payload, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			response, out, err := h.Handle(t.Context(), payload)
			if err != nil || out.Reason != want.reason {
				t.Fatalf("got reason %q (%v), %v; want %q", out.Reason, out.Err, err, want.reason)
			}
			if want.original != "" && out.Original.Format != want.original {
				t.Errorf("got an original of format %q, want %q", out.Original.Format, want.original)
			}
			if want.reason != "" {
				sameJSON(t, "response", response, fallback(originOf(t, payload), out, DefaultConfig()))
				return
			}
			if !slices.Contains(resize.Written(), out.Variant.Format) {
				t.Errorf("the budget for the body does not count the headers of a %s", out.Variant.Format)
			}
			checkVariant(t, response, want.format, want.size)
			tags, old := parseResponse(t, response).Headers["etag"], originOf(t, payload).Headers.Get("ETag")
			if len(tags) != 1 || len(tags[0].Value) != etagBytes || tags[0].Value == old {
				t.Errorf("got ETag %v, the origin's was %s", tags, old)
			}
		})
	}
}

// checkVariant fails the test unless response holds a picture of the given
// format and size.
func checkVariant(t *testing.T, response []byte, format string, size Size) {
	t.Helper()
	r := parseResponse(t, response)
	body, err := base64.StdEncoding.DecodeString(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	img, got, err := pictest.DecodeFirst(t, body)
	if err != nil || got != format {
		t.Fatalf("got %q, %v; want %q", got, err, format)
	}
	if at := img.Bounds().Size(); (Size{at.X, at.Y}) != size {
		t.Errorf("got a picture of %v, want %v", at, size)
	}
	if got := r.Headers.Get("Content-Type"); got != "image/"+format {
		t.Errorf("got Content-Type %q for %s", got, format)
	}
}
