package edge

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/resize"
)

// mustRead reads a response that the origin answered with.
func mustRead(t testing.TB, response string) received {
	t.Helper()
	r, err := readResponse([]byte(response))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// served returns the response to a GET that is served instead of a variant.
func served(t testing.TB, response string, reason Reason) []byte {
	t.Helper()
	return fallback(mustRead(t, response), Outcome{Method: "GET", Asked: Ask{Size: Size{5, 5}}, Reason: reason}, DefaultConfig())
}

// responseOf returns a response with the given status and headers.
func responseOf(t testing.TB, status string, headers map[string]string) string {
	t.Helper()
	h := Headers{}
	for name, value := range headers {
		h.Set(name, value)
	}
	out, err := json.Marshal(Response{Status: status, Headers: h})
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func TestPermanentOriginalIsUntouched(t *testing.T) {
	if got := served(t, originResponse, BadSize); string(got) != originResponse {
		t.Errorf("got %s", got)
	}
}

// A response for a reason that may pass gets a short time and no validators;
// all else stays.
func TestPassingOriginalDoesNotStayInTheCache(t *testing.T) {
	for reason, cacheControl := range map[Reason]string{
		S3Timeout: "max-age=10", OutOfTime: "max-age=10", OutOfMemory: "max-age=600", S3Denied: "max-age=600",
	} {
		got := parseResponse(t, served(t, originResponse, reason))
		want := parseResponse(t, []byte(originResponse))
		for _, name := range []string{"etag", "last-modified", "expires"} {
			delete(want.Headers, name)
		}
		want.Headers.Set("Cache-Control", cacheControl)
		sameResponse(t, string(reason), got, want)
	}
}

func sameResponse(t *testing.T, what string, got, want Response) {
	t.Helper()
	is, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	should, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	sameJSON(t, what, is, should)
}

// No piece of the original is stored under a variant's URL, for any reason.
func TestPieceIsStoredNowhere(t *testing.T) {
	piece := strings.Replace(originResponse, `"200"`, `"206"`, 1)
	for reason := range reasons {
		got := parseResponse(t, served(t, piece, reason))
		h := got.Headers
		if h.Get("Cache-Control") != "no-store" || h.Get("ETag")+h.Get("Last-Modified")+h.Get("Expires") != "" ||
			got.Status != "206" || h.Get("Content-Range") == "" {
			t.Errorf("%s: got %+v", reason, got)
		}
	}
	unsized := fallback(mustRead(t, piece), Outcome{Method: "GET", Reason: NotOK}, DefaultConfig())
	if string(unsized) != piece {
		t.Errorf("without a size: got %s", unsized)
	}
}

// No refusal because of a viewer's headers is stored under a variant's URL, for
// any reason and whatever time it sets.
func TestRefusalIsStoredNowhere(t *testing.T) {
	lifetimes := map[Lifetime]int{}
	for _, status := range []string{"412", "416"} {
		for _, response := range []string{
			strings.Replace(originResponse, `"200"`, `"`+status+`"`, 1),
			responseOf(t, status, map[string]string{"Cache-Control": "max-age=60"}),
			responseOf(t, status, map[string]string{"Expires": "Thu, 01 Jan 2099 00:00:00 GMT"}),
			responseOf(t, status, nil),
		} {
			for reason := range reasons {
				lifetimes[reason.Lifetime()]++
				got := parseResponse(t, served(t, response, reason))
				h := got.Headers
				if h.Get("Cache-Control") != "no-store" || h.Get("ETag")+h.Get("Last-Modified")+h.Get("Expires") != "" || got.Status != status {
					t.Errorf("%s, %s: got %+v", status, reason, got)
				}
			}
		}
		timed := responseOf(t, status, map[string]string{"Cache-Control": "max-age=60"})
		untimed := responseOf(t, status, nil)
		for reason, want := range map[Reason]string{BadSize: "max-age=60", OutOfTime: "max-age=10", InternalError: "max-age=60"} {
			unsized := Outcome{Method: "GET", Reason: reason}
			h := parseResponse(t, fallback(mustRead(t, timed), unsized, DefaultConfig())).Headers
			if h.Get("Cache-Control") != want {
				t.Errorf("%s, %s without a size: got %+v, want %q", status, reason, h, want)
			}
			h = parseResponse(t, fallback(mustRead(t, untimed), unsized, DefaultConfig())).Headers
			if h.Get("Cache-Control") != "no-store" {
				t.Errorf("%s, %s without a size or a time: got %+v", status, reason, h)
			}
		}
	}
	if len(lifetimes) != 3 {
		t.Errorf("met %v", lifetimes)
	}
}

// The answer to HEAD for a variant does not describe the original.
func TestHeadOfAVariant(t *testing.T) {
	head := Outcome{Method: "HEAD", Asked: Ask{Size: Size{5, 5}}, Reason: NotGet}
	for _, status := range []string{"200", "206"} {
		response := strings.Replace(originResponse, `"200"`, `"`+status+`"`, 1)
		r := parseResponse(t, fallback(mustRead(t, response), head, DefaultConfig()))
		h := r.Headers
		for name := range h {
			if describesRepresentation(name) {
				t.Errorf("%s: %s is left", status, name)
			}
		}
		if r.Status != status || h.Get("Cache-Control") != "no-store" || h.Get("Expires") != "" || h.Get("Via") == "" || h.Get("X-Custom") == "" {
			t.Errorf("%s: got %+v", status, r)
		}
	}
	for what, out := range map[string]Outcome{
		"HEAD of an original":   {Method: "HEAD", Reason: NotGet},
		"another method's size": {Method: "POST", Asked: Ask{Size: Size{5, 5}}, Reason: NotGet},
	} {
		if got := fallback(mustRead(t, originResponse), out, DefaultConfig()); string(got) != originResponse {
			t.Errorf("%s: got %s", what, got)
		}
	}
}

// Errors that set no time get a short one; refusals because of a viewer's
// headers are not stored.
func TestErrorsWithoutATime(t *testing.T) {
	for status, want := range map[string]string{
		"400": "max-age=10", "403": "max-age=10", "404": "max-age=10", "405": "max-age=10", "415": "max-age=10",
		"412": "no-store", "416": "no-store",
		"301": "", "304": "", "500": "", "503": "",
	} {
		for _, out := range []Outcome{
			{Method: "GET", Asked: Ask{Size: Size{5, 5}}, Reason: NotOK}, {Method: "GET", Reason: NotOK}, {Method: "HEAD", Reason: NotGet},
		} {
			refused := responseOf(t, status, map[string]string{"Content-Type": "application/xml"})
			got := fallback(mustRead(t, refused), out, DefaultConfig())
			if h := parseResponse(t, got).Headers; h.Get("Cache-Control") != want || h.Get("Content-Type") != "application/xml" {
				t.Errorf("%s %s: got %+v, want %q", out.Method, status, h, want)
			}
			if want == "" && string(got) != refused {
				t.Errorf("%s %s: got %s", out.Method, status, got)
			}
			for _, name := range []string{"Cache-Control", "Expires"} {
				timed := responseOf(t, status, map[string]string{name: "private"})
				if out.Asked != (Ask{}) && want == "no-store" {
					continue // see TestRefusalIsStoredNowhere
				}
				if got := fallback(mustRead(t, timed), out, DefaultConfig()); string(got) != timed {
					t.Errorf("%s %s with %s: got %s", out.Method, status, name, got)
				}
			}
		}
	}
}

// TestHeadersThatGrow checks that the function does not add headers beyond what
// CloudFront accepts from it, even if the origin's are just short enough.
func TestHeadersThatGrow(t *testing.T) {
	long := strings.Repeat("x", maxHeaderBytes-len("x-long: \r\n"))
	in := responseOf(t, "200", map[string]string{"X-Long": long})
	if _, err := variantResponse(mustRead(t, in), &resize.Variant{Format: resize.JPEG}, "", DefaultConfig()); ReasonOf(err) != DoesNotFit {
		t.Errorf("variant: %v", err)
	}
	if got := served(t, in, OutOfTime); string(got) != in {
		t.Errorf("%d bytes of headers became %d", maxHeaderBytes, headerBytes(parseResponse(t, got).Headers))
	}
}

func TestPassingOriginalOfAResponseWithoutHeaders(t *testing.T) {
	r := parseResponse(t, served(t, `{"status":"200"}`, OutOfTime))
	if r.Headers.Get("Cache-Control") != "max-age=10" {
		t.Errorf("got %+v", r)
	}
}
