package main

import (
	"bytes"
	"encoding/json"
	"html"
	"image"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/edge"
)

// promise is a row of the table "What a request gets".
type promise struct {
	request, answer string
	trials          []trialOfPage
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
		promises = append(promises, promise{html.UnescapeString(m[1]), html.UnescapeString(m[2]), trialsOf(t, m[3])})
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
// button gets what the row says.
func TestContract(t *testing.T) {
	config := edge.DefaultConfig()
	config.TimeoutMS = 2000
	s := startSite(t, config, folder(testOriginals))
	config.Missing = edge.MissingKeepRatio
	ratio := startSite(t, config, folder(testOriginals))
	promises := pagePromises(t, s)
	if len(promises) < 6 {
		t.Fatalf("the page's contract has %d rows", len(promises))
	}
	for _, p := range promises {
		if p.answer == "400" && len(p.trials) == 0 { // browsers do not send such paths
			p.trials = []trialOfPage{{"raw", "GET", "/a/../PHOTO.jpg?width=50&height=30", nil}, {"encoded", "GET", "/%2e%2E/PHOTO.jpg", nil}}
		}
		if len(p.trials) == 0 {
			t.Errorf("%s: no button", p.request)
		}
		labels := map[string]bool{}
		for _, one := range p.trials {
			labels[one.label] = true
			s.keeps(t, p.answer, one)
			if strings.Contains(p.answer, "keep-ratio") {
				checkRatio(t, ratio.send(t, one), one)
			}
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
}

// checkRatio fails the test unless got is a variant with the side that one asks for, in the
// ratio of PHOTO.jpg, 4 to 3.
func checkRatio(t *testing.T, got answered, one trialOfPage) {
	t.Helper()
	_, query, _ := strings.Cut(one.path, "?")
	name, value, _ := strings.Cut(query, "=")
	side, err := strconv.Atoi(value)
	if err != nil {
		t.Fatal(err)
	}
	width, height := side, (side*3+2)/4
	if name == "height" {
		width, height = (side*4+1)/3, side
	}
	checkPicture(t, got, "jpeg", width, height)
}

// send sends what a button sends.
func (s *site) send(t *testing.T, one trialOfPage) answered {
	t.Helper()
	return ask(t, one.method, s.url+one.path, one.header.Clone())
}

// keeps fails the test unless a button gets the promised answer.
func (s *site) keeps(t *testing.T, promised string, one trialOfPage) {
	t.Helper()
	got := s.send(t, one)
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
		if got.status != http.StatusOK || got.outcome() != "resized" || got.header.Get("Content-Type") != "image/"+asked {
			t.Errorf("%s: got %d %s, %v; want %s", one.label, got.status, got.outcome(), got.header, promised)
		}
	case promised == "the same answer, from the same place in the cache":
		plain.path = got.header.Get(requestHeader)
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
	case strings.HasPrefix(promised, "the original"):
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
