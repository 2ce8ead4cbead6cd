package pictest

import "encoding/binary"

// PlainProfile returns an ICC profile of gray levels or RGB, with a gamma of 2.2 and
// sRGB's primaries, that every reader of profiles accepts.
func PlainProfile(space string) []byte {
	type tag struct {
		name string
		data []byte
	}
	numbers := func(values ...uint32) (data []byte) {
		for _, v := range values {
			data = binary.BigEndian.AppendUint32(data, v)
		}
		return data
	}
	curve := append([]byte("curv\x00\x00\x00\x00\x00\x00\x00\x01"), 2, 51, 0, 0)
	xyz := func(x, y, z uint32) []byte { return append([]byte("XYZ \x00\x00\x00\x00"), numbers(x, y, z)...) }
	tags := []tag{{"kTRC", curve}}
	if space == "RGB " {
		tags = []tag{
			{"rTRC", curve}, {"gTRC", curve}, {"bTRC", curve},
			{"rXYZ", xyz(0x6fa2, 0x38f5, 0x390)}, {"gXYZ", xyz(0x6299, 0xb785, 0x18da)}, {"bXYZ", xyz(0x24a0, 0xf84, 0xb6cf)},
		}
	}
	table := numbers(uint32(len(tags)))
	var data []byte
	for _, t := range tags {
		table = append(table, t.name...)
		table = append(table, numbers(uint32(132+12*len(tags)+len(data)), uint32(len(t.data)))...)
		data = append(data, t.data...)
	}
	p := Profile(space, append(table[4:], data...)...)
	copy(p[128:], table[:4])
	p[8] = 2 // major version
	copy(p[20:], "XYZ ")
	copy(p[68:], numbers(0xf6d6, 0x10000, 0xd32d)) // D50
	return p
}
