package jstest

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/viewerrequest"
	"github.com/edgeresize/edgeresize/resize"
)

const host = "img.example.com"

// sites are the sites of the tests by name.
var sites = map[string]viewerrequest.Settings{
	"plain":  site(func(*viewerrequest.Settings) {}),
	"ratio":  site(func(s *viewerrequest.Settings) { s.Missing = edge.MissingKeepRatio }),
	"small":  site(func(s *viewerrequest.Settings) { s.MaxWidth, s.MaxHeight = 800, 600 }),
	"sizes":  site(func(s *viewerrequest.Settings) { s.Sizes = "500x300,300x500,1200x800,5000x80" }),
	"sides":  site(func(s *viewerrequest.Settings) { s.Missing, s.Sizes = edge.MissingKeepRatio, "500x300,640x,320x,x200" }),
	"one":    site(func(s *viewerrequest.Settings) { s.Missing, s.Sizes = edge.MissingKeepRatio, "640x" }),
	"closed": site(func(s *viewerrequest.Settings) { s.Host = host }),
	"behind": {Host: host},
	"prefix": site(func(s *viewerrequest.Settings) { s.URLPrefix = "/wp-content/uploads" }),
	"folder": site(func(s *viewerrequest.Settings) { s.URLPrefix, s.KeyPrefix = "/wp-content/uploads", "/media/photos" }),
	"avif":   site(func(s *viewerrequest.Settings) { s.Formats = []resize.Format{resize.AVIF, resize.WebP} }),
	"webp":   site(func(s *viewerrequest.Settings) { s.Formats = []resize.Format{resize.WebP, resize.AVIF} }),

	"all":        optionSite(unsigned, func(*edge.Config) {}),
	"all ratio":  optionSite(unsigned, func(c *edge.Config) { c.Missing = edge.MissingKeepRatio }),
	"all sizes":  sized(optionSite(unsigned, func(c *edge.Config) { c.Missing = edge.MissingKeepRatio }), "500x300,640x,x200,30x40"),
	"narrow":     optionSite(edge.Cacheable, func(c *edge.Config) { c.Fit, c.Quality, c.MinQuality, c.MaxWidth = resize.Pad, 83, 62, 800 }),
	"fill":       optionSite([]string{"gravity", "w"}, func(c *edge.Config) { c.Fit = resize.Fill }),
	"crop":       optionSite([]string{"gravity", "preset", "h"}, func(c *edge.Config) { c.Presets = map[string]string{"top": "width=50&h=30&gravity=top"} }),
	"no presets": optionSite([]string{"preset", "w"}, func(*edge.Config) {}),
	"presets":    optionSite(unsigned, func(c *edge.Config) { c.OnlyPresets = true }),
	"presets of sizes": sized(optionSite([]string{"preset", "fit"}, func(c *edge.Config) {
		c.OnlyPresets, c.Presets = true, map[string]string{"card": "width=500&height=300&fit=fill"}
	}), "5x5"),
}

// presets are those of the sites on which all parameters are on.
var presets = map[string]string{
	"card": "width=500&height=300&gravity=smart", "red": "w=30&h=40&fit=pad&background=f00&format=png", "blue_1": "background=%300f&fit=pad&width=0500&height=%33%30%30",
	"wide": "width=500&height=300&quality=40&fit=cover&format=webp",
}

// optionSite returns the site of the default config without formats, with
// parameters on, and with presets if they may be asked for, changed by change.
func optionSite(parameters []string, change func(*edge.Config)) viewerrequest.Settings {
	cfg := edge.DefaultConfig()
	cfg.Parameters, cfg.Formats = slices.Clone(parameters), nil
	if len(parameters) == len(unsigned) {
		cfg.Presets = presets
	}
	change(&cfg)
	if err := cfg.Validate(); err != nil {
		panic(err)
	}
	return viewerrequest.SettingsOf(cfg)
}

// sized returns site with sizes to allow.
func sized(site viewerrequest.Settings, sizes string) viewerrequest.Settings {
	site.Sizes = sizes
	return site
}

// unsigned lists all parameters but signature, which signedSite adds.
var unsigned = slices.DeleteFunc(slices.Clone(edge.Switchable), func(name string) bool { return name == "signature" })

// site returns the default site, changed by change.
func site(change func(*viewerrequest.Settings)) viewerrequest.Settings {
	s := viewerrequest.SettingsOf(edge.DefaultConfig())
	s.Formats = nil
	change(&s)
	return s
}

// request returns a GET of url with headers, each "Name: value".
func request(url string, headers ...string) viewerrequest.Request {
	path, query, _ := strings.Cut(url, "?")
	r := viewerrequest.Request{Method: http.MethodGet, Path: path, Query: query, Header: http.Header{"Host": {host}}}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		if name == "Host" {
			r.Header.Del(name)
		}
		r.Header.Add(name, value)
	}
	return r
}

// row is a request to a site, the expected URL or status, and the reason if
// there is no size.
type row struct {
	site, url string
	headers   []string
	want      string
	reason    edge.Reason
}

// kept returns a row whose URL has a size and is already canonical.
func kept(site, url string) row { return row{site, url, nil, url, ""} }

// rows returns every request of the tables.
func rows() []row {
	all := []row{
		// the host
		{"closed", "/a.jpg", []string{"Host: d111111abcdef8.cloudfront.net"}, "403", ""},
		{"closed", "/a.jpg", []string{"Host: D111111ABCDEF8.CLOUDFRONT.NET.:443"}, "403", ""},
		{"closed", "/a.jpg", []string{"Host: img.example.com.evil.example"}, "403", ""},
		{"closed", "/a.jpg", []string{"Host: img.example.com:"}, "403", ""},
		{"closed", "/../a.jpg", []string{"Host: evil.example"}, "403", ""},
		{"closed", "/a.jpg?width=5&height=6", []string{"Host: IMG.Example.com:443"}, "/a.jpg?width=5&height=6", ""},
		{"closed", "/a.jpg?width=asdf&height=3&x=1", nil, "/a.jpg", edge.BadSize},
		{"plain", "/a.jpg", []string{"Host: d111111abcdef8.cloudfront.net"}, "/a.jpg", edge.NoSize},

		// the size
		kept("plain", "/a.jpg?width=500&height=300"),
		kept("plain", "/a.jpg?width=4096&height=4096"),
		kept("ratio", "/a.jpg?width=500"),
		kept("ratio", "/a.jpg?height=300"),
		{"plain", "/a.jpg", nil, "/a.jpg", edge.NoSize},
		{"plain", "/a.jpg?", nil, "/a.jpg", edge.NoSize},
		{"plain", "/a.jpg?height=300&width=500", nil, "/a.jpg?width=500&height=300", ""},
		{"plain", "/a.jpg?width=00500&height=0300", nil, "/a.jpg?width=500&height=300", ""},
		{"plain", "/a.jpg?width=%35%30%30&height=%33%30%30", nil, "/a.jpg?width=500&height=300", ""},
		{"plain", "/a.jpg?width=500&height=300&width=0500", nil, "/a.jpg?width=500&height=300", ""},
		{"plain", "/a.jpg?&&width=500&&height=300&", nil, "/a.jpg?width=500&height=300", ""},
		{"plain", "/a.jpg?response-content-type=text/html&width=500&x-id=GetObject&height=300&versionId=1", nil, "/a.jpg?width=500&height=300", ""},
		{"plain", "/a.jpg?response-content-type=text/html", nil, "/a.jpg", edge.NoSize},
		{"plain", "/a.jpg?%77idth=500&height=300", nil, "/a.jpg", edge.OneSide},
		{"plain", "/a.jpg?Width=500&Height=300", nil, "/a.jpg", edge.NoSize},
		{"plain", "/a.jpg?width=500;height=300", nil, "/a.jpg", edge.BadSize},
		{"plain", "/a.jpg?width=500", nil, "/a.jpg", edge.OneSide},
		{"plain", "/a.jpg?width=500&height", nil, "/a.jpg", edge.BadSize},
		{"plain", "/a.jpg?width=500&height=300&width=501", nil, "/a.jpg", edge.TwoSizes},
		{"plain", "/a.jpg?width=500&height=300&width=", nil, "/a.jpg", edge.BadSize},
		{"plain", "/a.jpg?width=4097&height=300", nil, "/a.jpg", edge.OverMaximum},
		{"plain", "/a.jpg?width=500&height=99999", nil, "/a.jpg", edge.OverMaximum},
		{"plain", "/a.jpg?width=500&height=0", nil, "/a.jpg", edge.ZeroSize},
		{"plain", "/a.jpg?__proto__=1&constructor=2&hasOwnProperty=3&toString=4&width=500&height=300", nil, "/a.jpg?width=500&height=300", ""},
		{"plain", "/a.jpg?width[]=500&height=300", nil, "/a.jpg", edge.OneSide},
		{"small", "/a.jpg?width=800&height=600", nil, "/a.jpg?width=800&height=600", ""},
		{"small", "/a.jpg?width=800&height=601", nil, "/a.jpg", edge.OverMaximum},
		{"ratio", "/a.jpg?width=4097", nil, "/a.jpg", edge.OverMaximum},
		{"ratio", "/a.jpg?width=500&height=", nil, "/a.jpg", edge.BadSize},

		// the allowed sizes
		kept("sizes", "/a.jpg?width=500&height=300"),
		kept("sides", "/a.jpg?width=640"),
		kept("sides", "/a.jpg?height=200"),
		{"sizes", "/a.jpg", nil, "/a.jpg", edge.NoSize},
		{"sizes", "/a.jpg?height=310&width=490", nil, "/a.jpg?width=500&height=300", ""},
		{"sizes", "/a.jpg?width=310&height=490", nil, "/a.jpg?width=300&height=500", ""},
		{"sizes", "/a.jpg?width=1&height=1", nil, "/a.jpg?width=500&height=300", ""},
		{"sizes", "/a.jpg?width=400&height=400", nil, "/a.jpg?width=500&height=300", ""},
		{"sizes", "/a.jpg?width=2000&height=1500", nil, "/a.jpg?width=1200&height=800", ""},
		{"sizes", "/a.jpg?width=4900&height=90", nil, "/a.jpg", edge.OverMaximum},
		{"sizes", "/a.jpg?width=100000&height=90", nil, "/a.jpg", edge.OverMaximum},
		{"sizes", "/a.jpg?width=500", nil, "/a.jpg", edge.OneSide},
		{"sizes", "/a.jpg?width=500&height=300&token=1", nil, "/a.jpg?width=500&height=300", ""},
		{"sides", "/a.jpg?width=480", nil, "/a.jpg?width=640", ""},
		{"sides", "/a.jpg?width=479", nil, "/a.jpg?width=320", ""},
		{"sides", "/a.jpg?height=9999", nil, "/a.jpg?height=200", ""},
		{"sides", "/a.jpg?width=99999&height=99999", nil, "/a.jpg?width=500&height=300", ""},
		{"one", "/a.jpg?width=640&height=300", nil, "/a.jpg", edge.OneSide},
		{"one", "/a.jpg?height=300", nil, "/a.jpg", edge.OneSide},

		// the format
		{"avif", "/a.jpg?width=5&height=6", []string{"Accept: text/html"}, "/a.jpg?width=5&height=6", ""},
		{"avif", "/a.jpg?width=5&height=6", nil, "/a.jpg?width=5&height=6", ""},
		{"avif", "/a.jpg", []string{"Accept: image/avif"}, "/a.jpg", edge.NoSize},
		{"avif", "/a.jpg?format=png", nil, "/a.jpg", edge.NoSize},
		{"avif", "/a.jpg?format=png&width=0&height=6", nil, "/a.jpg", edge.ZeroSize},
		{"avif", "/a.jpg?format=%77ebp&height=6&width=5", []string{"Accept: image/avif"}, "/a.jpg?width=5&height=6&format=webp", ""},
		{"avif", "/a.jpg?width=5&height=6&format=png&format=p%6Eg", nil, "/a.jpg?width=5&height=6&format=png", ""},
		{"avif", "/a.jpg?width=5&height=6&format=png&format=jpeg", []string{"Accept: image/webp"}, "/a.jpg?width=5&height=6&format=webp", ""},
		{"avif", "/a.jpg?width=5&height=6&format=png&format=", nil, "/a.jpg?width=5&height=6", ""},
		{"avif", "/a.jpg?width=5&height=6&%66ormat=png", nil, "/a.jpg?width=5&height=6", ""},
		{"avif", "/a.jpg?width=5&height=6", []string{"Accept: text/html", "Accept: image/webp;q=0.1", "Accept: image/avif"}, "/a.jpg?width=5&height=6&format=avif", ""},
		{"webp", "/a.jpg?width=5&height=6", []string{"Accept: image/avif,image/webp;q=0.1"}, "/a.jpg?width=5&height=6&format=webp", ""},
		{"sizes", "/a.jpg?width=490&height=310&format=jpeg", nil, "/a.jpg?width=500&height=300&format=jpeg", ""},

		// the prefix
		{"prefix", "/wp-content/uploads/2024/a%20b.jpg?width=5&height=6", nil, "/2024/a%20b.jpg?width=5&height=6", ""},
		{"prefix", "/wp-content/uploads/wp-content/uploads/a.jpg", nil, "/wp-content/uploads/a.jpg", edge.NoSize},
		{"prefix", "/wp-content/uploads/", nil, "/", edge.NoSize},
		{"prefix", "/wp-content/uploads", nil, "/wp-content/uploads", edge.NoSize},
		{"prefix", "/wp-content/uploads-old/a.jpg", nil, "/wp-content/uploads-old/a.jpg", edge.NoSize},
		{"prefix", "/WP-content/uploads/a.jpg", nil, "/WP-content/uploads/a.jpg", edge.NoSize},
		{"prefix", "/x/wp-content/uploads/a.jpg", nil, "/x/wp-content/uploads/a.jpg", edge.NoSize},
		{"prefix", "/wp%2Dcontent/%75ploads/a.jpg", nil, "/a.jpg", edge.NoSize},
		{"prefix", "/wp-content%2Fuploads/a.jpg", nil, "/wp-content%2Fuploads/a.jpg", edge.NoSize},
		{"prefix", "/wp-content/uploads/../a.jpg", nil, "400", ""},
		{"folder", "/wp-content/uploads/a.jpg", nil, "/media/photos/a.jpg", edge.NoSize},
		{"folder", "/media/photos/a.jpg", nil, "/media/photos/a.jpg", edge.NoSize},
	}
	all = append(all, optionRows()...)
	for _, bad := range []string{"asdf", "", "-5", "+5", "%2B5", "5+", "5%20", "%0A5", "5%0A", "5%00", "1.5", "5.0", "5e2", "0x10", "0b1", "1_0",
		"Infinity", "NaN", "%EF%BC%95", "%D9%A5", "５", "%", "%3", "%zz", "%FF", "5%ED%A0%80", "%2535", "%%33%35", "null", "true", "[5]",
		"123456789012345678901234567890", strings.Repeat("9", 400), "__proto__", "5\xff"} {
		all = append(all, row{"plain", "/a.jpg?height=300&width=" + bad, nil, "/a.jpg", edge.BadSize},
			row{"sizes", "/a.jpg?height=300&width=" + bad, nil, "/a.jpg", edge.BadSize})
	}
	for _, zeros := range []string{"0", "000", "%30", strings.Repeat("0", 400)} {
		all = append(all, row{"plain", "/a.jpg?height=300&width=" + zeros, nil, "/a.jpg", edge.ZeroSize})
	}
	for _, bad := range []string{"", "gif", "jpg", "PNG", "png ", "png%00", "%ff", "%", "image/png", "toString", "__proto__", "avif,webp"} {
		all = append(all, row{"avif", "/a.jpg?width=5&height=6&format=" + bad, []string{"Accept: image/webp"}, "/a.jpg?width=5&height=6&format=webp", ""})
	}
	for accept, format := range accepts {
		want := "/a.jpg?width=5&height=6"
		if format != "" {
			want += "&format=" + format
		}
		all = append(all, row{"avif", "/a.jpg?width=5&height=6", []string{"Accept: " + accept}, want, ""})
	}
	for path, want := range paths {
		reason := edge.NoSize
		if !strings.HasPrefix(want, "/") {
			reason = ""
		}
		all = append(all, row{"plain", path, nil, want, reason})
	}
	return all
}

// accepts maps values of Accept to the expected format of avif and webp.
var accepts = map[string]string{
	"": "",
	"image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8": "avif", // Chromium
	"image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5":       "webp", // older Firefox
	"image/*,*/*;q=0.8":              "",
	"image/webp":                     "webp",
	"IMAGE/AVIF":                     "avif",
	" image/avif ; q=0 , image/webp": "webp",
	"image/avif;q=0,image/webp;q=0":  "",
	"image/avif;q=0.,image/webp":     "webp",
	"image/avif;q=0.0,image/webp":    "webp",
	"image/avif;q=0.00,image/webp":   "webp",
	"image/avif;q=0.000,image/webp":  "webp",
	"image/avif;Q=0,image/webp":      "webp",
	"image/avif;q=0.001":             "avif",
	"image/avif;q=0,image/avif":      "avif",
	"image/avif,image/avif;q=0":      "avif",
	"image/avif;level=1;q=0":         "",
	"image/avif;q=0;level=1":         "",
	"image/avif;q=1;q=0":             "avif",
	"image/avif;q=":                  "avif",
	"image/avif;xq=0":                "avif",
	"image/avif;q=00":                "avif",
	"image/avif;":                    "avif",
	"image/avif;;q=0;":               "",
	"image/avif-sequence,image/webp": "webp",
	"ximage/avif":                    "",
	"image/avif/x":                   "",
	"\timage/avif\t":                 "avif",
	",,,image/webp,,":                "webp",
	`text/html;a="b",image/webp`:     "webp",
	`image/avif;q="0"`:               "avif",
	"image/avif\u00a0":               "",
	"é,image/webp":                   "webp",
	"image/avif\xff":                 "",
	"__proto__":                      "",
}

// paths maps paths to their canonical spelling, or to the status that refuses
// them.
var paths = map[string]string{
	"/":                                    "/",
	"/photo.jpg":                           "/photo.jpg",
	"/%70hoto%2Ejpg":                       "/photo.jpg",
	"/a%20b.jpg":                           "/a%20b.jpg",
	"/a b\x01\x7f.jpg":                     "/a%20b%01%7F.jpg",
	"/%EC%82%AC%ec%a7%84%20%281%29":        "/%EC%82%AC%EC%A7%84%20(1)",
	"/사진 (1)":                              "/%EC%82%AC%EC%A7%84%20(1)",
	"/😀":                                   "/%F0%9F%98%80",
	"/é%C3%A9\u0301":                       "/%C3%A9%C3%A9%CC%81",
	"/\ufeff\ufffd\uffff":                  "/%EF%BB%BF%EF%BF%BD%EF%BF%BF",
	"/!$&'()*,;=:@-._":                     "/!$&'()*,;=:@-._",
	"/%21%24%26%27%28%29%2a%2c%3b%3d":      "/!$&'()*,;=",
	"/%3A%40%2d%2e%5F%41%5a%61%7a%30":      "/:@-._AZaz0",
	"/a+b%2Bc%2b":                          "/a+b%2Bc%2B",
	"/a~b%7ec":                             "/a%7Eb%7Ec",
	"/a%2fb/%2F":                           "/a%2Fb/%2F",
	"/a%3fb%23#":                           "/a%3Fb%23%23",
	`/<>"{}|\^[]` + "`":                    "/%3C%3E%22%7B%7D%7C%5C%5E%5B%5D%60",
	"/%3c%3E%22%7b%7D%7c%5c%5e%5b%5d%60":   "/%3C%3E%22%7B%7D%7C%5C%5E%5B%5D%60",
	"/%2541%25%32%35%25":                   "/%2541%2525%25",
	"/%252e%252E/%2525":                    "/%252e%252E/%2525",
	"/%00%7f%C0%AF%ff%FE%ed%a0%80":         "/%00%7F%C0%AF%FF%FE%ED%A0%80",
	"/%e9\xe9":                             "/%E9%C3%A9",
	"//a//b/":                              "//a//b/",
	"/...a/.b/c./.../%2e%2e%2e":            "/...a/.b/c./.../...",
	"/..%2f../..a":                         "/..%2F../..a",
	"/..%2f..%2fa":                         "/..%2F..%2Fa",
	"/..%5ca":                              "/..%5Ca",
	"/%%34%31":                             "/%%34%31",
	"/%":                                   "/%",
	"/%4":                                  "/%4",
	"/%4é":                                 "/%4é",
	"/%ﬀ":                                  "/%ﬀ",
	"/%４1":                                 "/%４1",
	"/%+5":                                 "/%+5",
	"/% 5":                                 "/% 5",
	"/%0x41":                               "/%0x41",
	"/%-1":                                 "/%-1",
	"/%C3%A9%zz":                           "/%C3%A9%zz",
	"/__proto__/constructor/%5f_proto__":   "/__proto__/constructor/__proto__",
	"/.":                                   "400",
	"/..":                                  "400",
	"/a/../b":                              "400",
	"/a/./b":                               "400",
	"/a/%2e%2E/b":                          "400",
	"/a/%2e":                               "400",
	"/a/.%2e":                              "400",
	"/a/%2e./b":                            "400",
	"/%/../a":                              "400",
	"/%zz/%2e%2E/a":                        "400",
	"//..//":                               "400",
	"/" + strings.Repeat("a", 4095):        "/" + strings.Repeat("a", 4095),
	"/" + strings.Repeat("a", 4096):        "414",
	"/" + strings.Repeat("%EC%82%AC", 341): "/" + strings.Repeat("%EC%82%AC", 341),
	"/" + strings.Repeat("사", 341):         "/" + strings.Repeat("%EC%82%AC", 341),
	"/" + strings.Repeat("~", 1366):        "414",
	"/" + strings.Repeat("%", 4096):        "414",
	"/" + strings.Repeat("../", 2000):      "414",
	"/" + strings.Repeat("%", 1365):        "/" + strings.Repeat("%", 1365),
	"/" + strings.Repeat("%", 1366):        "/" + strings.Repeat("%", 1366),
	"/" + strings.Repeat("%41", 1365):      "/" + strings.Repeat("A", 1365),
	"/" + strings.Repeat("%2541", 818) + "%2": "/" + strings.Repeat("%2541", 818) + "%2",
}

func TestRequests(t *testing.T) {
	bySite := map[string][]row{}
	for _, r := range rows() {
		bySite[r.site] = append(bySite[r.site], r)
	}
	for name, rows := range bySite {
		var events []string
		for _, r := range rows {
			events = append(events, event(t, request(r.url, r.headers...)))
			if got := twin(t, sites[name], request(r.url, r.headers...)); !r.right(got) {
				t.Errorf("Go: %s%.100q %q: got %.200s, want %.100s", r.site, r.url, r.headers, got, r.want)
			}
			if _, reason, _ := sites[name].Canonical(request(r.url, r.headers...)); reason != r.reason {
				t.Errorf("%s%.100q: got the reason %q, want %q", r.site, r.url, reason, r.reason)
			}
		}
		for engine, run := range engines {
			t.Run(engine+"/"+name, func(t *testing.T) {
				for i, got := range run(t, sites[name], events) {
					if r := rows[i]; !r.right(got) {
						t.Errorf("%.100q %q: got %.200s, want %.100s", r.url, r.headers, got, r.want)
					}
				}
			})
		}
	}
}

// right reports whether got is the answer that r expects.
func (r row) right(got answer) bool {
	if !strings.HasPrefix(r.want, "/") {
		return got.equal(answer{Status: map[string]int{"400": 400, "403": 403, "414": 414}[r.want]})
	}
	path, query, _ := strings.Cut(r.want, "?")
	return got.equal(answer{Method: http.MethodGet, Path: path, Query: query, Headers: headersOf(request(r.url, r.headers...).Header)})
}
