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
