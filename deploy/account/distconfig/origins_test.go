package distconfig

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

// TestWithOriginCopy checks that a copy differs in its ID and path only, and that taking it
// away leaves the document as it was.
func TestWithOriginCopy(t *testing.T) {
	origin := func(id, path string) string {
		return "<Origin><Id>" + id + "</Id><DomainName>b.s3.amazonaws.com</DomainName>" + path + "<OriginShield/></Origin>"
	}
	document := func(quantity, origins string) string {
		return "<DistributionConfig><Origins><Quantity>" + quantity + "</Quantity><Items>" + origins + "</Items></Origins></DistributionConfig>"
	}
	for name, tt := range map[string]struct{ path, want string }{
		"a path":  {"<OriginPath>/media</OriginPath>", "<OriginPath>/a &amp; b</OriginPath>"},
		"empty":   {"<OriginPath></OriginPath>", "<OriginPath>/a &amp; b</OriginPath>"},
		"one tag": {"<OriginPath/>", "<OriginPath>/a &amp; b</OriginPath>"},
	} {
		t.Run(name, func(t *testing.T) {
			first := origin("s3", tt.path)
			before := parsed(t, []byte(document("1", first)))
			after, err := before.WithOriginCopy("s3", "copy", "/a & b")
			if err != nil {
				t.Fatal(err)
			}
			if got, want := string(after.XML()), document("2", first+origin("copy", tt.want)); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
			back, err := after.WithoutOrigin("copy")
			if err != nil || !bytes.Equal(back.XML(), before.XML()) {
				t.Errorf("got %s, %v", back.XML(), err)
			}
			if again, err := back.WithoutOrigin("copy"); err != nil || again != back {
				t.Errorf("without it once more: got %p, %v, want %p", again, err, back)
			}
		})
	}
	missing := parsed(t, []byte(document("1", origin("s3", ""))))
	if after, err := missing.WithOriginCopy("s3", "copy", "/a"); err != nil || !strings.Contains(string(after.XML()), "<OriginShield/><OriginPath>/a</OriginPath></Origin>") {
		t.Errorf("no path: got %v", err)
	}
	none := (*NoOriginError)(nil)
	if _, err := missing.WithOriginCopy("other", "copy", "/a"); !errors.As(err, &none) {
		t.Errorf("no origin: got %v", err)
	}
}

// TestWithOriginGroup checks that a group comes last, and that taking it away leaves the
// document as it was.
func TestWithOriginGroup(t *testing.T) {
	const one, two = "<OriginGroup><Id>1</Id></OriginGroup>", "<OriginGroup><Id>2</Id></OriginGroup>"
	for before, want := range map[string]string{
		"<Quantity>0</Quantity>":                           "<Quantity>1</Quantity><Items>" + two + "</Items>",
		"<Quantity>1</Quantity><Items>" + one + "</Items>": "<Quantity>2</Quantity><Items>" + one + two + "</Items>",
	} {
		document := func(groups string) string {
			return "<DistributionConfig><OriginGroups>" + groups + "</OriginGroups></DistributionConfig>"
		}
		after, err := parsed(t, []byte(document(before))).WithOriginGroup(two)
		if err != nil || string(after.XML()) != document(want) {
			t.Fatalf("got %s, %v, want %s", after.XML(), err, want)
		}
		back, err := after.WithoutOriginGroup("2")
		if err != nil || string(back.XML()) != document(before) {
			t.Errorf("got %s, %v, want %s", back.XML(), err, before)
		}
	}
}
