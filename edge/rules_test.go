package edge

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/resize"
)

func TestAsked(t *testing.T) {
	keepRatio := DefaultConfig()
	keepRatio.Missing = MissingKeepRatio
	for _, tt := range []struct {
		query  string
		cfg    Config
		size   Size
		reason Reason
	}{
		{"width=500&height=300", DefaultConfig(), Size{500, 300}, ""},
		{"height=300&width=500", DefaultConfig(), Size{500, 300}, ""},
		{"a=b&width=1&c&height=1&&", DefaultConfig(), Size{1, 1}, ""},
		{"width=4096&height=4096", DefaultConfig(), Size{4096, 4096}, ""},
		{"width=0500&height=300", DefaultConfig(), Size{500, 300}, ""},
		{"width=%35%30%30&height=3%300", DefaultConfig(), Size{500, 300}, ""},
		{"width=500&%68eight=300", DefaultConfig(), Size{}, OneSide},
		{"width=500&height=300&width=500", DefaultConfig(), Size{500, 300}, ""},
		{"broken=%zz&width=500&height=300", DefaultConfig(), Size{500, 300}, ""},

		{"", DefaultConfig(), Size{}, NoSize},
		{"Width=500&HEIGHT=300", DefaultConfig(), Size{}, NoSize},
		{"width=500", DefaultConfig(), Size{}, OneSide},
		{"height=300", DefaultConfig(), Size{}, OneSide},
		{"width=500", keepRatio, Size{500, 0}, ""},
		{"height=300", keepRatio, Size{0, 300}, ""},
		{"", keepRatio, Size{}, NoSize},
		{"width=500&height=", keepRatio, Size{}, BadSize},
		{"width=500&height=asdf", keepRatio, Size{}, BadSize},
		{"width=&height=", DefaultConfig(), Size{}, BadSize},
		{"width&height", DefaultConfig(), Size{}, BadSize},
		{"width=%zz&height=300", DefaultConfig(), Size{}, BadSize},
		{"width=0&height=300", DefaultConfig(), Size{}, ZeroSize},
		{"width=500&height=000", DefaultConfig(), Size{}, ZeroSize},
		{"width=500&width=501&height=300", DefaultConfig(), Size{}, TwoSizes},
		{"width=4097&height=300", DefaultConfig(), Size{}, OverMaximum},
		{"width=500&height=4097", DefaultConfig(), Size{}, OverMaximum},
	} {
		ask, err := Asked(tt.query, tt.cfg)
		check(t, tt.query, err, tt.reason)
		if ask != (Ask{Size: tt.size}) {
			t.Errorf("%q: got %+v, want %v", tt.query, ask, tt.size)
		}
	}
}

func TestAskedFormat(t *testing.T) {
	for query, want := range map[string]resize.Format{
		"":                        "",
		"&format=avif":            resize.AVIF,
		"&format=webp":            resize.WebP,
		"&format=jpeg":            resize.JPEG,
		"&format=%70ng":           resize.PNG,
		"&format=png&format=png":  resize.PNG,
		"&format=png&format=jpeg": "",
		"&format=png&format=x":    "",
		"&format=jpg":             "",
		"&format=JPEG":            "",
		"&format=gif":             "",
		"&format=webp-animated":   "",
		"&format=":                "",
		"&format":                 "",
		"&format=%zz":             "",
		"&format=jpeg+":           "",
		"&Format=png":             "",
		"&%66ormat=png":           "",
	} {
		if got, err := Asked("width=5&height=6"+query, DefaultConfig()); got.Format != want || err != nil {
			t.Errorf("%s: got %q, %v, want %q", query, got, err, want)
		}
		if got, err := Asked("width=asdf&height=6"+query, DefaultConfig()); got != (Ask{}) || err == nil {
			t.Errorf("%s without a size: got %q, %v", query, got, err)
		}
	}
}

func TestAskedRefusesWhatIsNotAPlainNumber(t *testing.T) {
	for _, value := range []string{
		"asdf", "5e2", "1.5", "1.0", "1,000", "+5", "%2B5", "-5", "0x10", "5 ", "%205", "5%00", "5px", "auto",
		"%EF%BC%95%EF%BC%90", // full-width 50
		"%D9%A5",             // Arabic-Indic 5
		"²", "Inf", "NaN", "1_000", strings.Repeat("9", 30), "9223372036854775808",
	} {
		for _, query := range []string{"width=" + value + "&height=300", "width=500&height=" + value} {
			_, err := Asked(query, DefaultConfig())
			check(t, query, err, BadSize)
		}
	}
}

func TestAdmit(t *testing.T) {
	bad := Because(BadSize, nil)
	for _, tt := range []struct {
		method, status string
		err            error
		reason         Reason
	}{
		{"GET", "200", nil, ""},
		{"GET", "206", nil, ""},
		{"GET", "200", bad, BadSize},
		{"GET", "206", bad, NotOK},
		{"HEAD", "200", nil, NotGet},
		{"HEAD", "206", bad, NotGet},
		{"POST", "200", nil, NotGet},
		{"get", "200", nil, NotGet},
		{"GET", "304", nil, NotOK},
		{"GET", "304", bad, NotOK},
		{"GET", "403", nil, NotOK},
		{"GET", "404", nil, NotOK},
		{"GET", "412", nil, ""},
		{"GET", "416", nil, ""},
		{"GET", "412", bad, NotOK},
		{"GET", "416", bad, NotOK},
		{"GET", "500", nil, NotOK},
		{"GET", "", nil, NotOK},
	} {
		check(t, tt.method+" "+tt.status, admit(tt.method, tt.status, tt.err), tt.reason)
	}
}

func FuzzAsked(f *testing.F) {
	f.Add("width=500&height=300")
	f.Add("width=%35&height=+5&width=6")
	f.Fuzz(func(t *testing.T, query string) {
		cfg := DefaultConfig()
		ask, err := Asked(query, cfg)
		size, format := ask.Size, ask.Format
		if format != "" && (err != nil || !slices.Contains(askable, format)) {
			t.Errorf("%q gives the format %q, error %v", query, format, err)
		}
		if err == nil && (size.Width < 1 || size.Height < 1 || size.Width > cfg.MaxWidth || size.Height > cfg.MaxHeight) {
			t.Errorf("%q gives %v", query, size)
		}
		if err == nil {
			return
		}
		if ReasonOf(err).Passing() {
			t.Errorf("%q: %v is not permanent", query, err)
		}
		// Errors are logged, so they must not quote what a viewer spelled.
		if err.Error() != ReasonOf(err).Meaning() || size != (Size{}) {
			t.Errorf("%q: %v and %q", query, size, err)
		}
	})
}

// check fails the test unless err carries want, or is nil if want is "".
func check(t *testing.T, what string, err error, want Reason) {
	t.Helper()
	var got Reason
	if err != nil {
		got = ReasonOf(err)
	}
	if got != want {
		t.Errorf("%s: got reason %q (%v), want %q", what, got, err, want)
	}
	var carried *ReasonError
	if err != nil && !errors.As(err, &carried) {
		t.Errorf("%s: %v carries no reason", what, err)
	}
}
