package edge

import (
	"testing"

	"github.com/edgeresize/edgeresize/resize"
)

func TestParsePoint(t *testing.T) {
	for text, want := range map[string]resize.Focus{
		"0,0": {}, "1,1": {X: 1, Y: 1}, "0.3,0.7": {X: 0.3, Y: 0.7}, ".3,.7": {X: 0.3, Y: 0.7}, "1.0,0.0000": {X: 1},
		"0.005,0.0049": {X: 0.01}, "0.9951,0.994": {X: 1, Y: 0.99}, "0.1234,0.5678": {X: 0.12, Y: 0.57},
	} {
		if got, ok := parsePoint(text); !ok || got != want {
			t.Errorf("%q: got %v, %v; want %v", text, got, ok, want)
		}
	}
	for _, text := range []string{
		"", ",", "0.3", "0.3,", ",0.7", "0.3,0.7,0.5", "0.3;0.7", "0.3, 0.7", " 0.3,0.7", "0.3,0.7 ", "0.3,0.7\n", "0.3%2C0.7",
		"-0.3,0.7", "+0.3,0.7", "1.1,0", "0,1.0001", "2,0", "00,0", "0.,0", "0.12345,0", "01,0", ".,0",
		"NaN,0", "Inf,0", "1e-1,0.7", "0x1,0", "0_1,0", "0,3,0,7", "٠,0", "０.3,0.7", "=?UTF-8?Q?0.3,0.7?=", "=?UTF-8?B?MC4zLDAuNw==?=",
		`"0.3,0.7"`, "top", "smart", "0.3,0.7\x00",
	} {
		if got, ok := parsePoint(text); ok || got != (resize.Focus{}) {
			t.Errorf("%q: got %v, %v", text, got, ok)
		}
	}
}

// pointed is an original whose object has a focus.
type pointed struct {
	Body
	focus string
}

func (p pointed) Focus() string { return p.focus }

// A place that the request names comes before the object's focus, and that
// before what smart finds. Without gravity in the config, and malformed, it does
// not count.
func TestFocusOfTheObject(t *testing.T) {
	on := DefaultConfig()
	on.Parameters = []string{"gravity", "fit"}
	off := DefaultConfig()
	off.Parameters = []string{"fit"}
	for _, tt := range []struct {
		cfg            Config
		query, objects string
		want           *resize.Focus
		smart          bool
	}{
		{on, "", "", nil, false},
		{on, "", "0.3,0.705", &resize.Focus{X: 0.3, Y: 0.71}, false},
		{on, "&gravity=smart", "0.3,0.7", &resize.Focus{X: 0.3, Y: 0.7}, true},
		{on, "&gravity=smart", "0.3,0.7 ", nil, true},
		{on, "&gravity=center", "0.3,0.7", &resize.Focus{X: 0.5, Y: 0.5}, false},
		{on, "&gravity=top-left", "0.3,0.7", &resize.Focus{}, false},
		{on, "&gravity=0.1,0.2", "0.3,0.7", &resize.Focus{X: 0.1, Y: 0.2}, false},
		{on, "&gravity=0.1,0.2", "", &resize.Focus{X: 0.1, Y: 0.2}, false},
		{on, "", "0.3%2C0.7", nil, false},
		{on, "", "=?UTF-8?Q?0.3,0.7?=", nil, false},
		{on, "", "0.3,0.7,0.3,0.7", nil, false},
		{on, "", "top", nil, false},
		{on, "", "smart", nil, false},
		{off, "", "0.3,0.7", nil, false},
		{off, "&gravity=top", "0.3,0.7", nil, false},
	} {
		asked, err := Asked("width=20&height=10"+tt.query, tt.cfg)
		if err != nil {
			t.Fatal(err)
		}
		h := New(tt.cfg, nil, 0, quiet())
		r := h.request(&Outcome{Asked: asked}, pointed{Whole(nil, ""), tt.objects}, 5)
		same := r.Focus == nil && tt.want == nil || r.Focus != nil && tt.want != nil && *r.Focus == *tt.want
		if !same || r.Smart != tt.smart || r.MaxBytes != 5 {
			t.Errorf("%q, %q: got %+v, want %v", tt.query, tt.objects, r, tt.want)
		}
	}
}
