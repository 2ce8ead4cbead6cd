package edge_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/edge"
)

// TestAnyEvent changes recorded events at random, and answers them with random
// pictures, broken pictures and failures.
func TestAnyEvent(t *testing.T) {
	events, pictures := recordedEvents(t), allOriginals(t)
	outcomes, options, fallbacks := map[edge.Reason]int{}, map[string]int{}, 0
	for seed := range uint64(800) {
		r := rand.New(rand.NewPCG(seed, 0))
		payload := changedEvent(t, r, pick(r, events))
		out := checkHandled(t, anyConfig(r), payload, anySource(r, pictures))
		if out.Fallback {
			fallbacks++
		}
		outcomes[out.Reason]++
		for option, is := range map[string]bool{
			"fit": out.Asked.Fit != "", "background": out.Asked.Background != "", "quality": out.Asked.Quality > 0, "dpr": out.Asked.DPR > 0,
			"gravity": out.Asked.Gravity != "", "trim": out.Asked.Trim, "sharpen": out.Asked.Sharpen > 0, "blur": out.Asked.Blur > 0,
		} {
			if is && out.Reason == "" {
				options[option]++
			}
		}
		if t.Failed() {
			t.Fatalf("seed %d: %s", seed, payload)
		}
	}
	t.Log(outcomes, fallbacks, options)
	for _, option := range append(slices.Clone(edge.Cacheable), "background") {
		if options[option] == 0 {
			t.Errorf("never a variant by %s", option)
		}
	}
	if fallbacks == 0 {
		t.Error("never the fallback picture")
	}
	for _, reason := range []edge.Reason{"", edge.BadOriginal, edge.S3Timeout, edge.BadEvent, edge.NotGet, edge.BadSize, edge.BadParameter, edge.NotAPreset} {
		if outcomes[reason] == 0 {
			t.Errorf("never %q: the events are too much alike", reason)
		}
	}
}

// FuzzHandle does the same with events that the fuzzer makes.
func FuzzHandle(f *testing.F) {
	for _, event := range recordedEvents(f) {
		compact := &bytes.Buffer{}
		if err := json.Compact(compact, event); err != nil {
			f.Fatal(err)
		}
		f.Add(compact.Bytes(), uint64(1))
	}
	pictures := allOriginals(f)
	f.Fuzz(func(t *testing.T, payload []byte, seed uint64) {
		if len(payload) > 1<<16 {
			return
		}
		r := rand.New(rand.NewPCG(seed, 0))
		checkHandled(t, anyConfig(r), payload, anySource(r, pictures))
	})
}

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }

func recordedEvents(t testing.TB) [][]byte { return readAll(t, "../testdata/events/*.json", 1<<20) }

// allOriginals returns the originals in testdata that are small enough to be
// resized often.
func allOriginals(t testing.TB) [][]byte {
	return readAll(t, "../testdata/originals/*", 20<<10)
}

func readAll(t testing.TB, pattern string, most int) (all [][]byte) {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("no files %s: %v", pattern, err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if len(data) <= most {
			all = append(all, data)
		}
	}
	return all
}

func anyConfig(r *rand.Rand) edge.Config {
	cfg := edge.DefaultConfig()
	cfg.TimeoutMS = 120_000 // long: a busy machine may take far more time than the resize needs
	cfg.Missing = pick(r, []string{edge.MissingOriginal, edge.MissingKeepRatio})
	cfg.CacheControl = pick(r, []string{"", "", "public, max-age=31536000, immutable"})
	cfg.MaxResponseBytes = pick(r, []int{edge.MaxResponseBytes, 6000, 2000})
	cfg.FallbackKey = "none.jpg"
	if cfg.CacheControl == "" {
		cfg.FallbackStatus = 200
	}
	if r.IntN(3) > 0 {
		cfg.Parameters, cfg.Presets = edge.Switchable, map[string]string{"card": "width=30&height=20&gravity=smart&format=png"}
		cfg.Larger = pick(r, []string{edge.LargerOriginal, edge.LargerLargest})
		cfg.OnlyPresets = r.IntN(8) == 0
	}
	return cfg
}

// anySource returns a source with a picture, sometimes a broken one, or one
// that fails.
func anySource(r *rand.Rand, pictures [][]byte) edge.Source {
	data := slices.Clone(pick(r, pictures))
	switch n := r.IntN(10); {
	case n < 2:
		for range 1 + r.IntN(20) {
			if len(data) > 0 {
				data[r.IntN(len(data))] = byte(r.Uint32())
			}
		}
	case n < 3:
		data = data[:r.IntN(len(data)+1)]
	case n < 4:
		reasons := []edge.Reason{edge.S3Denied, edge.S3NotFound, edge.S3Changed, edge.S3Failed, edge.S3Timeout, edge.TooManyBytes, edge.EmptyOriginal}
		return fixed{err: edge.Because(pick(r, reasons), errors.New("by chance"))}
	}
	return fixed{data: data}
}

// changedEvent returns event with some random changes.
func changedEvent(t *testing.T, r *rand.Rand, event []byte) []byte {
	t.Helper()
	root := members(t, event)
	cf := object(object(root["Records"].([]any)[0])["cf"])
	request, response := object(cf["request"]), object(cf["response"])
	headers := object(response["headers"])
	kinds := 9
	if r.IntN(2) == 0 {
		// Ask for a variant, and allow only changes that do not prevent it.
		request["querystring"] = fmt.Sprintf("width=%d&height=%d", 1+r.IntN(120), 1+r.IntN(60)) + anyOptions(r)
		request["method"], request["uri"], response["status"] = "GET", "/a.jpg", pick(r, []any{"200", "200", "200", "206", "404", "403"})
		kinds = 2
	}
	for range r.IntN(5) {
		switch r.IntN(kinds) {
		case 0, 1:
			name, values := anyHeader(r)
			headers[name] = values
		case 2, 3, 4:
			request["querystring"] = anyQuery(r)
		case 5:
			request["method"] = pick(r, []any{"GET", "HEAD", "POST", "OPTIONS", "get", "", nil, 3})
		case 6:
			response["status"] = pick(r, []any{"200", "206", "206", "304", "403", "404", "412", "416", "500", "503", "", "2OO", 200, nil})
		case 7:
			request["uri"] = pick(r, []any{"/a.jpg", "/%zz", "/", "", "a", "/%2e%2e/b", "/a+b", "//", "/\x00", "/é"})
		case 8:
			changeAnywhere(r, root)
		}
	}
	if len(headers) > 0 {
		response["headers"] = headers
	}
	changed, err := json.Marshal(root)
	if err != nil {
		t.Fatal(err)
	}
	if r.IntN(2) == 0 {
		var b bytes.Buffer
		if err := json.Indent(&b, changed, " ", "\t"); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	return changed
}

func anyQuery(r *rand.Rand) string {
	number := func() string {
		return pick(r, []string{"1", "2", "10", "33", "100", "240", "0", "-1", "1.5", "1e2", "", "007", "99999999999999999999", "%31", "asdf", "４", "+5"})
	}
	switch r.IntN(5) {
	case 0:
		return fmt.Sprintf("width=%d&height=%d", 1+r.IntN(120), 1+r.IntN(120))
	case 1:
		return fmt.Sprintf("width=%s&height=%s", number(), number())
	case 2:
		return fmt.Sprintf("height=%d", 1+r.IntN(120))
	case 3:
		return fmt.Sprintf("a=b&width=%s&width=%s&height=5&%%zz;&=", number(), number())
	}
	const alphabet = "width=height&;%0123456789+ \x00é"
	b := make([]byte, r.IntN(30))
	for i := range b {
		b[i] = alphabet[r.IntN(len(alphabet))]
	}
	return string(b)
}

// anyOptions returns the part of a query string that asks for more than a size, often
// none.
func anyOptions(r *rand.Rand) string {
	var query string
	for range r.IntN(7) {
		query += "&" + pick(r, []string{"fit=pad", "fit=pad,f80", "fit=fill", "fit=inside", "background=f80", "quality=55", "dpr=1.5", "dpr=3", "gravity=smart", "gravity=top-left",
			"gravity=0.3,0.7", "trim=true", "sharpen=3", "blur=2", "blur=100", "preset=placeholder", "format=webp", "gravity=up"})
	}
	return query
}

// anyHeader returns a header that an origin may answer with, sometimes an odd
// one.
func anyHeader(r *rand.Rand) (name string, values any) {
	one := func(v string) []any {
		h := map[string]any{"key": name, "value": v}
		switch r.IntN(8) {
		case 0:
			delete(h, "key")
		case 1:
			h["unheardOf"] = json.Number("12345678901234567890")
		}
		return []any{h}
	}
	switch r.IntN(9) {
	case 0:
		name = pick(r, []string{"via", "transfer-encoding", "x-amz-cf-id", "connection", "x-cache"})
		return name, one("1.1 something, chunked")
	case 1:
		name = "cache-control"
		return name, slices.Concat(one(pick(r, []string{"max-age=60", "no-store", "private, max-age=9", "PUBLIC", "no-cache=\"x\"", ""})), one(pick(r, []string{"no-store", "max-age=1"})))
	case 2:
		name = pick(r, []string{"etag", "last-modified", "expires"})
		return name, one(pick(r, []string{`"e"`, `W/"e"`, "Thu, 01 Jan 1970 00:00:00 GMT"}))
	case 3:
		name = pick(r, []string{"content-length", "content-range", "content-md5", "x-amz-checksum-crc32", "content-encoding", "accept-ranges", "digest"})
		return name, one("anything")
	case 4:
		name = "x-amz-meta-long"
		return name, one(strings.Repeat("x", 19_400+r.IntN(1200)))
	case 5:
		name = "set-cookie"
		return name, slices.Concat(one("a=1"), one("b=2"), one("c=<&>\u2028"))
	case 6:
		name = pick(r, []string{"content-type", "vary", "access-control-allow-origin"})
		return name, one("*")
	case 7:
		name = pick(r, []string{"X-Upper", "ETag", "x odd", ""})
		return name, one("odd")
	}
	name = "x-none"
	return name, pick(r, []any{[]any{}, nil, "text", []any{nil}, []any{"text"}, []any{map[string]any{"value": 3}}})
}

// changeAnywhere adds, removes or replaces a member somewhere in v.
func changeAnywhere(r *rand.Rand, v any) {
	value := pick(r, []any{nil, true, "text", json.Number("1e400"), json.Number("12345678901234567890"), []any{}, map[string]any{}, map[string]any{"a": []any{1, "<&>"}}})
	switch v := v.(type) {
	case []any:
		if len(v) > 0 {
			changeAnywhere(r, pick(r, v))
		}
	case map[string]any:
		names := make([]string, 0, len(v))
		for name := range v {
			names = append(names, name)
		}
		slices.Sort(names)
		if len(names) == 0 {
			v["unheardOf"] = value
			return
		}
		name := pick(r, names)
		switch r.IntN(12) {
		case 0:
			v["unheardOf"] = value
		case 1:
			v[strings.ToUpper(name)] = value
		case 2:
			delete(v, name)
		case 3:
			v[name] = value
		default:
			changeAnywhere(r, v[name])
		}
	}
}
