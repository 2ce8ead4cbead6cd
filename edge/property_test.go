package edge_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"image"
	_ "image/gif"
	_ "image/jpeg"
	_ "image/png"
	"log/slog"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/cloudfront"
)

// fixed answers every request for an original alike.
type fixed struct {
	data []byte
	err  error
}

func (f fixed) Open(context.Context, edge.Location, int64) (edge.Body, error) {
	if f.err != nil {
		return nil, f.err
	}
	return edge.Whole(f.data, ""), nil
}

// checkHandled holds what the handler makes of a payload against what may come
// of any, whatever the original is.
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
	switch {
	case out.Reason == "":
		checkVariantOf(t, cfg, came, got, out)
	case out.Reason.Transient():
		checkShortLived(t, cfg, came, got)
	case !bytes.Equal(got, came):
		t.Errorf("%s: returned %s, not what came: %s", out.Reason, got, came)
	}
	checkTaken(t, cfg, came, got)
	return out
}

// responseIn is the response object of an event as it stands there.
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

// checkTaken wants CloudFront to take what was returned, if it would take the
// response that came.
func checkTaken(t *testing.T, cfg edge.Config, came, got json.RawMessage) {
	t.Helper()
	var before edge.Response
	if json.Unmarshal(came, &before) != nil || cfg.MaxResponseBytes > cloudfront.MaxResponseBytes {
		return
	}
	if _, err := cloudfront.Check(came, before); err != nil {
		return
	}
	if _, err := cloudfront.Check(got, before); err != nil {
		t.Errorf("CloudFront refuses the response: %v", err)
	}
}

// describesBytes are the members of a response's headers that a variant does
// not keep, besides S3's checksums.
var describesBytes = []string{
	"accept-ranges", "content-digest", "content-encoding", "content-length",
	"content-md5", "content-range", "content-type", "digest", "repr-digest",
}

// checkVariantOf wants the picture that was asked for, and everything else as it
// came.
func checkVariantOf(t *testing.T, cfg edge.Config, came, got json.RawMessage, out edge.Outcome) {
	t.Helper()
	was, is := members(t, came), members(t, got)
	oldHeaders, newHeaders := object(was["headers"]), object(is["headers"])
	data, err := base64.StdEncoding.DecodeString(fmt.Sprint(is["body"]))
	if err != nil || is["bodyEncoding"] != "base64" || is["status"] != "200" {
		t.Fatalf("status %v, body in %v: %v", is["status"], is["bodyEncoding"], err)
	}
	img, format, err := image.Decode(bytes.NewReader(data))
	if err != nil || format != string(out.Variant.Format) || len(data) != out.Variant.Bytes {
		t.Fatalf("%d bytes of %q, %v; said to be %+v", len(data), format, err, out.Variant)
	}
	if n := len(fmt.Sprint(is["body"])); n > cfg.MaxResponseBytes {
		t.Errorf("body of %d bytes, more than %d", n, cfg.MaxResponseBytes)
	}
	size := edge.Size{Width: img.Bounds().Dx(), Height: img.Bounds().Dy()}
	if size != out.Asked && cfg.Fit != "inside" && out.Asked.Width > 0 && out.Asked.Height > 0 ||
		size != (edge.Size{Width: out.Variant.Width, Height: out.Variant.Height}) ||
		size.Width > out.Original.Width || size.Height > out.Original.Height {
		t.Errorf("%v of %+v, said to be %+v, asked for %v", size, out.Original, out.Variant, out.Asked)
	}
	want := []any{map[string]any{"key": "Content-Type", "value": "image/" + format}}
	if !reflect.DeepEqual(newHeaders["content-type"], any(want)) {
		t.Errorf("content-type %v for a %s", newHeaders["content-type"], format)
	}
	if cfg.CacheControl != "" {
		delete(oldHeaders, "cache-control")
		delete(newHeaders, "cache-control")
	}
	maps.DeleteFunc(oldHeaders, func(name string, _ any) bool {
		return slices.Contains(describesBytes, name) || strings.HasPrefix(name, "x-amz-checksum-")
	})
	delete(newHeaders, "content-type")
	sameHeaders(t, newHeaders, oldHeaders)
	for _, changed := range []string{"body", "bodyEncoding", "status", "statusDescription", "headers"} {
		delete(was, changed)
		delete(is, changed)
	}
	if !reflect.DeepEqual(is, was) {
		t.Errorf("further members %v, came %v", is, was)
	}
}

// checkShortLived wants the response as it came, but for what would keep it in
// the cache.
func checkShortLived(t *testing.T, cfg edge.Config, came, got json.RawMessage) {
	t.Helper()
	var r edge.Response
	if json.Unmarshal(came, &r) != nil {
		if !bytes.Equal(got, came) {
			t.Errorf("returned %s, not what came: %s", got, came)
		}
		return
	}
	was, is := members(t, came), members(t, got)
	oldHeaders, newHeaders := object(was["headers"]), object(is["headers"])
	for _, name := range []string{"etag", "last-modified", "expires"} {
		delete(oldHeaders, name)
	}
	if !slices.ContainsFunc(r.Headers["cache-control"], func(h edge.Header) bool { return keepsOut(h.Value) }) {
		oldHeaders["cache-control"] = []any{map[string]any{
			"key": "Cache-Control", "value": fmt.Sprintf("max-age=%d", cfg.TransientMaxAgeS),
		}}
	}
	sameHeaders(t, newHeaders, oldHeaders)
	delete(was, "headers")
	delete(is, "headers")
	if !reflect.DeepEqual(withoutEmpty(is), withoutEmpty(was)) {
		t.Errorf("further members %v, came %v", is, was)
	}
}

// keepsOut reports whether a Cache-Control keeps a response out of a shared
// cache.
func keepsOut(cacheControl string) bool {
	for directive := range strings.SplitSeq(strings.ToLower(cacheControl), ",") {
		name, _, _ := strings.Cut(strings.TrimSpace(directive), "=")
		if slices.Contains([]string{"no-store", "no-cache", "private"}, name) {
			return true
		}
	}
	return false
}

// withoutEmpty is a response without members that mean the same when they are
// missing.
func withoutEmpty(response map[string]any) map[string]any {
	maps.DeleteFunc(response, func(name string, value any) bool {
		known := slices.Contains([]string{"body", "bodyEncoding", "status", "statusDescription"}, name)
		return known && (value == nil || value == "")
	})
	return response
}

// sameHeaders compares headers, but for those without values and for members
// of a value that are null or an empty key.
func sameHeaders(t *testing.T, got, want map[string]any) {
	t.Helper()
	for _, headers := range []map[string]any{got, want} {
		maps.DeleteFunc(headers, func(_ string, values any) bool {
			list, _ := values.([]any)
			for i, v := range list {
				if v == nil {
					list[i] = map[string]any{}
				}
				h := object(list[i])
				if h["key"] == nil || h["key"] == "" {
					delete(h, "key")
				}
				if h["value"] == nil {
					h["value"] = ""
				}
			}
			return len(list) == 0
		})
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("headers %v, want %v", got, want)
	}
}

// members are those of a JSON object, numbers as they are written.
func members(t *testing.T, data json.RawMessage) (m map[string]any) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	if err := d.Decode(&m); err != nil {
		t.Fatalf("%v in %s", err, data)
	}
	return m
}

// object is v, or an empty object where it is none.
func object(v any) map[string]any {
	if m, ok := v.(map[string]any); ok && m != nil {
		return m
	}
	return map[string]any{}
}
