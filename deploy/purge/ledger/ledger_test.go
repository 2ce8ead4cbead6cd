package ledger_test

import (
	"context"
	"crypto/x509"
	"fmt"
	"maps"
	"net"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakeelasticache"
	"github.com/edgeresize/edgeresize/deploy/purge/ledger"
	"github.com/edgeresize/edgeresize/deploy/purge/paths"
)

// manualClock is a clock that tests set.
type manualClock struct {
	mu sync.Mutex
	at time.Time
}

func (h *manualClock) Now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.at
}

func (h *manualClock) Add(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.at = h.at.Add(d)
}

// key signs tokens.
var key = aws.Credentials{AccessKeyID: "ASIALEDGER", SecretAccessKey: "ledger/secret", SessionToken: "session/token=="}

type cache struct {
	*fakeelasticache.Cache
	clock *manualClock
}

func newCache(t *testing.T, clustered bool) *cache {
	t.Helper()
	clock := &manualClock{at: time.Now().Truncate(time.Millisecond)}
	return &cache{fakeelasticache.ForTest(t, &fakeelasticache.Verifier{
		Cache: "edgeresize-ledger", User: "edgeresize", Region: "eu-west-1", Credentials: key, Now: clock.Now,
	}, clustered), clock}
}

func (c *cache) options() ledger.Options {
	return ledger.Options{
		Address: c.Address, Cache: "edgeresize-ledger", User: "edgeresize", Region: "eu-west-1",
		Distribution: "E1ABCDEFGHIJKL", MonthlyPaths: 1000, RootCAs: c.Roots(), Now: c.clock.Now,
		Credentials: credentials.StaticCredentialsProvider{Value: key},
	}
}

// open returns a ledger with changed options.
func (c *cache) open(t *testing.T, change ...func(*ledger.Options)) *ledger.Ledger {
	t.Helper()
	o := c.options()
	for _, f := range change {
		f(&o)
	}
	l := ledger.New(o)
	t.Cleanup(l.Close)
	return l
}

func wantPurged(t *testing.T, l *ledger.Ledger, want map[string]time.Time, items ...string) {
	t.Helper()
	got, err := l.Purged(t.Context(), items)
	if err != nil {
		t.Fatal(err)
	}
	if !maps.EqualFunc(got, want, time.Time.Equal) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// wild returns n paths that end in "*".
func wild(n int) paths.Size { return paths.Size{Wild: n} }

// single returns n paths that do not end in "*".
func single(n int) paths.Size { return paths.Size{Single: n} }

func wantPlaces(t *testing.T, l *ledger.Ledger, id string, n, places paths.Size, left int) {
	t.Helper()
	gotPlaces, gotLeft, err := l.Reserve(t.Context(), id, n)
	if err != nil || gotPlaces != places || gotLeft != left {
		t.Errorf("%s: got %+v places, %d left, %v; want %+v, %d", id, gotPlaces, gotLeft, err, places, left)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestLedger(t *testing.T) {
	for _, clustered := range []bool{false, true} {
		t.Run(fmt.Sprint("clustered ", clustered), func(t *testing.T) {
			c := newCache(t, clustered)
			one, other := c.open(t), c.open(t)
			now := c.clock.Now()
			wantPurged(t, one, nil, "/a.jpg*", "/*")
			must(t, one.Record(t.Context(), []string{"/a.jpg*", "#o1"}, now))
			wantPurged(t, other, map[string]time.Time{"/a.jpg*": now, "#o1": now}, "/a.jpg*", "#o1", "/*")
			must(t, other.Record(t.Context(), []string{"/a.jpg*", "/*"}, now.Add(-time.Second))) // late
			wantPurged(t, one, map[string]time.Time{"/a.jpg*": now, "/*": now.Add(-time.Second)}, "/a.jpg*", "/*")
			if spent, err := other.Spent(t.Context()); err != nil || spent != 4 {
				t.Errorf("spent %d, %v", spent, err)
			}

			wantPlaces(t, one, "a", wild(10), wild(10), 996)
			wantPlaces(t, one, "a", wild(10), wild(10), 996) // the answer got lost
			wantPlaces(t, other, "b", wild(10), wild(5), 996)
			wantPlaces(t, one, "c", wild(1), wild(0), 996)
			must(t, one.Release(t.Context(), "a", wild(10), wild(7)))
			must(t, other.Release(t.Context(), "b", wild(5), wild(5)))
			wantPlaces(t, one, "c", wild(9), wild(3), 996)
			c.clock.Add(121 * time.Second)
			wantPlaces(t, other, "d", wild(20), wild(15), 996)
			must(t, other.Release(t.Context(), "d", wild(15), wild(0)))
			wantPlaces(t, other, "d", wild(1), wild(1), 996)
		})
	}
}

// Places of the two kinds are counted apart, and one reservation may hold both.
func TestPlacesOfBothKinds(t *testing.T) {
	c := newCache(t, false)
	one, other := c.open(t), c.open(t)
	both := func(wild, single int) paths.Size { return paths.Size{Wild: wild, Single: single} }
	wantPlaces(t, one, "a", both(2, 1900), both(2, 1900), 1000)
	wantPlaces(t, one, "a", both(2, 1900), both(2, 1900), 1000) // the answer got lost
	wantPlaces(t, other, "b", both(0, 1500), both(0, 1100), 1000)
	wantPlaces(t, other, "c", both(15, 1), both(13, 0), 1000)
	must(t, one.Release(t.Context(), "a", both(2, 1900), both(1, 1437)))
	must(t, other.Release(t.Context(), "b", both(0, 1100), both(0, 0)))
	must(t, other.Release(t.Context(), "b", both(0, 1100), both(0, 0))) // the answer got lost
	wantPlaces(t, one, "d", both(15, 3000), both(1, 1563), 1000)
	c.clock.Add(60 * time.Second)
	wantPlaces(t, one, "e", both(1, 1), both(0, 0), 1000)
	c.clock.Add(61 * time.Second)
	wantPlaces(t, one, "e", both(20, 4000), both(15, 3000), 1000)
	wantPlaces(t, one, "f", single(1), single(0), 1000)
}

func TestManyPaths(t *testing.T) {
	l := newCache(t, false).open(t)
	var all []string
	for n := range 12_345 {
		all = append(all, fmt.Sprintf("/photos/%d.jpg*", n))
	}
	at := time.Now().Truncate(time.Millisecond)
	must(t, l.Record(t.Context(), all[12_344:], at))
	wantPurged(t, l, map[string]time.Time{all[12_344]: at}, all...)
}

func TestMonths(t *testing.T) {
	c := newCache(t, false)
	c.clock.at = time.Date(2026, 3, 31, 23, 59, 59, 0, time.UTC)
	l := c.open(t, func(o *ledger.Options) { o.MonthlyPaths = 3 })
	otherSite := c.open(t, func(o *ledger.Options) { o.Distribution = "E2" })
	must(t, l.Record(t.Context(), []string{"/1*", "/2*"}, c.clock.Now()))
	wantPlaces(t, l, "a", wild(1), wild(1), 1)
	must(t, l.Record(t.Context(), []string{"/1*", "/2*"}, c.clock.Now()))
	wantPlaces(t, l, "a", wild(1), wild(1), 0)
	wantPlaces(t, otherSite, "a", wild(15), wild(15), 1000)
	wantPurged(t, otherSite, nil, "/1*")
	c.clock.Add(time.Second)
	wantPlaces(t, l, "a", wild(1), wild(1), 3)
}

// However many functions reserve at once, no more places are in use than exist.
func TestReserveAtOnce(t *testing.T) {
	c := newCache(t, false)
	var mu sync.Mutex
	var all sync.WaitGroup
	var total paths.Size
	for i := range 8 {
		l := c.open(t)
		all.Go(func() {
			places, _, err := l.Reserve(t.Context(), fmt.Sprint(i), paths.Size{Wild: 4, Single: 700})
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			total.Wild, total.Single = total.Wild+places.Wild, total.Single+places.Single
		})
	}
	all.Wait()
	if want := (paths.Size{Wild: 15, Single: 3000}); total != want {
		t.Errorf("%+v places", total)
	}
}

// The ledger goes on although connections are killed and the server changes the
// password each time.
func TestRotationAndKilledConnections(t *testing.T) {
	c := newCache(t, false)
	l := c.open(t)
	for n := range 5 {
		wantPurged(t, l, nil, "/a*")
		must(t, c.Server.SetPassword("edgeresize", fmt.Sprint("rotated ", n)))
		must(t, c.Server.Kill("edgeresize"))
		c.clock.Add(16 * time.Minute) // all former tokens have expired
	}
	wantPlaces(t, l, "a", wild(1), wild(1), 1000)
	if c.Accepted() < 6 || len(c.Refused()) > 0 {
		t.Errorf("%d tokens accepted, refused: %v", c.Accepted(), c.Refused())
	}
}

// A lasting connection is authenticated again while its token is valid.
func TestRenewal(t *testing.T) {
	c := newCache(t, false)
	// Tokens are renewed ten minutes after they were signed.
	c.clock.Add(100*time.Millisecond - 10*time.Minute)
	l := c.open(t)
	wantPurged(t, l, nil, "/a*")
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for c.Accepted()-c.Connections() < 2 {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("%d tokens accepted, refused: %v", c.Accepted(), c.Refused())
		}
	}
	wantPurged(t, l, nil, "/a*")
}

func TestRefused(t *testing.T) {
	c := newCache(t, false)
	for name, change := range map[string]func(*ledger.Options){
		"another secret": func(o *ledger.Options) {
			o.Credentials = credentials.NewStaticCredentialsProvider(key.AccessKeyID, "x", key.SessionToken)
		},
		"another session": func(o *ledger.Options) {
			o.Credentials = credentials.NewStaticCredentialsProvider(key.AccessKeyID, key.SecretAccessKey, "x")
		},
		"another key": func(o *ledger.Options) {
			o.Credentials = credentials.NewStaticCredentialsProvider("x", key.SecretAccessKey, key.SessionToken)
		},
		"no credentials":                    func(o *ledger.Options) { o.Credentials = aws.AnonymousCredentials{} },
		"another region":                    func(o *ledger.Options) { o.Region = "us-east-1" },
		"another cache":                     func(o *ledger.Options) { o.Cache = "other" },
		"another user":                      func(o *ledger.Options) { o.User = "other" },
		"a clock that is slow":              func(o *ledger.Options) { o.Now = func() time.Time { return c.clock.Now().Add(-16 * time.Minute) } },
		"a clock that is fast":              func(o *ledger.Options) { o.Now = func() time.Time { return c.clock.Now().Add(6 * time.Minute) } },
		"a certificate that is not trusted": func(o *ledger.Options) { o.RootCAs = x509.NewCertPool() },
		"a certificate for another name":    func(o *ledger.Options) { o.Address = strings.Replace(o.Address, "127.0.0.1", "localhost", 1) },
		"no server":                         func(o *ledger.Options) { o.Address = "127.0.0.1:1" },
	} {
		l := c.open(t, change)
		if _, err := l.Purged(t.Context(), []string{"/a*"}); err == nil || !strings.HasPrefix(err.Error(), "ledger ") {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if c.Accepted() != 0 {
		t.Errorf("%d tokens accepted", c.Accepted())
	}
}

// A server that accepts connections and never answers costs a purge little time.
func TestSilentServer(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer listener.Close()
	l := ledger.New(ledger.Options{
		Address: listener.Addr().String(), Cache: "c", User: "u", Region: "eu-west-1", Distribution: "E1",
		Credentials: credentials.StaticCredentialsProvider{Value: key},
	})
	defer l.Close()
	if _, _, err := l.Reserve(t.Context(), "a", wild(1)); err == nil {
		t.Error("got no error")
	}
}

// TestAccessString checks that the cache's user has the access string of the template.
func TestAccessString(t *testing.T) {
	template, err := os.ReadFile("../ledger.yaml")
	must(t, err)
	if folded := strings.Join(strings.Fields(string(template)), " "); !strings.Contains(folded, "AccessString: >- "+fakeelasticache.Access+" UserGroup:") {
		t.Error("the template has another access string than the tests")
	}
}

// needRealServer skips a test on the stand-in, which enforces no access strings.
func (c *cache) needRealServer(t *testing.T) {
	t.Helper()
	if c.Server.StandIn {
		t.Skip("only valkey-server or redis-server enforces access strings; install one of them")
	}
}

// TestLeastAccess checks that the user may do nothing that the ledger does not need.
func TestLeastAccess(t *testing.T) {
	c := newCache(t, false)
	c.needRealServer(t)
	for _, command := range [][]string{{"GET", "other"}, {"SET", "other", "x"}, {"FLUSHALL"}, {"CONFIG", "GET", "*"}, {"ACL", "LIST"}, {"KEYS", "*"}} {
		answer, _ := c.Server.Do(append([]string{"ACL", "DRYRUN", "edgeresize"}, command...)...)
		if answer == "+OK" {
			t.Errorf("the user may %q", command)
		}
	}
}

func TestCheck(t *testing.T) {
	c := newCache(t, false)
	l := c.open(t)
	must(t, l.Record(t.Context(), []string{"/a*", "/b*"}, c.clock.Now()))
	s, err := l.Check(t.Context())
	must(t, err)
	if s.Wrote == "" || s.Read != s.Wrote || s.User != "edgeresize" || s.Spent != 2 || s.Address != c.Address ||
		s.Milliseconds <= 0 || !slices.ContainsFunc([]string{"redis ", "valkey "}, func(p string) bool { return strings.HasPrefix(s.Server, p) }) {
		t.Errorf("got %+v", s)
	}
}

// TestCheckWithoutAccess checks that a check reports what the user may not do.
func TestCheckWithoutAccess(t *testing.T) {
	c := newCache(t, false)
	c.needRealServer(t)
	must(t, c.Server.AddUser("edgeresize", strings.Replace(fakeelasticache.Access, "+set ", "", 1)))
	if _, err := c.open(t).Check(t.Context()); err == nil || !strings.Contains(err.Error(), "write: NOPERM") {
		t.Errorf("got %v", err)
	}
}

// TestOnStandIn runs the tests on the stand-in even if a real server is installed, so
// that changes which pass only on the real one are found there.
func TestOnStandIn(t *testing.T) {
	t.Setenv("VALKEY", "standin")
	for name, test := range map[string]func(*testing.T){
		"TestLedger": TestLedger, "TestPlacesOfBothKinds": TestPlacesOfBothKinds, "TestManyPaths": TestManyPaths,
		"TestMonths": TestMonths, "TestReserveAtOnce": TestReserveAtOnce, "TestRenewal": TestRenewal,
		"TestRotationAndKilledConnections": TestRotationAndKilledConnections, "TestRefused": TestRefused, "TestCheck": TestCheck,
	} {
		t.Run(name, test)
	}
}
