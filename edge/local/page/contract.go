package page

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/edgeresize/edgeresize/edge/local/bucket"
)

// row is one of the contract of ?width=&height=, with requests to try it by.
// Request and Answer are those of the README's table.
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

// contract is the whole contract, tried by an original. Where S3 is a real
// one, whose troubles are not to be had for the asking, their rows have no
// requests.
func (o original) contract(maxWidth int, troubles bool) []row {
	w, h := o.usual()
	get := func(label, query string) request { return request{Label: label, Method: "GET", Path: o.Path() + query} }
	sized := func(label string, width, height any) request {
		return get(label, fmt.Sprintf("?width=%v&height=%v", width, height))
	}
	narrower := 0
	with := func(label, method string, header map[string]string) request {
		narrower++ // sizes of their own, of which no variant is in the cache
		r := sized(label, max(1, w-narrower), max(1, h-1))
		r.Method, r.header = method, header
		return r
	}
	in := func(label string, t bucket.Trouble) request {
		return request{Label: label, Method: "GET", Path: EscapePath(t.Key(o.Key)) + fmt.Sprintf("?width=%d&height=%d", w, h)}
	}
	rows := []row{
		{
			"width and height whole numbers of at least 1, neither larger than the original; GET; the origin said 200; a picture of a kind that is resized",
			"200, the variant, exactly width × height",
			[]request{sized(fmt.Sprintf("%d × %d", w, h), w, h), sized("1 × 1", 1, 1)},
		}, {
			"one of the two missing",
			`the original; with "missing": "keep-ratio" a variant, the other side following from the picture's ratio`,
			[]request{get("no height", fmt.Sprintf("?width=%d", w)), get("no width", fmt.Sprintf("?height=%d", h))},
		}, {
			"both missing; empty; not a plain number (asdf, 5e2, 1.5, +5, -5, 0x10, full-width digits, 30 digits); zero; " +
				"given twice with different values; larger than the original or the configured maximum",
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
			"a viewer's Range, or If-Match, with a size, whether the origin answers 200, 206, 412 or 416",
			"200, the whole variant, of which CloudFront serves the range; where none can be made, what the origin said, which no cache keeps",
			[]request{
				with("the first 100 bytes", "GET", map[string]string{"Range": "bytes=0-99"}),
				with("the last 100 bytes", "GET", map[string]string{"Range": "bytes=-100"}),
			},
		}, {
			"another method than GET; the origin said anything else",
			"the origin's response",
			[]request{
				with("HEAD", "HEAD", nil), with("not modified: 304", "GET", map[string]string{"If-None-Match": o.ETag}),
				{Label: "no such key: 404", Method: "GET", Path: EscapePath(o.Key+".none") + fmt.Sprintf("?width=%d&height=%d", w, h)},
			},
		}, {
			"no picture of a kind that is resized; corrupt or truncated within what the variant needs; too many bytes or pixels; " +
				"S3 refuses, fails or has another version by now; a path that spells two keys (+), and no strong ETag to tell which; " +
				"no encoding fits CloudFront's 1 MB; out of time or memory; a panic",
			"the original",
			[]request{
				in("HTML by that name", bucket.NoPicture), in("truncated", bucket.Truncated), in("empty file", bucket.Empty),
				in("S3 refuses", bucket.Denied), in("S3 fails", bucket.Failing), in("another version", bucket.Changed), in("S3 hangs", bucket.Hanging),
			},
		}, {
			"a method that the behaviour does not allow; S3 gives CloudFront itself no answer",
			"CloudFront's own error; the function is not asked",
			[]request{with("POST", "POST", nil), in("no answer: 502", bucket.Unanswered)},
		},
	}
	if !troubles {
		rows[6].Cases = nil
		rows[7].Cases = rows[7].Cases[:1]
	}
	return rows
}
