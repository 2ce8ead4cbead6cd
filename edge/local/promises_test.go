package main

import (
	"bytes"
	"encoding/json"
	"html"
	"image"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/edge"
)

// promise is a row of the table "What a request gets".
type promise struct {
	request, answer, note string
	trials                []trialOfPage
}

// trialOfPage is a button of the page.
type trialOfPage struct {
	label, method, path string
	header              http.Header
}

// pageTable matches a row of the page's table.
var pageTable = regexp.MustCompile(`(?s)<tr>\s*<td>([^<]*)</td>\s*<td>([^<]*)</td>\s*<td>(.*?)</td>\s*</tr>`)

// pagePromises returns the rows of the page's table.
func pagePromises(t *testing.T, s *site) []promise {
	t.Helper()
	_, contract, ok := strings.Cut(string(get(t, s.url+"/").body), `<table class="contract">`)
	if !ok {
		t.Fatal("the page has no contract")
	}
	var promises []promise
	for _, m := range pageTable.FindAllStringSubmatch(contract, -1) {
		promises = append(promises, promise{html.UnescapeString(m[1]), html.UnescapeString(m[2]), html.UnescapeString(m[3]), trialsOf(t, m[3])})
	}
	return promises
}

// trial matches a button of the page.
var trial = regexp.MustCompile(`data-path="([^"]*)" data-method="([^"]*)" data-header="([^"]*)">([^<]*)<`)

// trialsOf returns the buttons in HTML.
func trialsOf(t *testing.T, text string) []trialOfPage {
	t.Helper()
	var trials []trialOfPage
	for _, m := range trial.FindAllStringSubmatch(text, -1) {
		var header map[string]string
		if err := json.Unmarshal([]byte(html.UnescapeString(m[3])), &header); err != nil {
			t.Fatal(err)
		}
		sent := http.Header{}
		for name, value := range header {
			sent.Set(name, value)
		}
		trials = append(trials, trialOfPage{html.UnescapeString(m[4]), m[2], html.UnescapeString(m[1]), sent})
	}
	return trials
}

// examples matches what a row says is not a plain number.
var examples = regexp.MustCompile(`not a plain number \((.*?)\)`)

// Each row of the page's contract has a button, and one for each of its examples, and the
// button gets what the row says. Rows about what the config does not switch on name a config
// that does.
func TestContract(t *testing.T) {
	all := everything(t, "everything.json")
	signed := all
	signed.Parameters = append(slices.Clone(all.Parameters), "signature")
	for name, config := range map[string]edge.Config{"default": edge.DefaultConfig(), "everything": all, "signed": signed} {
		t.Run(name, func(t *testing.T) {
			config.TimeoutMS = 2000
			s := start(t, config, folder(testOriginals), false, signingKeys(t))
			promises := pagePromises(t, s)
			if len(promises) < 6 {
				t.Fatalf("the page's contract has %d rows", len(promises))
			}
			for _, p := range promises {
				checkButtons(t, p, config)
				if p.answer == "400" && len(p.trials) == 0 { // browsers do not send such paths
					p.trials = []trialOfPage{{"raw", "GET", "/a/../PHOTO.jpg?width=50&height=30", nil}, {"encoded", "GET", "/%2e%2E/PHOTO.jpg", nil}}
				}
				for _, one := range p.trials {
					s.keeps(t, p.answer, one, config)
				}
			}
		})
	}
}

// checkButtons fails the test unless a row has the buttons that it should have.
func checkButtons(t *testing.T, p promise, config edge.Config) {
	t.Helper()
	if named := strings.Contains(p.note, "make run CONFIG=edge/local/everything.json"); len(p.trials) == 0 && p.answer != "400" &&
		(!named || len(config.Parameters) > 0) {
		t.Errorf("%s: no button, and the note %q", p.request, p.note)
	}
	labels := map[string]bool{}
	for _, one := range p.trials {
		labels[one.label] = true
	}
	if m := examples.FindStringSubmatch(p.request); m != nil {
		for example := range strings.SplitSeq(m[1], ", ") {
			if !labels[example] {
				t.Errorf("%s: there is no button for %q", p.request, example)
			}
		}
	} else if strings.Contains(p.request, "not a plain number") {
		t.Errorf("%s: no examples", p.request)
	}
}

// checkRatio fails the test unless got is a variant with the side that one asks for, in the
// ratio of PHOTO.jpg, 4 to 3.
func checkRatio(t *testing.T, got answered, one trialOfPage) {
	t.Helper()
	size := sizeOf(t, one)
	if size.Height == 0 {
		size.Height = (size.Width*3 + 2) / 4
	} else {
		size.Width = (size.Height*4 + 1) / 3
	}
	checkPicture(t, got, "jpeg", size.Width, size.Height)
}

// largest returns the largest size within whole of the shape that one asks for.
func largest(t *testing.T, whole image.Config, one trialOfPage) edge.Size {
	t.Helper()
	size := sizeOf(t, one)
	scale := min(float64(whole.Width)/float64(size.Width), float64(whole.Height)/float64(size.Height), 1)
	return edge.Size{Width: int(float64(size.Width)*scale + 0.5), Height: int(float64(size.Height)*scale + 0.5)}
}

// checkFallback fails the test unless got is the fallback picture, as large as one asks for
// or as it is.
func checkFallback(t *testing.T, got answered, one trialOfPage, key string) {
	t.Helper()
	whole, _, err := image.DecodeConfig(bytes.NewReader(original(t, key)))
	if err != nil {
		t.Fatal(err)
	}
	want := largest(t, whole, one)
	shape, _, err := image.DecodeConfig(bytes.NewReader(got.body))
	if err != nil || got.status != http.StatusNotFound || got.outcome() != "fallback origin-not-200" || (edge.Size{Width: shape.Width, Height: shape.Height}) != want {
		t.Errorf("%s: got %d %s, %v, %v; want %v", one.label, got.status, got.outcome(), shape, err, want)
	}
}

// sizeOf returns the size that a button asks for; sides that it does not name are 0.
func sizeOf(t *testing.T, one trialOfPage) edge.Size {
	t.Helper()
	u, err := url.Parse(one.path)
	if err != nil {
		t.Fatal(err)
	}
	width, _ := strconv.Atoi(u.Query().Get("width"))
	height, _ := strconv.Atoi(u.Query().Get("height"))
	return edge.Size{Width: width, Height: height}
}

// send sends what a button sends.
func (s *site) send(t *testing.T, one trialOfPage) answered {
	t.Helper()
	return ask(t, one.method, s.url+one.path, one.header.Clone())
}

// signed returns a path as the page's script sends it.
func (s *site) signed(t *testing.T, path string) string {
	t.Helper()
	answer := get(t, s.url+"/?"+url.Values{"sign": {path}}.Encode())
	if answer.status == http.StatusNotFound {
		return path // no signature is needed
	}
	return string(answer.body)
}

// keeps fails the test unless a button gets the promised answer by config.
func (s *site) keeps(t *testing.T, promised string, one trialOfPage, config edge.Config) {
	t.Helper()
	got := s.send(t, one)
	promised, by, _ := strings.Cut(promised, "; with ")
	switch {
	case strings.HasPrefix(by, `"missing": "keep-ratio"`) && config.Missing == edge.MissingKeepRatio:
		checkRatio(t, got, one)
		return
	case strings.HasPrefix(by, `"larger": "largest"`) && config.Larger == edge.LargerLargest:
		want := largest(t, image.Config{Width: 1600, Height: 1200}, one) // of PHOTO.jpg
		checkPicture(t, got, "jpeg", want.Width, want.Height)
		return
	case strings.HasPrefix(by, "fallback_key") && config.FallbackKey != "":
		checkFallback(t, got, one, config.FallbackKey)
		return
	}
	object, query, _ := strings.Cut(one.path, "?")
	plain := one
	plain.path = object
	switch {
	case strings.HasPrefix(promised, "200, the variant, exactly"):
		size, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		shape, _, err := image.DecodeConfig(bytes.NewReader(got.body))
		if err != nil || got.status != http.StatusOK || got.outcome() != "resized" ||
			strconv.Itoa(shape.Width) != size.Get("width") || strconv.Itoa(shape.Height) != size.Get("height") {
			t.Errorf("%s: got %d %s, %v, %v; want %s", one.label, got.status, got.outcome(), shape, err, promised)
		}
	case strings.HasPrefix(promised, "200, the variant in that format; in the next best"):
		_, asked, _ := strings.Cut(query, "&format=")
		asked, _, _ = strings.Cut(asked, "&") // before a signature
		if got.status != http.StatusOK || got.outcome() != "resized" || got.header.Get("Content-Type") != "image/"+asked {
			t.Errorf("%s: got %d %s, %v; want %s", one.label, got.status, got.outcome(), got.header, promised)
		}
	case promised == "200, the variant so made":
		canonical, asked := got.header.Get(requestHeader), strings.Split(query, "&")[2] // behind width and height
		if got.status != http.StatusOK || got.outcome() != "resized" || !strings.Contains(canonical, "&"+asked) {
			t.Errorf("%s: got %d %s for %s; want %s", one.label, got.status, got.outcome(), canonical, promised)
		}
	case promised == "the same answer, from the same place in the cache":
		plain.path = s.signed(t, got.header.Get(requestHeader))
		want := s.send(t, plain)
		if got.status != http.StatusOK || got.outcome() != "resized" || plain.path == one.path || !bytes.Equal(got.body, want.body) ||
			!strings.HasPrefix(want.xCache(), "Hit") || want.header.Get(invocationHeader) != got.header.Get(invocationHeader) {
			t.Errorf("%s: got %d %s, and for %s %s; want %s", one.label, got.status, got.outcome(), plain.path, want.xCache(), promised)
		}
	case promised == "200, the whole variant":
		whole := one
		whole.header = nil
		want := s.send(t, whole)
		if got.status != http.StatusOK || got.outcome() != "resized" || !bytes.Equal(got.body, want.body) || got.header.Get("Content-Range") != "" {
			t.Errorf("%s: got %d %s, %v; want %s", one.label, got.status, got.outcome(), got.header, promised)
		}
	case promised == "400":
		if got.status != http.StatusBadRequest || !strings.HasPrefix(got.outcome(), refusedBecause) {
			t.Errorf("%s: got %d %s; want %s", one.label, got.status, got.outcome(), promised)
		}
	case promised == "the original":
		want := s.send(t, plain)
		if got.status != http.StatusOK || !bytes.Equal(got.body, want.body) || !strings.HasPrefix(got.outcome(), "original ") {
			t.Errorf("%s: got %d %s, %d bytes; want %s", one.label, got.status, got.outcome(), len(got.body), promised)
		}
	case promised == "the origin's response":
		want := s.send(t, plain)
		same := got.status == want.status && (bytes.Equal(got.body, want.body) || got.status >= 400 && len(got.body) == len(want.body))
		if !same || got.header.Get("Server") != "AmazonS3" || got.outcome() != "original origin-not-200" && got.outcome() != "original not-get" {
			t.Errorf("%s: got %d %s %v, %d bytes; want %s", one.label, got.status, got.outcome(), got.header, len(got.body), promised)
		}
	case strings.HasPrefix(promised, "CloudFront's own error"):
		if got.status < 400 || got.header.Get("Server") != "CloudFront" || got.outcome() != "none" {
			t.Errorf("%s: got %d %s %v; want %s", one.label, got.status, got.outcome(), got.header, promised)
		}
	default:
		t.Errorf("the page promises %q, which this test does not know", promised)
	}
}
