package cloudfront

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

const digits = "0123456789"

// ranged returns a distribution with ten digits and one reading of ranges.
func ranged(reading RangeReading) (*bucket, *Distribution) {
	b := &bucket{body: digits, header: http.Header{"Cache-Control": {"max-age=60"}}}
	d := newDistribution(b, handsBack)
	d.Readings.Ranges = reading
	return b, d
}

func TestRangesByPiece(t *testing.T) {
	timed(t, func(t *testing.T) {
		b, d := ranged(RangesByPiece)
		got := want(t, ask(d, "GET", "/a.jpg", "Range", "bytes=2-4"), 206, miss, "234")
		if got.Header.Get("Content-Range") != "bytes 2-4/10" || got.Header.Get("Content-Length") != "3" || b.seen[0].Header.Get("Range") != "bytes=2-4" {
			t.Errorf("got %v, asked with %v", got.Header, b.seen[0].Header)
		}
		wantRequests(t, b, 1)
		for asked, body := range map[string]string{"bytes=2-4": "234", "bytes=3-3": "3", "bytes=4-4": "4"} {
			got := want(t, ask(d, "GET", "/a.jpg", "Range", asked), 206, hit, body)
			if got.Header.Get("X-Note") != "original" || got.Header.Get("Age") != "0" {
				t.Errorf("got %v", got.Header)
			}
		}
		wantRequests(t, b, 0)

		// Missing bytes are requested and joined.
		want(t, ask(d, "GET", "/a.jpg", "Range", "bytes=4-"), 206, miss, "456789")
		want(t, ask(d, "GET", "/a.jpg", "Range", "bytes=-8"), 206, hit, "23456789")
		want(t, ask(d, "GET", "/a.jpg", "Range", "bytes=2-", "If-Range", `"30313233343536373839"`), 206, hit, "23456789")
		wantRequests(t, b, 1)
		want(t, ask(d, "GET", "/a.jpg", "Range", "bytes=0-1"), 206, miss, "01")
		got = want(t, ask(d, "GET", "/a.jpg"), 200, hit, digits)
		if got.Header.Get("Content-Range") != "" || got.ContentLength != 10 {
			t.Errorf("got %v", got.Header)
		}
		want(t, ask(d, "GET", "/a.jpg", "If-None-Match", `"30313233343536373839"`), 304, hit, "")
		wantRequests(t, b, 1)

		// Pieces expire and are requested again.
		time.Sleep(time.Minute)
		want(t, ask(d, "GET", "/a.jpg", "Range", "bytes=2-4"), 206, miss, "234")
		want(t, ask(d, "GET", "/a.jpg"), 200, miss, digits)
		wantRequests(t, b, 2)
	})
}

// Pieces with one ETag are joined, whatever they belong to: a function that
// gives two bodies one ETag spoils files.
func TestPiecesOfDifferentThings(t *testing.T) {
	for same, join := range map[bool]bool{true: true, false: false} {
		b, d := ranged(RangesByPiece)
		if same {
			d.Function = func(ctx ctx, event []byte) ([]byte, string, error) {
				response, note, err := handsBack(ctx, event)
				for _, etag := range []string{"30313233343536373839", "41424344454647484950"} {
					response = []byte(strings.ReplaceAll(string(response), etag, "one"))
				}
				return response, note, err
			}
		}
		want(t, ask(d, "GET", "/a.jpg", "Range", "bytes=0-4"), 206, miss, "01234")
		b.set(func(b *bucket) { b.body = "ABCDEFGHIP" })
		want(t, ask(d, "GET", "/a.jpg", "Range", "bytes=5-"), 206, miss, "FGHIP")
		if join {
			want(t, ask(d, "GET", "/a.jpg"), 200, hit, "01234FGHIP")
		} else {
			want(t, ask(d, "GET", "/a.jpg"), 200, miss, "ABCDEFGHIP")
		}
	}
}

// Pieces with a weak ETag or none are not joined, and do not answer each
// other's requests.
func TestPiecesWithoutStrongETag(t *testing.T) {
	for _, etag := range []string{"", `W/\"a\"`} {
		b, d := ranged(RangesByPiece)
		d.Function = func(ctx ctx, event []byte) ([]byte, string, error) {
			response, note, err := handsBack(ctx, event)
			return []byte(strings.ReplaceAll(string(response), `\"30313233343536373839\"`, etag)), note, err
		}
		want(t, ask(d, "GET", "/a.jpg", "Range", "bytes=0-4"), 206, miss, "01234")
		want(t, ask(d, "GET", "/a.jpg", "Range", "bytes=1-3"), 206, hit, "123")
		want(t, ask(d, "GET", "/a.jpg", "Range", "bytes=5-"), 206, miss, "56789")
		want(t, ask(d, "GET", "/a.jpg", "Range", "bytes=1-3"), 206, miss, "123")
		wantRequests(t, b, 3)
	}
}

func TestRangesEnlarged(t *testing.T) {
	b, d := ranged(RangesEnlarged)
	b.body = strings.Repeat(digits, 1000)
	got := want(t, ask(d, "GET", "/a.jpg", "Range", "bytes=4100-4104"), 206, miss, "01234")
	if sent := b.seen[0].Header.Get("Range"); sent != "bytes=4096-8191" || got.Header.Get("Content-Range") != "bytes 4100-4104/10000" {
		t.Errorf("asked for %s, got %v", sent, got.Header)
	}
	want(t, ask(d, "GET", "/a.jpg", "Range", "bytes=8190-8191"), 206, hit, "01")
	wantRequests(t, b, 1)
	want(t, ask(d, "GET", "/a.jpg", "Range", "bytes=9000-"), 206, miss, strings.Repeat(digits, 100))
	if sent := b.seen[0].Header.Get("Range"); sent != "bytes=8192-" {
		t.Errorf("asked for %s", sent)
	}
	want(t, ask(d, "GET", "/a.jpg", "Range", "bytes=-3"), 206, hit, "789")
	want(t, ask(d, "GET", "/a.jpg", "Range", "bytes=4096-4100", "If-Range", `"else"`), 200, miss, b.body)
	want(t, ask(d, "GET", "/a.jpg", "Range", "bytes=0-0"), 206, hit, "0")
}

func TestRangesNotCached(t *testing.T) {
	b, d := ranged(RangesNotCached)
	for range 2 {
		want(t, ask(d, "GET", "/a.jpg", "Range", "bytes=2-4"), 206, miss, "234")
	}
	want(t, ask(d, "GET", "/a.jpg"), 200, miss, digits)
	want(t, ask(d, "GET", "/a.jpg", "Range", "bytes=2-4"), 206, hit, "234")
	wantRequests(t, b, 3)
}

func TestRangesNever(t *testing.T) {
	b, d := ranged(RangesNever)
	want(t, ask(d, "GET", "/a.jpg", "Range", "bytes=2-4", "If-Range", `"30313233343536373839"`), 206, miss, "234")
	if sent := b.seen[0].Header; sent.Get("Range") != "" || sent.Get("If-Range") != "" {
		t.Errorf("asked with %v", sent)
	}
	want(t, ask(d, "GET", "/a.jpg"), 200, hit, digits)
	want(t, ask(d, "GET", "/a.jpg", "Range", "bytes=20-"), 416, hit, "invalid range: failed to overlap\n")
	wantRequests(t, b, 1)
}

// No piece is kept under no-store, and no 416 either.
func TestRangesNoStore(t *testing.T) {
	for _, reading := range []RangeReading{RangesByPiece, RangesEnlarged} {
		b, d := ranged(reading)
		b.header.Set("Cache-Control", "no-store")
		want(t, ask(d, "GET", "/a.jpg", "Range", "bytes=2-4"), 206, miss, "234")
		want(t, ask(d, "GET", "/a.jpg", "Range", "bytes=2-4"), 206, miss, "234")
		for range 2 {
			if got := ask(d, "GET", "/a.jpg", "Range", "bytes=9999-"); got.StatusCode != 416 {
				t.Errorf("got %d", got.StatusCode)
			}
		}
		wantRequests(t, b, 4)
	}
}

// A whole response to a range is sent whole, or cut, and is cached whole.
func TestWholeForARange(t *testing.T) {
	for _, reading := range []WholeReading{WholeSent, WholeCut} {
		b, d := ranged(RangesByPiece)
		d.Readings.Whole = reading
		d.Function = func(_ ctx, event []byte) ([]byte, string, error) {
			if !strings.Contains(string(event), `"status":"206"`) {
				t.Errorf("got %s, want a 206", event)
			}
			return []byte(`{"status":"200","headers":{"etag":[{"value":"\"v\""}]},"body":"VARIANT"}`), "resized", nil
		}
		first := ask(d, "GET", "/a.jpg?width=5", "Range", "bytes=1-3")
		if reading == WholeSent {
			want(t, first, 200, miss, "VARIANT")
		} else {
			want(t, first, 206, miss, "ARI")
		}
		want(t, ask(d, "GET", "/a.jpg?width=5", "Range", "bytes=1-3"), 206, hit, "ARI")
		want(t, ask(d, "GET", "/a.jpg?width=5"), 200, hit, "VARIANT")
		wantRequests(t, b, 1)
	}
}

// A range of an expired response revalidates the whole one, or may bring a
// piece.
func TestRangeOfExpired(t *testing.T) {
	timed(t, func(t *testing.T) {
		for _, reading := range []ExpiredRangeReading{ExpiredWhole, ExpiredRange} {
			b, d := ranged(RangesByPiece)
			d.Readings.Expired = reading
			want(t, ask(d, "GET", "/a.jpg"), 200, miss, digits)
			time.Sleep(time.Minute)
			want(t, ask(d, "GET", "/a.jpg", "Range", "bytes=1-3"), 206, refreshHit, "123")
			time.Sleep(time.Minute)
			b.set(func(b *bucket) { b.body, b.seen = "ABCDEFGHIP", nil })
			want(t, ask(d, "GET", "/a.jpg", "Range", "bytes=1-3"), 206, miss, "BCD")
			if sent := b.seen[0].Header; (sent.Get("Range") != "") != (reading == ExpiredRange) || sent.Get("If-None-Match") == "" {
				t.Errorf("reading %d: asked with %v", reading, sent)
			}
			want(t, ask(d, "GET", "/a.jpg"), 200, map[ExpiredRangeReading]string{ExpiredWhole: hit, ExpiredRange: miss}[reading], "ABCDEFGHIP")
		}
	})
}

// If a function answers a range with 200 and no body, a piece is cached as the
// whole; if it answers a 304 so, the whole is empty.
func TestStatusWithoutBody(t *testing.T) {
	_, d := ranged(RangesByPiece)
	d.Readings.Whole = WholeSent
	d.Function = func(ctx, []byte) ([]byte, string, error) { return []byte(`{"status":"200"}`), "", nil }
	want(t, ask(d, "GET", "/a.jpg", "Range", "bytes=1-3"), 200, miss, "123")
	want(t, ask(d, "GET", "/a.jpg"), 200, hit, "123")
	want(t, ask(d, "GET", "/b.jpg", "If-None-Match", `"30313233343536373839"`), 200, miss, "")
	want(t, ask(d, "GET", "/b.jpg"), 200, hit, "")
}

// A function may answer a 304 with 200 and a body, which is then the whole, and
// a 200 with 304, which confirms the cached response.
func TestStatusChanged(t *testing.T) {
	timed(t, func(t *testing.T) {
		_, d := ranged(RangesByPiece)
		want(t, ask(d, "GET", "/a.jpg"), 200, miss, digits)
		time.Sleep(time.Minute)
		d.Function = func(_ ctx, event []byte) ([]byte, string, error) {
			if !strings.Contains(string(event), `"status":"304"`) {
				t.Errorf("got %s, want a 304", event)
			}
			return []byte(`{"status":"200","headers":{"cache-control":[{"value":"max-age=60"}]},"body":"VARIANT"}`), "", nil
		}
		want(t, ask(d, "GET", "/a.jpg"), 200, miss, "VARIANT")
		want(t, ask(d, "GET", "/a.jpg"), 200, hit, "VARIANT")
		time.Sleep(time.Minute)
		d.Function = func(ctx, []byte) ([]byte, string, error) { return []byte(`{"status":"304"}`), "", nil }
		want(t, ask(d, "GET", "/a.jpg"), 200, refreshHit, "VARIANT")
		want(t, ask(d, "GET", "/b.jpg"), 304, miss, "")
		want(t, ask(d, "GET", "/b.jpg"), 304, miss, "")
	})
}

// Invalidations remove pieces too.
func TestInvalidatePieces(t *testing.T) {
	b, d := ranged(RangesByPiece)
	want(t, ask(d, "GET", "/a.jpg", "Range", "bytes=1-3"), 206, miss, "123")
	if err := d.Invalidate("/a.jpg"); err != nil {
		t.Fatal(err)
	}
	want(t, ask(d, "GET", "/a.jpg", "Range", "bytes=1-3"), 206, miss, "123")
	wantRequests(t, b, 2)
}

func TestParseRange(t *testing.T) {
	for header, want := range map[string]string{
		"bytes=0-0": "0 1 true", "bytes=0-": "0 10 true", "bytes=9-": "9 10 true", "bytes=3-100": "3 10 true", "bytes=-3": "7 10 true",
		"bytes=-30": "0 10 true", "bytes=10-": "10 10 false", "bytes=5-4": "5 5 false", "bytes=-": "0 0 false", "bytes=-0": "10 10 false",
		"bytes=1-2,4-5": "0 0 false", "": "0 0 false", "lines=1-2": "0 0 false", "bytes=99999999999999999999-": "0 0 false",
		"bytes=4-99999999999999999999": "4 10 true",
	} {
		first, end, ok := parseRange(header, 10)
		if got := fmt.Sprint(first, end, ok); got != want {
			t.Errorf("%q: got %s, want %s", header, got, want)
		}
	}
}

// Viewers who ask for different ranges at the same time each get their own.
func TestSimultaneousRanges(t *testing.T) {
	timed(t, func(t *testing.T) {
		for reading := range RangesNever + 1 {
			_, d := ranged(reading)
			d.Function = func(ctx ctx, event []byte) ([]byte, string, error) {
				time.Sleep(time.Second)
				return handsBack(ctx, event)
			}
			answers := make(chan string)
			for i := range 10 {
				go func() {
					time.Sleep(time.Duration(i))
					header := []string{"Range", fmt.Sprintf("bytes=%d-%d", i, i)}
					if i == 5 {
						header = nil
					}
					got := ask(d, "GET", "/a.jpg", header...)
					body, _ := io.ReadAll(got.Body)
					want := fmt.Sprint(i)
					if i == 5 {
						want = digits
					}
					if string(body) != want {
						t.Errorf("reading %d, viewer %d: got %d %q", reading, i, got.StatusCode, body)
					}
					answers <- ""
				}()
			}
			for range 10 {
				<-answers
			}
		}
	})
}
