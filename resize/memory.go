package resize

import (
	"encoding/binary"

	"github.com/edgeresize/edgeresize/resize/exif"
	"github.com/edgeresize/edgeresize/resize/jpeg"
	"github.com/edgeresize/edgeresize/resize/png"
)

// maxPixels is more than fit any memory, and few enough for the estimates to be
// computed without overflow.
const maxPixels = 1 << 40

// checkPixels holds an original against the limit of pixels.
func (r Request) checkPixels(info Info) error {
	pixels := int64(info.Width) * int64(info.Height) * int64(info.Frames)
	if r.Limits.Pixels > 0 && pixels > r.Limits.Pixels {
		return &LimitError{What: "pixels", Got: pixels, Max: r.Limits.Pixels, Info: info}
	}
	if r.Limits.Memory > 0 && pixels > maxPixels { // of a byte each at least
		return &LimitError{What: "memory", Got: pixels, Max: r.Limits.Memory}
	}
	return nil
}

// checkMemory holds an estimate in bytes against the limit of memory.
func (r Request) checkMemory(memory int64) error {
	if r.Limits.Memory > 0 && memory > r.Limits.Memory {
		return &LimitError{What: "memory", Got: memory, Max: r.Limits.Memory}
	}
	return nil
}

// stillMemory is how many bytes it takes to resize an original of one frame as
// pixels.
func (r Request) stillMemory(original []byte, info Info, b box) int64 {
	turned := b.stored(leftTop) // it may be stored so
	return decodeMemory(original, info) + r.encodeMemory(b) + pngEncodeMemory(b) +
		max(resampleMemory(info.Width, 4, b), resampleMemory(info.Height, 4, turned))
}

// smallThings is more than tables, headers and goroutines take, in bytes.
const smallThings = 256 << 10

// decodeMemory is how many bytes it takes to decode an original of one frame
// that is no JPEG: its pixels and what the decoder keeps beside them.
func decodeMemory(original []byte, info Info) int64 {
	switch info.Format {
	case PNG:
		return smallThings + pngMemory(original)
	case WebP:
		return smallThings + webpMemory(original)
	case BMP:
		return smallThings + bmpMemory(original, info)
	default:
		return smallThings + tiffMemory(original, info)
	}
}

// planesMemory is how many bytes resizeJPEG takes: the decoder's tables, window,
// planes and coefficients; the planes of the variant, twice where they are
// turned; two rows of 8 bytes a sample, with as much again of sums, and weights
// of 2 bytes in lists; and what the encoder takes.
func planesMemory(h *jpeg.Header, o jpeg.Options, b box, req Request) (int64, error) {
	decoded, err := h.Memory(o)
	if err != nil {
		return 0, planesError(err)
	}
	region := o.Region.Size()
	rows := 16 * int64(region.X)
	weights := 2 * (7*int64(region.X+region.Y) + 32*int64(b.width+b.height))
	// Planes are of 1 to 3 samples a pixel, and of whole MCUs in the encoder.
	out := 3 * int64(b.width) * int64(b.height) / 2
	blocks := 3 * int64(b.width+15) * int64(b.height+15) / 2
	encoded := out
	if req.MaxBytes > 0 {
		encoded = min(encoded, int64(req.MaxBytes))
	}
	// The encoder takes 2 bytes a sample for coefficients; 4 bytes for each that
	// is not zero, in lists that grow, of which there are few at usual
	// qualities; and the result.
	return decoded + rows + weights + 2*out + 2*blocks + 4*blocks + 2*encoded + 2*smallThings, nil
}

// rowsMemory is how many bytes resizePNG takes beside the encoder.
func rowsMemory(r *png.Reader, b box) int64 {
	return r.Memory() + resampleMemory(r.Width, r.Channels, b)
}

// resampleMemory is how many bytes it takes to resample rows of so many pixels
// of so many samples: twice the rows that two rows of the variant are made of; a
// band of converted ones; two rows of 8 bytes a sample, with half as much again
// of sums; weights of 2 bytes in lists, those of columns once more for each of
// four samples; and the variant's pixels as they come, in 4 bytes a pixel, and
// turned.
func resampleMemory(width, channels int, b box) int64 {
	across, down := b.ratios()
	samples := int64(channels) * int64(width)
	rows := int64(7*max(1, down)) + 4
	weights := 2 * (5*7*int64(max(1, across)+1)*int64(b.width) + 7*int64(max(1, down)+1)*int64(b.height) + 32*int64(b.width+b.height))
	out := int64(b.width) * int64(b.height)
	return 2*rows*samples + 12*samples + weights + (int64(channels)+8)*out + smallThings
}

// encodeMemory is how many bytes it takes to encode: the pixels in the
// encoder's type, the result in a buffer that grows, at most 4 bytes a pixel,
// and the state of a compressor.
func (r Request) encodeMemory(b box) int64 {
	const compressor = 2 << 20
	pixels := 4 * int64(b.width) * int64(b.height)
	out := pixels
	if r.MaxBytes > 0 {
		out = min(out, int64(r.MaxBytes))
	}
	return pixels + 3*out + compressor
}

// pngEncodeMemory is how many bytes a PNG may take beyond what encodeMemory
// counts, which is cut at MaxBytes: the filtered rows and the compressed result,
// neither of which is, in buffers that grow; and the compressors that are tried.
func pngEncodeMemory(b box) int64 {
	const compressors = 1 << 20
	return 20*int64(b.width)*int64(b.height) + compressors
}

// webpMemory is what golang.org/x/image takes for a WebP: a copy of the data,
// planes of YCbCr in whole blocks and where there is alpha its plane and pixels
// of both, or pixels of 4 bytes, twice where they were indices, and those of
// transforms; and the Huffman codes of lossless data.
func webpMemory(original []byte) int64 {
	h, err := parseWebPHeader(original)
	if err != nil {
		return 0 // Inspect has read the same header
	}
	pixels := int64(h.width+15) * int64(h.height+15)
	lossless := 9*pixels + h.huffmanMemory()
	memory := int64(h.size)
	switch {
	case h.lossless:
		memory += lossless
	case h.alpha:
		memory += 2*pixels + lossless + pixels + 4*pixels
	default:
		memory += 2 * pixels
	}
	return memory
}

// huffmanMemory is what the Huffman codes of lossless data take at most. There
// is a group of five codes for each square of 4 by 4 pixels at most, and for no
// more than 2600 in all, which is what the decoder takes. A code is a table, and
// nodes that depend on its number of symbols: all of a group's are 51 kB at
// most, and 290 bytes for each byte of the file that they are read from.
func (h *webpHeader) huffmanMemory() int64 {
	const maxGroups, tables, nodes, nodesPerByte = 2600, 2700, 51_000, 290
	groups := min(maxGroups, int64((h.width+3)/4)*int64((h.height+3)/4))
	return groups*tables + min(groups*nodes, nodesPerByte*int64(h.size))
}

// bmpMemory is what golang.org/x/image takes for a BMP: an index or 4 bytes a
// pixel.
func bmpMemory(original []byte, info Info) int64 {
	const bitCount = 28 // offset in the file; Inspect has read beyond it
	pixels := int64(info.Width) * int64(info.Height)
	if binary.LittleEndian.Uint16(original[bitCount:]) <= 8 {
		return pixels
	}
	return 4 * pixels
}

// tiffMemory is what golang.org/x/image takes for a TIFF: pixels of 16 bits a
// sample are held as 8 too; a strip or tile is at most 8 bytes a pixel, in a
// buffer that is three times as large while it grows.
func tiffMemory(original []byte, info Info) int64 {
	dir, ok := exif.Parse(original)
	if !ok {
		return 0 // Inspect has read the same directory
	}
	perPixel := int64(4)
	if dir.Number(tagBitsPerSample, 1) == 16 {
		perPixel = 8 + 4
	}
	pixels := int64(info.Width) * int64(info.Height)
	block := tiffBlock(dir, info)
	if dir.Number(tagCompression, tiffUncompressed) <= tiffUncompressed {
		return perPixel*pixels + min(8*block, int64(len(original)))
	}
	return perPixel*pixels + 24*block
}

// tiffBlock is the pixels of a strip or tile. The decoder refuses tiles that
// are larger than the picture, unless by their padding or within 1024 by 1024.
func tiffBlock(dir exif.IFD, info Info) int64 {
	w, h := int64(info.Width), int64(info.Height)
	side := func(tag uint16) int64 { return min(int64(dir.Number(tag, 0)), 1<<31) }
	if tile := side(tagTileWidth) * side(tagTileLength); tile > 0 {
		return min(tile, max((w+16)*(h+16), 1024*1024))
	}
	if rows := side(tagRowsPerStrip); rows > 0 {
		return min(w*h, rows*max(w, h)) // whichever is stored as the width
	}
	return w * h
}

// profileMemory is what unpacking the ICC profile takes.
func (h *pngHeader) profileMemory() int64 {
	const mostPacked, growing = 1032, 3 // what deflate can do; a buffer while it is read into
	return growing * min(maxPNGProfile, mostPacked*int64(len(h.iccp)))
}

// pngMemory is what image/png takes for a PNG: an index or 4 bytes a pixel, or
// for 16 bits a sample 8 bytes and then 4; for an interlaced one as much again
// for its passes; and the ICC profile.
func pngMemory(original []byte) int64 {
	h, err := parsePNG(original)
	if err != nil {
		return 0 // Inspect has read the same header
	}
	memory := 4 * int64(h.width) * int64(h.height)
	switch {
	case h.depth == 16:
		memory *= 3
	case h.colourType == pngPalette:
		memory /= 4
	}
	if h.interlaced {
		memory *= 2
	}
	return memory + h.profileMemory()
}
