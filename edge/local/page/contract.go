package page

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/local/bucket"
	"github.com/edgeresize/edgeresize/resize"
)

// row is a row of the contract of ?width=&height=, with requests that try it. The README's
// table is made of these rows.
type row struct {
	// asked and answer say in Markdown what a viewer asks and gets.
	asked, answer string
	Cases         []request
	Note          string // what the page says where it cannot send a request
}

// Request returns what a viewer asks, in plain text.
func (r row) Request() string { return strings.ReplaceAll(r.asked, "`", "") }

// Answer returns what a viewer gets, in plain text.
func (r row) Answer() string { return strings.ReplaceAll(r.answer, "`", "") }

// request is a request that the page sends.
type request struct {
	Label  string
	Method string
	Path   string // path and query string as they stand in a URL
	header map[string]string
	asIs   bool // Path is not to be signed
}

// IsLink reports whether following a link sends the request.
func (r request) IsLink() bool { return r.Method == "GET" && len(r.header) == 0 }

// Header returns the header as a JSON object of strings.
func (r request) Header() (string, error) {
	if r.header == nil {
		return "{}", nil
	}
	header, err := json.Marshal(r.header)
	return string(header), err
}

// contract returns the whole contract, with requests for the original o. Without troubles,
// that is with a real S3, which does not fail on demand, the rows about S3's failures have
// no requests. Neither have rows about parameters that config does not switch on. The
// requests are signed by signer.
func (o original) contract(config edge.Config, troubles bool, signer Signer) []row {
	w, h := o.usual()
	get := o.get
	sized := func(label string, width, height any) request {
		return get(label, fmt.Sprintf("?width=%v&height=%v", width, height))
	}
	narrower := 0
	with := func(label, method string, header map[string]string) request {
		narrower++ // each a size of its own, so that no variant of it is in the cache
		r := sized(label, max(1, w-narrower), max(1, h-1))
		r.Method, r.header = method, header
		return r
	}
	in := func(label string, t bucket.Trouble) request {
		return request{Label: label, Method: "GET", Path: EscapePath(t.Key(o.Key)) + fmt.Sprintf("?width=%d&height=%d", w, h)}
	}
	inFormat := func(f resize.Format) request {
		return get(f.Name(), fmt.Sprintf("?width=%d&height=%d&format=%s", max(1, w/4), max(1, h/4), f))
	}
	rows := slices.Concat([]row{
		tried("`width` and `height`, both whole numbers of at least 1, neither larger than the original; GET; origin status 200; a picture of a kind that is resized",
			"200, the variant, exactly width × height",
			sized(fmt.Sprintf("%d × %d", w, h), w, h), sized("1 × 1", 1, 1)),
		tried("only one of the two",
			"the original; with `\"missing\": \"keep-ratio\"` in the config a variant, the other side following from the original's ratio",
			get("no height", fmt.Sprintf("?width=%d", w)), get("no width", fmt.Sprintf("?height=%d", h))),
		tried("neither; an empty value; not a plain number (`asdf`, `5e2`, `1.5`, `+5`, `-5`, `0x10`, full-width digits, 30 digits); zero; "+
			"one of them twice with different values; larger than the configured maximum",
			"the original",
			get("neither", ""), sized("empty", "", ""), sized("asdf", "asdf", h), sized("5e2", "5e2", h), sized("1.5", "1.5", h),
			sized("+5", "+5", h), sized("-5", "-5", h), sized("0x10", "0x10", h), sized("full-width digits", "%EF%BC%95%EF%BC%90", h),
			sized("30 digits", strings.Repeat("1", 30), h), sized("zero", 0, h), get("two widths", fmt.Sprintf("?width=%d&height=%d&width=%d", w, h, w+1)),
			sized("above the maximum", config.MaxWidth+1, h)),
		tried("larger than the original, or exactly its size",
			"the original; with `\"larger\": \"largest\"` in the config the largest variant of that shape",
			sized("wider than the original", max(o.Width, w)+1, h), sized("same size", max(o.Width, 1), max(o.Height, 1))),
		tried("a size and `format=avif`, `webp`, `jpeg` or `png`",
			"200, the variant in that format; in the next best if that one cannot hold the picture, cannot show it as it should look, or is not smaller",
			inFormat(resize.AVIF), inFormat(resize.WebP), inFormat(resize.JPEG), inFormat(resize.PNG)),
	}, o.parameterRows(config, signer), []row{
		tried("the same in another spelling: leading zeros, encoded digits, another order, further parameters, an encoded path; "+
			"with a config that takes them `w`, `h`, a `preset`",
			"the same answer, from the same place in the cache",
			append(o.spellings(config), sized("leading zeros", fmt.Sprint("0", w), fmt.Sprint("00", h)),
				sized("encoded digits", encoded(strconv.Itoa(w)), encoded(strconv.Itoa(h))),
				get("another order", fmt.Sprintf("?height=%d&width=%d", h, w)),
				get("other parameters", fmt.Sprintf("?v=7&width=%d&response-content-type=text/html&height=%d", w, h)),
				request{Label: "an encoded path", Method: "GET", Path: "/" + encoded(o.Key) + fmt.Sprintf("?width=%d&height=%d", w, h)})...),
		tried("a size with a `Range` or `If-Match` header",
			"200, the whole variant",
			with("the first 100 bytes", "GET", map[string]string{"Range": "bytes=0-99"}),
			with("the last 100 bytes", "GET", map[string]string{"Range": "bytes=-100"}),
			with("another's ETag", "GET", map[string]string{"If-Match": `"other"`})),
		{
			asked:  "a path with a segment `.` or `..`, encoded or not",
			answer: "400",
			Note:   "Browsers resolve such paths before they send them. Try curl --path-as-is.",
		},
		tried("a method other than GET; an origin status other than 200",
			"the origin's response",
			with("HEAD", "HEAD", nil), with("not modified: 304", "GET", map[string]string{"If-None-Match": o.ETag})),
		tried("a missing original",
			"the origin's response; with `fallback_key` in the config that picture, resized",
			request{Label: "no such key", Method: "GET", Path: EscapePath(o.Key+".none") + fmt.Sprintf("?width=%d&height=%d", w, h)}),
	})
	troubled := tried("no picture of a kind that is resized; corrupt, or truncated within what the variant needs; too many bytes or pixels; "+
		"S3 refuses, fails or has a newer version; a path that may mean two keys (`+`), without a strong ETag to tell which; "+
		"no encoding fits CloudFront's 1 MB; out of time or memory; a panic",
		"the original",
		in("HTML by that name", bucket.NoPicture), in("truncated", bucket.Truncated), in("empty file", bucket.Empty),
		in("S3 refuses", bucket.Denied), in("S3 fails", bucket.Failing), in("another version", bucket.Changed), in("S3 hangs", bucket.Hanging))
	refused := tried("a method that the behaviour does not allow; an S3 that does not answer CloudFront itself",
		"CloudFront's own error; the function is not asked",
		with("POST", "POST", nil), in("no answer: 502", bucket.Unanswered))
	if !troubles {
		troubled.Cases, troubled.Note = nil, "An S3 in trouble is to be had with a folder only, not with this bucket."
		refused.Cases = refused.Cases[:1]
	}
	rows = append(rows, troubled, refused)
	for _, r := range rows {
		for i, c := range r.Cases {
			if !c.asIs {
				r.Cases[i].Path = signer.Sign(c.Path)
			}
		}
	}
	return rows
}

// get returns a request for o with a query string.
func (o original) get(label, query string) request {
	return request{Label: label, Method: "GET", Path: o.Path() + query}
}

// tried returns a row with requests that try it.
func tried(asked, answer string, cases ...request) row { return row{asked, answer, cases, ""} }

// encoded returns text with every byte but slashes percent-encoded.
func encoded(text string) string {
	var b strings.Builder
	for i := range len(text) {
		if text[i] == '/' {
			b.WriteByte('/')
			continue
		}
		fmt.Fprintf(&b, "%%%02X", text[i])
	}
	return b.String()
}
