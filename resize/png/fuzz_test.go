package png

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image/png"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic"
)

func FuzzRows(f *testing.F) {
	for _, file := range files() {
		if file.width == 8 {
			f.Add(file.bytes(f))
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		// Checksums and chunk lengths made right, or nothing is found behind them.
		data = repaired(data)
		// Each may take what the other refuses.
		const most = 1 << 20
		if c, err := png.DecodeConfig(bytes.NewReader(data)); err == nil && c.Width*c.Height > most {
			return
		}
		if p, err := open(t.Context(), pic.Bytes(data)); err == nil && p.width*p.height > most {
			return
		}
		compare(t, "fuzzed", data)
		compareArriving(t, "fuzzed", data, always(1+len(data)%97))
	})
}

// repaired is data with the right checksum behind every chunk.
func repaired(data []byte) []byte {
	out := bytes.Clone(data)
	for at := len(signature); at+12 <= len(out); {
		n := int(binary.BigEndian.Uint32(out[at:]))
		if n > len(out)-at-12 {
			break
		}
		end := at + 8 + n
		binary.BigEndian.PutUint32(out[end:], crc32.ChecksumIEEE(out[at+4:end]))
		at = end + 4
	}
	return out
}
