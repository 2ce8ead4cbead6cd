package jstest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/dop251/goja"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/viewerrequest"
)

// script returns the script of site for an engine: the time and the key value store
// are the site's, and requireCrypto is how the engine gets its crypto module. An
// empty store has no entry.
func script(site viewerrequest.Settings, requireCrypto string) string {
	rest, signed := strings.CutPrefix(site.Script(), viewerrequest.Imports)
	if !signed {
		return rest
	}
	entry, _ := json.Marshal(site.Keys.Entry()) // text always encodes
	return fmt.Sprintf("Date.now = () => %d;\nconst crypto = %s;\nlet reads = 0;\nconst cf = {kvs: () => ({get: (name) => { reads += 1; const entry = %s; "+
		"return name === 'keys' && entry ? Promise.resolve(entry) : Promise.reject(new Error('KeyNotFound')); }})};\n%s",
		site.Now().UnixMilli(), requireCrypto, entry, rest)
}

// gojaCrypto defines the part of the crypto module that the script uses.
const gojaCrypto = "{createHmac: (hash, key) => ({update: (text) => ({digest: (encoding) => hmac(hash, key, text, encoding)})})}"

// setHMAC defines the function of gojaCrypto in vm and returns a count of its calls.
func setHMAC(t testing.TB, vm *goja.Runtime) *int {
	t.Helper()
	calls := new(int)
	err := vm.Set("hmac", func(hash, key, text, encoding string) string {
		*calls++
		if hash != "sha256" || encoding != "base64url" || key == "" {
			t.Errorf("hash %q, encoding %q and a key of %d characters", hash, encoding, len(key))
		}
		mac := hmac.New(sha256.New, []byte(key))
		mac.Write([]byte(text))
		return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
	})
	if err != nil {
		t.Fatal(err)
	}
	return calls
}

const (
	newSecret = "bmV3LXNlY3JldC1vZi0zMi1ieXRlcy1vci1tb3JlLWE"
	oldSecret = "b2xkLXNlY3JldC1vZi0zMi1ieXRlcy1vci1tb3JlLWI"
	// noon is the time of the sites with signatures.
	noon = 1_800_000_000
)

func keys(text string) viewerrequest.Keys {
	k, err := viewerrequest.ParseKeys(text)
	if err != nil {
		panic(err)
	}
	return k
}

// signedSite returns a site that resizes for signed URLs alone.
func signedSite(change func(*viewerrequest.Settings)) viewerrequest.Settings {
	return site(func(s *viewerrequest.Settings) {
		s.Keys, s.Now = keys(newSecret+" "+oldSecret), func() time.Time { return time.Unix(noon, 0) }
		change(s)
		s.Options.Parameters = append(slices.Clone(s.Options.Parameters), "signature")
	})
}

// signatureOf signs message, which has the expiry, as the documents say.
func signatureOf(secret, message string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(message))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// signedRow is a URL in canonical spelling, how the viewer spells it, and the reason
// to refuse it.
type signedRow struct {
	name, message, asked string
	secret               string
	reason               edge.Reason
}

// signedRows returns URLs whose signature is appended to asked.
func signedRows() []signedRow {
	const (
		size    = "/a.jpg?width=500&height=300"
		message = size + "&expires=1800000000"
	)
	return []signedRow{
		{"valid until this second", message, message, newSecret, ""},
		{"the old key", message, message, oldSecret, ""},
		{"another key", message, message, strings.Repeat("x", 43), edge.Unsigned},
		{"another order", message, "/a.jpg?height=300&expires=1800000000&width=0500", newSecret, ""},
		{"another spelling of the path", message, "/%61.jpg?width=500&height=300&expires=1800000000", newSecret, ""},
		{"percent-encoded", message, "/a.jpg?width=%35%30%30&height=300&expires=18%300000000", newSecret, ""},
		{"twice the same expiry", message, message + "&expires=1800000000", newSecret, ""},
		{"two expiries", message, message + "&expires=1900000000", newSecret, edge.Unsigned},
		{"a format of the viewer's", message, size + "&format=webp&expires=1800000000", newSecret, edge.Unsigned},
		{"a signed format", size + "&format=webp&expires=1800000000", size + "&format=webp&expires=1800000000", newSecret, ""},
		{"a signed format left out", size + "&format=webp&expires=1800000000", message, newSecret, edge.Unsigned},
		{"another width", message, "/a.jpg?width=501&height=300&expires=1800000000", newSecret, edge.Unsigned},
		{"another picture", message, "/b.jpg?width=500&height=300&expires=1800000000", newSecret, edge.Unsigned},
		{"a later expiry", message, size + "&expires=1800000001", newSecret, edge.Unsigned},
		{"a zero before the expiry", message, size + "&expires=01800000000", newSecret, edge.Unsigned},
		{"a signed zero before it", size + "&expires=01800000000", size + "&expires=01800000000", newSecret, ""},
		{"expired a second ago", size + "&expires=1799999999", size + "&expires=1799999999", newSecret, edge.Expired},
		{"expired in 1970", size + "&expires=0", size + "&expires=0", newSecret, edge.Expired},
		{"twelve digits", size + "&expires=999999999999", size + "&expires=999999999999", newSecret, ""},
		{"thirteen digits", size + "&expires=1999999999999", size + "&expires=1999999999999", newSecret, edge.Unsigned},
		{"no number", size + "&expires=NaN", size + "&expires=NaN", newSecret, edge.Unsigned},
		{"an exponent", size + "&expires=18e8", size + "&expires=18e8", newSecret, edge.Unsigned},
		{"a negative number", size + "&expires=-1", size + "&expires=-1", newSecret, edge.Unsigned},
		{"Infinity", size + "&expires=Infinity", size + "&expires=Infinity", newSecret, edge.Unsigned},
		{"a newline", size + "&expires=1800000000\n", size + "&expires=1800000000%0A", newSecret, edge.Unsigned},
		{"an empty expiry", size + "&expires=", size + "&expires=", newSecret, edge.Unsigned},
		{"no expiry", size, size, newSecret, edge.Unsigned},
		{"no size", "/a.jpg?expires=1800000000", "/a.jpg?expires=1800000000", newSecret, edge.NoSize},
		{"one side", "/a.jpg?width=500&expires=1800000000", "/a.jpg?width=500&expires=1800000000", newSecret, edge.OneSide},
		{"a path in Korean", "/%EC%82%AC.jpg?width=5&height=6&expires=1800000000", "/사.jpg?height=6&width=5&expires=1800000000", newSecret, ""},
		{"a question mark in the path", "/a%3Fwidth=5.jpg?width=5&height=6&expires=1800000000", "/a%3fwidth=5.jpg?width=5&height=6&expires=1800000000", newSecret, ""},
		{"a path that spells no key", "/%zz.jpg?width=5&height=6&expires=1800000000", "/%zz.jpg?width=5&height=6&expires=1800000000", newSecret, ""},
	}
}

// cases returns requests to a site with signatures and the reasons to refuse them.
func cases() (requests []viewerrequest.Request, names []string, reasons []edge.Reason) {
	add := func(name, url string, reason edge.Reason) {
		requests, names, reasons = append(requests, request(url, "Accept: image/avif", "Range: bytes=0-1")), append(names, name), append(reasons, reason)
	}
	for _, r := range signedRows() {
		add(r.name, r.asked+"&signature="+signatureOf(r.secret, r.message), r.reason)
	}
	const message = "/a.jpg?width=500&height=300&expires=1800000000"
	valid := signatureOf(newSecret, message)
	for name, signature := range map[string]string{
		"none": "", "empty": "&signature=", "a name alone": "&signature", "short": "&signature=" + valid[:42], "long": "&signature=" + valid + "A", "padded": "&signature=" + valid + "=",
		"of other letters": "&signature=" + strings.ToLower(valid), "two": "&signature=" + valid + "&signature=" + strings.Repeat("A", 43), "of two bytes a letter": "&signature=" + strings.Repeat("é", 43),
		"malformed": "&signature=%", "not UTF-8": "&signature=" + strings.Repeat("%ff", 43), "another name": "&Signature=" + valid,
		"of an empty key": "&signature=" + signatureOf("", message), "of both keys": "&signature=" + signatureOf(newSecret+" "+oldSecret, message),
		"its last letter another of the same bytes": "&signature=" + valid[:42] + string("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"[strings.IndexByte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", valid[42])^1]),
	} {
		add("signature "+name, message+signature, edge.Unsigned)
	}
	add("signature twice", message+"&signature="+valid+"&signature="+valid, "")
	add("signature percent-encoded", message+"&signature=%"+strconv.FormatInt(int64(valid[0]), 16)+valid[1:], "")
	add("signature first", "/a.jpg?signature="+valid+"&expires=1800000000&width=500&height=300", "")
	return requests, names, reasons
}

// TestSignatures wants the same of every engine: the variant for a signed URL, else
// the original, and no signature in the cache key.
func TestSignatures(t *testing.T) {
	site := signedSite(func(s *viewerrequest.Settings) { s.Formats = sites["avif"].Formats })
	requests, names, reasons := cases()
	var events []string
	for i, r := range requests {
		got, reason, err := site.Canonical(r)
		if err != nil || reason != reasons[i] {
			t.Errorf("%s: got the reason %q and %v, want %q", names[i], reason, err, reasons[i])
		}
		if strings.Contains(got.Query, "signature") || strings.Contains(got.Query, "expires") || (got.Query == "") != (reasons[i] != "") {
			t.Errorf("%s: got %q", names[i], got.Query)
		}
		if reason == "" && !strings.Contains(got.Query, "format=") {
			t.Errorf("%s: got no format in %q", names[i], got.Query)
		}
		events = append(events, event(t, r))
	}
	for engine, run := range engines {
		t.Run(engine, func(t *testing.T) {
			for i, got := range run(t, site, events) {
				if want := twin(t, site, requests[i]); !got.equal(want) {
					t.Errorf("%s: got %v, Go %v", names[i], got, want)
				}
			}
		})
	}
}

// TestSignaturesOfSites wants sizes mapped, prefixes replaced and hosts refused as
// without signatures. The signature covers the path that viewers see.
func TestSignaturesOfSites(t *testing.T) {
	for name, tt := range map[string]struct {
		change              func(*viewerrequest.Settings)
		message, asked, get string
	}{
		"sizes":          {func(s *viewerrequest.Settings) { s.Sizes = "500x300,40x40" }, "/a.jpg?width=500&height=300", "/a.jpg?width=501&height=290", "/a.jpg?width=500&height=300"},
		"prefix":         {func(s *viewerrequest.Settings) { s.URLPrefix, s.KeyPrefix = "/up", "/media" }, "/up/a.jpg?width=5&height=6", "/up/a.jpg?width=5&height=6", "/media/a.jpg?width=5&height=6"},
		"one side":       {func(s *viewerrequest.Settings) { s.Missing = edge.MissingKeepRatio }, "/a.jpg?width=5", "/a.jpg?width=5", "/a.jpg?width=5"},
		"one key":        {func(s *viewerrequest.Settings) { s.Keys = keys(newSecret) }, "/a.jpg?width=5&height=6", "/a.jpg?width=5&height=6", "/a.jpg?width=5&height=6"},
		"no keys":        {func(s *viewerrequest.Settings) { s.Keys = viewerrequest.Keys{} }, "/a.jpg?width=5&height=6", "/a.jpg?width=5&height=6", "/a.jpg?"},
		"another host":   {func(s *viewerrequest.Settings) { s.Host = "b.example" }, "/a.jpg?width=5&height=6", "/a.jpg?width=5&height=6", "403"},
		"without images": {func(s *viewerrequest.Settings) { s.Missing = "" }, "/a.jpg?width=5&height=6", "/a.jpg?width=5&height=6", ""},
	} {
		site := signedSite(tt.change)
		r := request(tt.asked + "&expires=1900000000&signature=" + signatureOf(newSecret, tt.message+"&expires=1900000000"))
		want := twin(t, site, r)
		if got := want.Path + "?" + fmt.Sprint(want.Query); want.Status != 403 && tt.get != "" && got != tt.get || tt.get == "403" && want.Status != 403 {
			t.Errorf("%s: Go makes it %v, want %s", name, want, tt.get)
		}
		if tt.get == "" {
			continue // events' query strings are objects, which the function leaves
		}
		for engine, run := range engines {
			if got := run(t, site, []string{event(t, r)})[0]; !got.equal(want) {
				t.Errorf("%s in %s: got %v, Go %v", name, engine, got, want)
			}
		}
	}
}

// TestEntriesOfTheStore wants no variant of a store whose entry holds no long
// secret, whatever the URL is signed with.
func TestEntriesOfTheStore(t *testing.T) {
	const message = "/a.jpg?width=500&height=300&expires=1800000000"
	for entry, valid := range map[string][]string{
		"": nil, " ": nil, "  ": nil, "short": nil, "short short": nil, newSecret[:31]: nil,
		newSecret[:32]:                               {newSecret[:32]},
		newSecret:                                    {newSecret},
		" " + newSecret + " ":                        {newSecret},
		"short " + newSecret:                         {newSecret},
		newSecret + "  " + oldSecret:                 {newSecret, oldSecret},
		newSecret + "\r\n" + oldSecret + "\n":        {newSecret, oldSecret},
		newSecret + " " + oldSecret + " " + newOther: {newSecret, oldSecret},
	} {
		site := signedSite(func(*viewerrequest.Settings) {})
		text, _ := json.Marshal(entry)
		held, _ := json.Marshal(site.Keys.Entry())
		_, run := inGoja(t, strings.Replace(script(site, gojaCrypto), string(held), string(text), 1))
		for _, secret := range []string{"", " ", "short", newSecret[:31], newSecret[:32], newSecret, oldSecret, newOther} {
			url := message + "&signature=" + signatureOf(secret, message)
			got := run(t, event(t, request(url)))
			want := any("")
			for _, v := range valid {
				if v == secret {
					want = "width=500&height=300"
				}
			}
			if got.Query != want {
				t.Errorf("entry of %d characters, signed with %q: got %v", len(entry), secret, got)
			}
		}
	}
}

const newOther = "b3RoZXItc2VjcmV0LW9mLTMyLWJ5dGVzLW9yLW1vcmU"

// TestWorkForSignatures bounds what a request costs: no read without a signature, no
// HMAC without a valid size, and two HMACs at most.
func TestWorkForSignatures(t *testing.T) {
	const size = "/a.jpg?width=500&height=300"
	message := size + "&expires=1800000000"
	for name, tt := range map[string]struct {
		url          string
		reads, hmacs int
	}{
		"no signature":      {message, 0, 0},
		"no expiry":         {size + "&signature=" + strings.Repeat("A", 43), 0, 0},
		"no size":           {"/a.jpg?expires=1800000000&signature=" + strings.Repeat("A", 43), 1, 0},
		"a bad size":        {"/a.jpg?width=0&height=1&expires=1800000000&signature=" + strings.Repeat("A", 43), 1, 0},
		"a short signature": {message + "&signature=A", 1, 0},
		"expired":           {size + "&expires=1&signature=" + strings.Repeat("A", 43), 1, 0},
		"a wrong signature": {message + "&signature=" + strings.Repeat("A", 43), 1, 2},
		"many signatures":   {message + strings.Repeat("&signature="+strings.Repeat("A", 43), 100), 1, 2},
		"valid":             {message + "&signature=" + signatureOf(newSecret, message), 1, 1},
	} {
		site := signedSite(func(*viewerrequest.Settings) {})
		vm, run := inGoja(t, script(site, gojaCrypto))
		calls := setHMAC(t, vm)
		run(t, event(t, request(tt.url)))
		reads, err := vm.RunString("reads")
		if err != nil || int(reads.ToInteger()) != tt.reads || *calls != tt.hmacs {
			t.Errorf("%s: got %v reads and %d HMACs, %v", name, reads, *calls, err)
		}
	}
}

// TestRandomSignedRequests signs random requests as Signable says and wants the same
// of every engine, whether a character was changed afterwards or not.
func TestRandomSignedRequests(t *testing.T) {
	random := rand.New(rand.NewPCG(21, 4))
	for _, name := range []string{"plain", "sides", "folder", "avif", "all", "all sizes", "presets"} {
		base := sites[name]
		site := signedSite(func(s *viewerrequest.Settings) {
			s.URLPrefix, s.KeyPrefix, s.Sizes, s.Missing, s.Formats = base.URLPrefix, base.KeyPrefix, base.Sizes, base.Missing, base.Formats
			s.Options = base.Options
		})
		var requests []viewerrequest.Request
		var events []string
		variants := 0
		for range 150 {
			r := randomRequest(random)
			r.Path = toUTF8(r.Path)
			if len(site.Options.Presets) > 0 && random.IntN(2) == 0 {
				r.Query = "preset=" + pick(random, []string{"card", "red", "none", "c%61rd&format=webp", "card&width=50"})
			}
			canonical, _, _ := site.Signable(r)
			expires := int64(noon + random.IntN(4) - 1)
			signature := site.Keys.Signature(canonical, expires)
			if random.IntN(4) == 0 {
				i := random.IntN(len(signature))
				signature = signature[:i] + "-" + signature[i+1:]
			}
			r.Query = strings.TrimPrefix(fmt.Sprintf("%s&expires=%d&signature=%s", r.Query, expires, signature), "&")
			if _, reason, err := site.Canonical(r); reason == "" && err == nil {
				variants++
			}
			requests, events = append(requests, r), append(events, event(t, r))
		}
		if variants < 5 {
			t.Errorf("%s: only %d variants", name, variants)
		}
		for engine, run := range engines {
			for i, got := range run(t, site, events) {
				if want := twin(t, site, requests[i]); !got.equal(want) {
					t.Errorf("%s in %s: %q?%q: got %v, Go %v", name, engine, requests[i].Path, requests[i].Query, got, want)
				}
			}
		}
	}
}

// TestSignedScripts wants a short script of documented parts for sites with
// signatures, and exactly one without import and async for others.
func TestSignedScripts(t *testing.T) {
	longest := signedSite(func(s *viewerrequest.Settings) { s.Missing = edge.MissingKeepRatio })
	if n := len(longest.Script()); n > maxFunction-1000 {
		t.Errorf("%d bytes leave less than 1,000 for settings", n)
	}
	if found := lint(t, strings.TrimPrefix(longest.Script(), viewerrequest.Imports)); len(found) > 0 {
		t.Errorf("CloudFront may not know %v", found)
	}
	behind := viewerrequest.Settings{Host: host, Options: longest.Options}
	if got, want := behind.Script(), strings.TrimPrefix(behind.Script(), viewerrequest.Imports); got != want {
		t.Errorf("got %s", got)
	}
}

// TestSettingsThatContradict wants no variant of a function that is told to want
// signatures but cannot check them.
func TestSettingsThatContradict(t *testing.T) {
	_, run := inGoja(t, strings.Replace(sites["plain"].Script(), "request: {}", `request: {"parameters":["signature"]}`, 1))
	if got := run(t, event(t, request("/a.jpg?width=5&height=6"))); got.Path != "/a.jpg" || got.Query != "" {
		t.Errorf("got %v", got)
	}
}
