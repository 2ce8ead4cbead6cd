package edge_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	_ "image/gif"
	_ "image/jpeg"
	_ "image/png"
	"log/slog"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/cloudfront"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// fixedETag is the ETag of fixed's originals.
const fixedETag = `"00000000000000000000000000000000"`

// fixed answers every request for an original with data, or with err.
type fixed struct {
	data []byte
	err  error
}

func (f fixed) Open(context.Context, edge.Location, int64) (edge.Body, error) {
	if f.err != nil {
		return nil, f.err
	}
	return edge.Whole(f.data, fixedETag), nil
}

// checkHandled handles payload and checks the answer against the rules that
// hold for every payload and original.
func checkHandled(t *testing.T, cfg edge.Config, payload []byte, source edge.Source) edge.Outcome {
	t.Helper()
	got, out, err := edge.New(cfg, source, 0, slog.New(slog.DiscardHandler)).Handle(t.Context(), payload)
	came, ok := responseIn(payload)
	if !ok {
		if err == nil {
			t.Errorf("returned %s, but there is no response in the event", got)
		}
		return out
	}
	if err != nil {
		t.Fatalf("error %v, with a response to hand back", err)
	}
	if out.Reason == edge.Panicked || out.Reason == edge.InternalError {
		t.Errorf("%s: %v", out.Reason, out.Err)
	}
	if why := edge.ReasonOf(out.FallbackErr); out.FallbackErr != nil && (why == edge.Panicked || why == edge.InternalError) {
		t.Errorf("%s: %v", why, out.FallbackErr)
	}
	switch {
	case out.Reason == "":
		checkVariantOf(t, cfg, came, got, out)
	case out.Fallback:
		checkFallbackPicture(t, cfg, came, got, out)
	default:
		checkFallback(t, cfg, came, got, out)
	}
	checkTaken(t, cfg, came, got)
	return out
}

// responseIn returns the response object of an event as written.
func responseIn(payload []byte) (json.RawMessage, bool) {
	member := func(data json.RawMessage, name string) json.RawMessage {
		var members map[string]json.RawMessage
		json.Unmarshal(data, &members)
		return members[name]
	}
	var records []json.RawMessage
	if !json.Valid(payload) || json.Unmarshal(member(payload, "Records"), &records) != nil || len(records) != 1 {
		return nil, false
	}
	response := member(member(records[0], "cf"), "response")
	return response, response != nil
}

// checkTaken checks that CloudFront would accept got if it would accept came.
func checkTaken(t *testing.T, cfg edge.Config, came, got json.RawMessage) {
	t.Helper()
	before, err := edge.ReadResponse(came)
	if err != nil || cfg.MaxResponseBytes > cloudfront.MaxResponseBytes {
		return
	}
	if _, err := cloudfront.Check(came, before); err != nil {
		return
	}
	if _, err := cloudfront.Check(got, before); err != nil {
		t.Errorf("CloudFront refuses the response: %v", err)
	}
}

// ofTheOrigin reports whether a header describes what the origin has stored.
func ofTheOrigin(name string) bool {
	return strings.HasPrefix(name, "content-") && !strings.HasPrefix(name, "content-security-policy") ||
		strings.HasPrefix(name, "x-amz-") ||
		slices.Contains([]string{"accept-ranges", "digest", "repr-digest", "etag", "last-modified"}, name)
}

// checkVariantOf checks that got holds the picture that was asked for, and
// otherwise equals came.
func checkVariantOf(t *testing.T, cfg edge.Config, came, got json.RawMessage, out edge.Outcome) {
	t.Helper()
	was, is := members(t, came), members(t, got)
	oldHeaders, newHeaders := object(was["headers"]), object(is["headers"])
	data, err := base64.StdEncoding.DecodeString(fmt.Sprint(is["body"]))
	if err != nil || is["bodyEncoding"] != "base64" || is["status"] != "200" {
		t.Fatalf("status %v, body in %v: %v", is["status"], is["bodyEncoding"], err)
	}
	img, format, err := pictest.DecodeFirst(t, data)
	if err != nil || format != string(out.Variant.Format) || len(data) != out.Variant.Bytes {
		t.Fatalf("%d bytes of %q, %v; said to be %+v", len(data), format, err, out.Variant)
	}
	if n := len(fmt.Sprint(is["body"])); n > cfg.MaxResponseBytes {
		t.Errorf("body of %d bytes, more than %d", n, cfg.MaxResponseBytes)
	}
	size := edge.Size{Width: img.Bounds().Dx(), Height: img.Bounds().Dy()}
	boxed := cfg.Fit != "inside" && out.Asked.Fit != "inside" && out.Asked.Width > 0 && out.Asked.Height > 0
	if size != out.Asked.Size && boxed && out.Asked.DPR == 0 && cfg.Larger == edge.LargerOriginal ||
		size != (edge.Size{Width: out.Variant.Width, Height: out.Variant.Height}) ||
		size.Width > out.Original.Width || size.Height > out.Original.Height {
		t.Errorf("%v of %+v, said to be %+v, asked for %v", size, out.Original, out.Variant, out.Asked.Size)
	}
	if values(newHeaders["content-type"]) != "image/"+format {
		t.Errorf("content-type %v for a %s", newHeaders["content-type"], format)
	}
	tag := newHeaders["etag"]
	if !variantETag.MatchString(fmt.Sprint(tag)) || values(tag) == fixedETag || values(tag) == values(oldHeaders["etag"]) {
		t.Errorf("ETag %v", tag)
	}
	if newCC, oldCC := values(newHeaders["cache-control"]), values(oldHeaders["cache-control"]); was["status"] == "412" || was["status"] == "416" {
		if newCC != "no-store" {
			t.Errorf("Cache-Control %q of what was refused", newCC)
		}
	} else if cfg.CacheControl != "" {
		if !strings.HasPrefix(newCC, cfg.CacheControl) {
			t.Errorf("Cache-Control %q, configured %q", newCC, cfg.CacheControl)
		}
	} else if newCC != oldCC && strings.ReplaceAll(newCC, " ", "") !=
		strings.ReplaceAll(fmt.Sprintf("%s,stale-while-revalidate=%d", oldCC, cfg.StaleWhileRevalidateS), " ", "") {
		t.Errorf("Cache-Control %q, came %q", newCC, oldCC)
	}
	sameBytes(t, headersIn(t, got), headersIn(t, came), ofTheOrigin, "content-type", "etag", "cache-control")
	sameBytes(t, got, came, nil, "body", "bodyEncoding", "status", "statusDescription", "headers")
}

// checkFallbackPicture checks that got holds a fallback picture at the size that
// was asked for, and otherwise equals came.
func checkFallbackPicture(t *testing.T, cfg edge.Config, came, got json.RawMessage, out edge.Outcome) {
	t.Helper()
	was, is := members(t, came), members(t, got)
	oldHeaders, newHeaders := object(was["headers"]), object(is["headers"])
	data, err := base64.StdEncoding.DecodeString(fmt.Sprint(is["body"]))
	if err != nil || is["bodyEncoding"] != "base64" || is["status"] != strconv.Itoa(cfg.FallbackStatus) || cfg.FallbackKey == "" {
		t.Fatalf("status %v, body in %v: %v", is["status"], is["bodyEncoding"], err)
	}
	img, format, err := pictest.DecodeFirst(t, data)
	if err != nil || format != string(out.Variant.Format) || values(newHeaders["content-type"]) != "image/"+format {
		t.Fatalf("%d bytes of %q, %v; said to be %+v", len(data), format, err, out.Variant)
	}
	size := edge.Size{Width: img.Bounds().Dx(), Height: img.Bounds().Dy()}
	if size != (edge.Size{Width: out.Variant.Width, Height: out.Variant.Height}) || out.Asked.Size == (edge.Size{}) {
		t.Errorf("%v, said to be %+v, asked for %v", size, out.Variant, out.Asked.Size)
	}
	checkTime(t, values(newHeaders["cache-control"]), values(oldHeaders["cache-control"]), cfg.FallbackMaxAgeS)
	gone := func(name string) bool { return ofTheOrigin(name) || name == "expires" }
	sameBytes(t, headersIn(t, got), headersIn(t, came), gone, "content-type", "cache-control")
	sameBytes(t, got, came, nil, "body", "bodyEncoding", "status", "statusDescription", "headers")
}

// variantETag matches the value of an ETag header as fmt prints it.
var variantETag = regexp.MustCompile(`^\[map\[key:ETag value:"[0-9a-f]{32}"\]\]$`)

// values joins the values of a header.
func values(header any) string {
	var all []string
	list, _ := header.([]any)
	for _, v := range list {
		if value, _ := object(v)["value"].(string); value != "" {
			all = append(all, value)
		}
	}
	return strings.Join(all, ",")
}

// checkFallback checks that got equals came, except where a cache would store
// something wrong.
func checkFallback(t *testing.T, cfg edge.Config, came, got json.RawMessage, out edge.Outcome) {
	t.Helper()
	r, err := edge.ReadResponse(came)
	if err != nil {
		if !bytes.Equal(got, came) {
			t.Errorf("returned %s, not what came: %s", got, came)
		}
		return
	}
	was, is := members(t, came), members(t, got)
	oldHeaders, newHeaders := object(was["headers"]), object(is["headers"])
	sized := out.Asked != edge.Ask{}
	gone := func(name string) bool { return slices.Contains([]string{"etag", "last-modified", "expires"}, name) }
	var most int // in seconds; 0 for no-store
	refused := r.Status == "412" || r.Status == "416"
	switch timed := len(r.Headers["cache-control"])+len(r.Headers["expires"]) > 0; {
	case sized && (r.Status == "200" || r.Status == "206") && out.Method == "HEAD":
		gone = func(name string) bool { return ofTheOrigin(name) || name == "expires" }
	case sized && r.Status == "206":
	case refused && (sized || !timed):
	case out.Reason.Lifetime() == edge.Lasting:
		most = cfg.LastingMaxAgeS
	case out.Reason.Lifetime() == edge.Transient:
		most = cfg.TransientMaxAgeS
	case len(r.Status) == 3 && r.Status[0] == '4' && !timed:
		most, gone = cfg.TransientMaxAgeS, nil
	default:
		if !bytes.Equal(got, came) {
			t.Errorf("%s: returned %s, not what came: %s", out.Reason, got, came)
		}
		return
	}
	if bytes.Equal(got, came) && !edge.RoomInHeaders(r) {
		return
	}
	checkTime(t, values(newHeaders["cache-control"]), values(oldHeaders["cache-control"]), most)
	sameBytes(t, headersIn(t, got), headersIn(t, came), gone, "cache-control")
	sameBytes(t, got, came, nil, "headers")
}

// checkTime checks that the Cache-Control got allows at most most seconds, and
// restricts at least as much as came.
func checkTime(t *testing.T, got, came string, most int) {
	t.Helper()
	if got == "no-store" {
		return
	}
	last := got[strings.LastIndex(got, " ")+1:]
	n, err := strconv.Atoi(strings.TrimPrefix(last, "max-age="))
	if err != nil || n > most || most == 0 || strings.Count(got, "max-age") != 1 {
		t.Errorf("Cache-Control %q, came %q, want at most %d seconds", got, came, most)
	}
	for _, restricts := range []string{"no-store", "no-cache", "private"} {
		if strings.Contains(strings.ToLower(came), restricts) && !strings.Contains(strings.ToLower(got), restricts) {
			t.Errorf("Cache-Control %q, came %q", got, came)
		}
	}
}

// headersIn returns the headers of a response as written.
func headersIn(t *testing.T, response json.RawMessage) json.RawMessage {
	t.Helper()
	return written(t, response)["headers"]
}

// sameBytes checks that got has the members of came byte for byte, except for
// those that gone matches and those called ours.
func sameBytes(t *testing.T, got, came json.RawMessage, gone func(name string) bool, ours ...string) {
	t.Helper()
	is, was := written(t, got), written(t, came)
	maps.DeleteFunc(was, func(name string, _ json.RawMessage) bool { return gone != nil && gone(name) })
	for _, name := range ours {
		delete(is, name)
		delete(was, name)
	}
	if !maps.EqualFunc(is, was, func(a, b json.RawMessage) bool { return bytes.Equal(a, b) }) {
		t.Errorf("%s, came %s", got, came)
	}
}

// written returns the members of a JSON object, with values as written.
func written(t *testing.T, data json.RawMessage) (m map[string]json.RawMessage) {
	t.Helper()
	if data == nil {
		return nil
	}
	if err := json.Unmarshal(data, &m); err != nil {
		t.Fatalf("%v in %s", err, data)
	}
	return m
}

// members returns the members of a JSON object, with numbers as written.
func members(t *testing.T, data json.RawMessage) (m map[string]any) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	if err := d.Decode(&m); err != nil {
		t.Fatalf("%v in %s", err, data)
	}
	return m
}

// object returns v, or an empty object if v is not an object.
func object(v any) map[string]any {
	if m, ok := v.(map[string]any); ok && m != nil {
		return m
	}
	return map[string]any{}
}
