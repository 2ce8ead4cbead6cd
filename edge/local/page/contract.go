package page

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/edgeresize/edgeresize/edge/local/bucket"
)

// row is one of the contract of ?width=&height=, with requests to try it by.
type row struct {
	Request, Answer string // in words
	Cases           []request
}

// request is one that the page sends.
type request struct {
	Label  string
	Method string
	Path   string // and query string, as they stand in a URL
	header map[string]string
}

// IsLink reports whether following a link sends the request.
func (r request) IsLink() bool { return r.Method == "GET" && len(r.header) == 0 }

// Header is a JSON object of strings.
func (r request) Header() (string, error) {
	if r.header == nil {
		return "{}", nil
	}
	header, err := json.Marshal(r.header)
	return string(header), err
}

// contract is the whole contract, tried by an original.
func (o original) contract(maxWidth int) []row {
	w, h := o.usual()
	get := func(label, query string) request { return request{Label: label, Method: "GET", Path: o.Path() + query} }
	sized := func(label string, width, height any) request {
		return get(label, fmt.Sprintf("?width=%v&height=%v", width, height))
	}
	with := func(label, method string, header map[string]string) request {
		// A size of its own, so that no variant of it is in the cache.
		r := sized(label, max(1, w-1), max(1, h-1))
		r.Method, r.header = method, header
		return r
	}
	in := func(label string, t bucket.Trouble) request {
		return request{Label: label, Method: "GET", Path: EscapePath(t.Key(o.Key)) + fmt.Sprintf("?width=%d&height=%d", w, h)}
	}
	return []row{
		{
			"width and height whole numbers of at least 1, neither larger than the original; GET; the origin said 200; a picture of a kind that is resized",
			"200, the variant, exactly width × height",
			[]request{sized(fmt.Sprintf("%d × %d", w, h), w, h), sized("1 × 1", 1, 1)},
		}, {
			"one of the two missing",
			`the original; with "missing": "keep-ratio" a variant, the other side following from the picture's ratio`,
			[]request{get("no height", fmt.Sprintf("?width=%d", w)), get("no width", fmt.Sprintf("?height=%d", h))},
		}, {
			"both missing; empty; not a plain number; zero; given twice with different values; larger than the original or the configured maximum",
			"the original",
			[]request{
				get("neither", ""), sized("empty", "", ""), sized("asdf", "asdf", h), sized("5e2", "5e2", h), sized("1.5", "1.5", h),
				sized("+5", "+5", h), sized("-5", "-5", h), sized("0x10", "0x10", h), sized("full-width digits", "%EF%BC%95%EF%BC%90", h),
				sized("30 digits", strings.Repeat("1", 30), h), sized("zero", 0, h), get("two widths", fmt.Sprintf("?width=%d&height=%d&width=%d", w, h, w+1)),
				sized("wider than the original", max(o.Width, w)+1, h), sized("above the maximum", maxWidth+1, h),
			},
		}, {
			"exactly the original's size",
			"the original",
			[]request{sized("same size", max(o.Width, 1), max(o.Height, 1))},
		}, {
			"another method than GET; the origin said anything but 200",
			"the origin's response",
			[]request{
				with("HEAD", "HEAD", nil), with("POST", "POST", nil), with("a range: 206", "GET", map[string]string{"Range": "bytes=0-99"}),
				with("not modified: 304", "GET", map[string]string{"If-None-Match": o.ETag}),
				{Label: "no such key: 404", Method: "GET", Path: EscapePath(o.Key+".none") + fmt.Sprintf("?width=%d&height=%d", w, h)},
			},
		}, {
			"no picture of a kind that is resized; corrupt or truncated; S3 refuses, fails or has another version by now; out of time",
			"the original",
			[]request{
				in("HTML by that name", bucket.NoPicture), in("truncated", bucket.Truncated), in("empty file", bucket.Empty),
				in("S3 refuses", bucket.Denied), in("S3 fails", bucket.Failing), in("another version", bucket.Changed), in("S3 hangs", bucket.Hanging),
			},
		}, {
			"S3 gives CloudFront itself no answer",
			"CloudFront's own error; the function is not asked",
			[]request{in("no answer: 502", bucket.Unanswered)},
		},
	}
}
