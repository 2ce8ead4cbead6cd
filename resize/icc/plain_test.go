package icc_test

import (
	"bytes"
	"encoding/binary"
	"testing"

	"github.com/edgeresize/edgeresize/resize/icc"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// TestPlain: profiles with which Chromium refuses an AVIF are not plain.
func TestPlain(t *testing.T) {
	parametric := func(kind byte, numbers ...int32) func(p []byte) []byte {
		return func(p []byte) []byte {
			at := len(p)
			p = append(p, 'p', 'a', 'r', 'a', 0, 0, 0, 0, 0, kind, 0, 0)
			for _, v := range numbers {
				p = binary.BigEndian.AppendUint32(p, uint32(v))
			}
			binary.BigEndian.PutUint32(p, uint32(len(p)))
			binary.BigEndian.PutUint32(p[136:], uint32(at))
			binary.BigEndian.PutUint32(p[140:], uint32(len(p)-at))
			return p
		}
	}
	set := func(at int, with string) func(p []byte) []byte {
		return func(p []byte) []byte { copy(p[at:], with); return p }
	}
	const one = 1 << 16
	for _, tt := range []struct {
		name  string
		space string
		with  func(p []byte) []byte
		want  bool
	}{
		{"RGB", icc.RGB, set(0, ""), true},
		{"gray", icc.Gray, set(0, ""), true},
		{"gray by Lab", icc.Gray, set(20, "Lab "), true},
		{"RGB by Lab", icc.RGB, set(20, "Lab "), false},
		{"of another connection space", icc.Gray, set(20, "RGB "), false},
		{"version 4", icc.RGB, set(8, "\x04"), true},
		{"version 5", icc.RGB, set(8, "\x05"), false},
		{"of D65", icc.RGB, set(68, "\x00\x00\xf3\x51"), false},
		{"no white", icc.RGB, set(68, string(make([]byte, 12))), false},
		{"no tags", icc.RGB, set(128, "\x00\x00\x00\x00"), false},
		{"more tags than there is room for", icc.RGB, set(128, "\xff\xff\xff\xff"), false},
		{"a tag beyond the end", icc.RGB, set(136, "\x00\x01\x00\x00"), false},
		{"a tag beyond all numbers", icc.RGB, set(136, "\xff\xff\xff\xff\xff\xff\xff\xff"), false},
		{"an empty tag", icc.RGB, set(140, "\x00\x00\x00\x00"), false},
		{"a tag that nobody reads beyond the end", icc.RGB, func(p []byte) []byte { return extraTag(p, "desc", 1<<20, 4) }, false},
		{"a tag that nobody reads", icc.RGB, func(p []byte) []byte { return extraTag(p, "desc", 128, 4) }, true},
		{"a table", icc.RGB, func(p []byte) []byte { return extraTag(p, "A2B0", 128, 40) }, false},
		{"a curve twice", icc.RGB, func(p []byte) []byte { return extraTag(p, "rTRC", 128, 40) }, false},
		{"a curve missing", icc.RGB, set(132, "x"), false},
		{"a matrix of no numbers", icc.RGB, func(p []byte) []byte {
			return bytes.Replace(p, []byte("XYZ \x00\x00\x00\x00"), []byte("xyz \x00\x00\x00\x00"), 1)
		}, false},
		{"a curve of more samples than there are", icc.RGB, func(p []byte) []byte {
			return bytes.Replace(p, []byte("curv\x00\x00\x00\x00\x00\x00\x00\x01"), []byte("curv\x00\x00\x00\x00\x00\x00\x00\x09"), 1)
		}, false},
		{"an exponent", icc.RGB, parametric(0, 2*one), true},
		{"an exponent below 0", icc.RGB, parametric(0, -2*one), false},
		{"a function", icc.RGB, parametric(3, 2*one, one, 0, one/12, one/25), true},
		{"a function that falls", icc.RGB, parametric(3, 2*one, one, 0, -one, one/25), false},
		{"a function of less than 0", icc.RGB, parametric(3, 2*one, one, -one, one, one/25), false},
		{"a function of 7 numbers", icc.RGB, parametric(4, 2*one, one, 0, one/12, one/25, -1, 1), true},
		{"a function cut off", icc.RGB, parametric(4, 2*one, one, 0, one/12, one/25, 0), false},
		{"a function of no kind", icc.RGB, parametric(5, 0, 0, 0, 0, 0, 0, 0), false},
	} {
		profile := icc.Whole(tt.with(pictest.PlainProfile(tt.space)), tt.space)
		if profile == nil {
			t.Errorf("%s: not whole", tt.name)
			continue
		}
		if got := icc.Plain(profile); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
	for n := range pictest.PlainProfile(icc.RGB) {
		if icc.Plain(pictest.PlainProfile(icc.RGB)[:n]) {
			t.Errorf("plain after %d bytes", n)
		}
	}
}

// extraTag adds a tag after the others.
func extraTag(p []byte, name string, at, size uint32) []byte {
	n := binary.BigEndian.Uint32(p[128:])
	end := 132 + 12*n
	for i := range n { // the tags' data moves back by an entry
		to := p[132+12*i+4:]
		binary.BigEndian.PutUint32(to, binary.BigEndian.Uint32(to)+12)
	}
	entry := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32([]byte(name), at), size)
	p = append(p[:end:end], append(entry, p[end:]...)...)
	binary.BigEndian.PutUint32(p, uint32(len(p)))
	binary.BigEndian.PutUint32(p[128:], n+1)
	return p
}

// FuzzPlain: no profile makes Plain panic.
func FuzzPlain(f *testing.F) {
	f.Add(pictest.PlainProfile(icc.RGB))
	f.Add(pictest.PlainProfile(icc.Gray))
	f.Fuzz(func(t *testing.T, data []byte) {
		if icc.Plain(data) && len(data) < 132 {
			t.Error("plain without a table of tags")
		}
	})
}
