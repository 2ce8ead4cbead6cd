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
	"github.com/edgeresize/edgeresize/resize/pic/pictest/readme"
)

// promise is a row of the table "What a request gets".
type promise struct {
	request, answer string
	trials          []trialOfPage // of the page's row
}

// trialOfPage is a button of the page.
type trialOfPage struct {
	label, method, path string
	header              http.Header
}

// readmeRow matches a row of the README's table.
var readmeRow = regexp.MustCompile(`(?m)^\| (.*?) \| (.*?) \|$`)

// readmePromises returns the rows of README's table in plain text, as the page
// shows them: there, the kinds of pictures are not below.
func readmePromises(t *testing.T) []promise {
	t.Helper()
	plain := strings.NewReplacer("`", "", "of a kind below", "of a kind that is resized")
	var promises []promise
	for _, m := range readmeRow.FindAllStringSubmatch(strings.Join(readme.Lines(t, "contract")[2:], "\n"), -1) {
		promises = append(promises, promise{request: plain.Replace(m[1]), answer: plain.Replace(m[2])})
	}
	return promises
}

// pageTable matches a row of the page's table.
var pageTable = regexp.MustCompile(`(?s)<tr>\s*<td>([^<]*)</td>\s*<td>([^<]*)</td>\s*<td>(.*?)</td>\s*</tr>`)

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

// examples matches README's examples of what is not a plain number.
var examples = regexp.MustCompile(`not a plain number \((.*?)\)`)

// Each row of README's table is on the page, with a button for it and for each
// of its examples, and each button gets the answer that the row promises.
func TestReadmeIsOnThePage(t *testing.T) {
	config := edge.DefaultConfig()
	config.TimeoutMS = 2000
	s := startSite(t, config, folder(testOriginals))
	config.Missing = edge.MissingKeepRatio
	ratio := startSite(t, config, folder(testOriginals))
	on := map[string]promise{}
	for _, p := range pagePromises(t, s) {
		on[p.request] = p
	}
	promises := readmePromises(t)
	if len(promises) < 6 {
		t.Fatalf("README's table has %d rows", len(promises))
	}
	for _, want := range promises {
		got, ok := on[want.request]
		if want.answer == "400" && len(got.trials) == 0 { // browsers cannot send it
			got.trials = []trialOfPage{{"raw", "GET", "/a/../PHOTO.jpg?width=50&height=30", nil}, {"encoded", "GET", "/%2e%2E/PHOTO.jpg", nil}}
		}
		if !ok || got.answer != want.answer || len(got.trials) == 0 {
			t.Errorf("the page has no row or no button for README's\n%s | %s\nbut %+v", want.request, want.answer, got)
			continue
		}
		delete(on, want.request)
		labels := map[string]bool{}
		for _, one := range got.trials {
			labels[one.label] = true
			s.keeps(t, want.answer, one)
			if strings.Contains(want.answer, "keep-ratio") {
				checkRatio(t, ratio.send(t, one), one)
			}
		}
		if m := examples.FindStringSubmatch(want.request); m != nil {
			for example := range strings.SplitSeq(m[1], ", ") {
				if !labels[example] {
					t.Errorf("%s: there is no button for %q", want.request, example)
				}
			}
		}
	}
	for _, more := range on { // not in README
		for _, one := range more.trials {
			s.keeps(t, more.answer, one)
		}
		if len(more.trials) == 0 {
			t.Errorf("%s: no button", more.request)
		}
	}
}

// checkRatio fails the test unless an answer is a variant with the side that
// was asked for, in the ratio of PHOTO.jpg, 4 to 3.
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
	case strings.HasPrefix(promised, "200, the variant in that format; one that cannot hold"):
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
		t.Errorf("README promises %q, of which this test knows nothing", promised)
	}
}
