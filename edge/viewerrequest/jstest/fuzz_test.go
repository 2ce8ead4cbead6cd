package jstest

import (
	"math/rand/v2"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/viewerrequest"
)

// siteNames lists the sites; the numbers of fuzzed requests choose from it.
var siteNames = []string{"plain", "ratio", "small", "sizes", "sides", "one", "closed", "behind", "prefix", "folder", "avif", "webp",
	"all", "all ratio", "all sizes", "narrow", "fill", "crop", "presets", "presets of sizes", "no presets"}

// FuzzRequest checks that JavaScript and Go return the same for every request,
// and that it is canonical.
func FuzzRequest(f *testing.F) {
	for _, r := range rows() {
		path, query, _ := strings.Cut(r.url, "?")
		header := request(r.url, r.headers...).Header
		f.Add(uint8(slices.Index(siteNames, r.site)), path, query, header.Get("Host"), header.Get("Accept"), "bytes=0-1")
	}
	run := map[string]func(testing.TB, string) answer{}
	for name, site := range sites {
		_, run[name] = inGoja(f, script(site, gojaCrypto))
	}
	f.Fuzz(func(t *testing.T, site uint8, path, query, host, accept, ranged string) {
		if strings.ContainsAny(host+accept, "\u0130\u212a") {
			t.Skip("letters of which engines make ASCII, and Go does not")
		}
		name := siteNames[int(site)%len(siteNames)]
		r := viewerrequest.Request{Method: http.MethodGet, Path: "/" + path, Query: query,
			Header: http.Header{"Host": {host}, "Accept": strings.SplitN(accept, "\n", 2), "Range": {ranged}, "If-Match": {"*"}}}
		want := twin(t, sites[name], r)
		if got := run[name](t, event(t, r)); name != "behind" && !got.equal(want) || got.Status != want.Status {
			t.Errorf("%s%q?%q of %q with %q: JavaScript %v, Go %v", name, r.Path, query, host, accept, got, want)
		}
		checkCanonical(t, name, r)
	})
}

var canonicalQuery = regexp.MustCompile(`^(?:(?:width=[1-9][0-9]*|width=[1-9][0-9]*&height=[1-9][0-9]*|height=[1-9][0-9]*)` +
	`(?:&fit=(?:cover|fill|inside|pad(?:,[0-9a-f]{6})?))?(?:&quality=(?:[1-9]?[05]|100))?(?:&dpr=(?:1.5|[23](?:.5)?|4))?` +
	`(?:&gravity=(?:smart|center|(?:top|bottom)(?:-left|-right)?|left|right|(?:1|0(?:\.[0-9][1-9]?|\.0[1-9])?),(?:1|0(?:\.[0-9][1-9]?|\.0[1-9])?)))?` +
	`(?:&trim=true)?(?:&sharpen=(?:[1-9]|10))?(?:&blur=(?:[1-9][0-9]?|100))?(?:&format=(?:avif|webp|jpeg|png))?)?$`)

// checkCanonical fails t unless the canonical request for r is canonical
// itself, names the same key and asks for the same.
func checkCanonical(t *testing.T, name string, r viewerrequest.Request) {
	t.Helper()
	site := sites[name]
	r.Path = toUTF8(r.Path)
	got, reason, err := site.Canonical(r)
	if err != nil || site.Missing == "" {
		return
	}
	if (got.Query == "") == (reason == "") || !canonicalQuery.MatchString(got.Query) {
		t.Errorf("%s?%q becomes %q because %q", name, r.Query, got.Query, reason)
	}
	cfg := site.Config()
	ask, err := edge.Asked(got.Query, cfg)
	if (err == nil) != (got.Query != "") || ask.Query() != got.Query {
		t.Errorf("%s: %q becomes %q, of which the rules say %q, %v", name, r.Query, got.Query, ask.Query(), err)
	}
	viewers, err := edge.Asked(r.Query, cfg)
	switch named := viewers.Format; {
	case cfg.OnlyPresets && reason == edge.NotAPreset:
	case site.Sizes != "" && !cfg.OnlyPresets:
		if ask.Size != (edge.Size{}) && !slices.Contains(strings.Split(site.Sizes, ","), sizeName(ask.Size)) {
			t.Errorf("%s: %q becomes %q, which is no allowed size", name, r.Query, got.Query)
		}
	default:
		if named == "" {
			viewers.Format = ask.Format
		}
		if viewers != ask && err == nil || edge.ReasonOf(err) != edge.ReasonOf(edge.Because(reason, nil)) && err != nil {
			t.Errorf("%s: %q asks for %+v, %v; it becomes %q, %q", name, r.Query, viewers, err, got.Query, reason)
		}
	}
	unprefixed := site
	unprefixed.URLPrefix = ""
	if got, _, err = unprefixed.Canonical(r); err != nil {
		t.Errorf("%s%q: %v without the prefix alone", name, r.Path, err)
	}
	// A preset's spelling is refused where presets must be named.
	unprefixed.Options.OnlyPresets = false
	if cfg.OnlyPresets {
		unprefixed.Sizes = ""
	}
	if again, why, err := unprefixed.Canonical(got); err != nil || again.Path != got.Path || again.Query != got.Query || len(again.Header) != len(got.Header) ||
		(why == "") != (reason == "") {
		t.Errorf("%s: %q?%q becomes %v, and that %v, %q, %v", name, r.Path, r.Query, got, again, why, err)
	}
	for way, decode := range map[string]func(string) (string, error){"S3": url.PathUnescape, "S3 with + for a space": url.QueryUnescape} {
		key, err := decode(r.Path)
		if same, errSame := decode(got.Path); err == nil && (same != key || errSame != nil) || err != nil && got.Path != r.Path {
			t.Errorf("%q names %q to %s, %q %q", r.Path, key, way, got.Path, same)
		}
	}
}

// sizeName returns a size as Site.Sizes spells it.
func sizeName(s edge.Size) string {
	name := s.String()
	return strings.TrimSuffix(strings.TrimPrefix(strings.Replace(strings.Replace("|"+name+"|", "|0x", "|x", 1), "x0|", "x|", 1), "|"), "|")
}

// Pieces of viewers' requests.
var (
	pathPieces = strings.Split(`/ / // . .. %2e %2E a b.jpg %41 %61 %2541 %25 % %4 %%34%31 %zz %e9 %E9 %c3%a9 é 사 😀 %EC%82%AC %2f %2F %5c \ + %2B %2b ~ %7e `+
		`( ) %28 %29 [ ] { } ^ | < > " # %23 ? %3f %00 %7F `+"\x01 \x7f \xff \u2028 ` '"+` & = ; : @ ! $ * , %21 %ff%fe %C0%AF %20 __proto__ constructor wp-content/uploads/`, " ")
	names  = strings.Split("width width width height height height format x Width %77idth width%20 __proto__ constructor toString response-content-type width[]", " ")
	values = strings.Split(`500 300 0500 %35%30%30 4096 4097 99999 100000 1 0 00 5e2 1.5 +5 5+ -5 %2B5 5%0A %0A5 5%20 0x10 ５ %EF%BC%95 % %zz %ff %2535 Infinity NaN `+
		"avif webp jpeg png gif AVIF %61vif %77%65bp avif%00 text/html 640 200 5\xff 500&height=300 5;6 = == ", " ")
	sides        = strings.Split("500 500 500 300 200 640 0500 %35%30%30 5 4096 4097", " ")
	formats      = strings.Split("avif webp jpeg png p%6Eg", " ")
	acceptPieces = strings.Split(`image/avif image/avif image/webp image/webp IMAGE/AVIF image/* */* text/html , , , , ; ; q=0 q=0.0 q=0.001 q=1 Q=0 q= q="0" "," x=";" ximage/avif image/avifs é `+"\t", " ")
	hosts        = strings.Split(host+" "+host+" IMG.Example.com:443 "+host+": "+host+". d111111abcdef8.cloudfront.net", " ")
)

func pick(random *rand.Rand, from []string) string { return from[random.IntN(len(from))] }

// randomRequest returns a request made of pieces that matter to the function.
func randomRequest(random *rand.Rand) viewerrequest.Request {
	var path, query, accept strings.Builder
	path.WriteByte('/')
	for range random.IntN(8) {
		path.WriteString(pick(random, pathPieces))
	}
	sized := []string{"width", "height", "format", pick(random, names)}
	if random.IntN(2) == 0 {
		query.WriteString(pick(random, []string{"", "preset=card&", "width=500&height=300&", "height=300&width=500&", "width=500&"}))
		sized = nil
	}
	for _, name := range sized {
		from := values
		if random.IntN(4) > 0 {
			from = map[string][]string{"width": sides, "height": sides, "format": formats}[name]
		}
		for n := random.IntN(10); n < 6 && len(from) > 0; n += 4 {
			query.WriteString(name + "=" + pick(random, from) + "&")
		}
	}
	query.WriteString(randomOptions(random))
	for range random.IntN(9) {
		accept.WriteString(pick(random, acceptPieces))
		if random.IntN(3) == 0 {
			accept.WriteByte(' ')
		}
	}
	r := viewerrequest.Request{Method: pick(random, []string{"GET", "HEAD"}), Path: path.String(), Query: strings.TrimSuffix(query.String(), "&"),
		Header: http.Header{"Host": {pick(random, hosts)}}}
	if random.IntN(4) > 0 {
		r.Header["Accept"] = []string{accept.String()}
	}
	if random.IntN(4) == 0 {
		r.Header.Add("Accept", pick(random, acceptPieces))
	}
	for _, name := range []string{"Range", "If-Range", "Request-Range", "If-Match", "If-Unmodified-Since", "If-None-Match"} {
		if random.IntN(4) == 0 {
			r.Header.Set(name, "x")
		}
	}
	return r
}

func TestRandomRequests(t *testing.T) {
	const each = 400 // requests for each site
	for i, name := range siteNames {
		random := rand.New(rand.NewPCG(1, uint64(i)))
		var requests []viewerrequest.Request
		var events []string
		var want []answer
		for range each {
			r := randomRequest(random)
			requests, events, want = append(requests, r), append(events, event(t, r)), append(want, twin(t, sites[name], r))
			checkCanonical(t, name, r)
		}
		for engine, run := range engines {
			t.Run(engine+"/"+name, func(t *testing.T) {
				for i, got := range run(t, sites[name], events) {
					if r := requests[i]; name != "behind" && !got.equal(want[i]) || got.Status != want[i].Status {
						t.Errorf("%q?%q %q: got %v, Go %v", r.Path, r.Query, r.Header, got, want[i])
					}
				}
			})
		}
	}
}

// Random requests are of all kinds; otherwise the test above shows little.
func TestRandomRequestsDiffer(t *testing.T) {
	seen := map[string]int{}
	random := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		r := randomRequest(random)
		got, reason, err := sites["avif"].Canonical(r)
		ask, _ := edge.Asked(got.Query, edge.DefaultConfig())
		format := ask.Format
		switch {
		case err != nil:
			seen["refused"]++
		case got.Path != r.Path:
			seen["spelled anew"]++
		}
		seen[string(reason)]++
		seen[string(format)]++
	}
	for _, kind := range []string{"refused", "spelled anew", "no-size", "bad-size", "zero-size", "two-sizes", "one-side-missing", "over-maximum", "avif", "webp", "jpeg", "png"} {
		if seen[kind] == 0 {
			t.Errorf("none of 3000 is %s: %v", kind, seen)
		}
	}
}
