package tiff

// memory returns how many bytes golang.org/x/image takes for a TIFF. Pixels of 16 bits
// a sample are also held at 8 bits. A strip or tile takes at most 8 bytes a pixel, in a
// buffer that is three times as large while it grows.
func (p *picture) memory() int64 {
	const fixed = 256 << 10 // a bound for tables and headers
	perPixel := int64(4)
	if p.directory.Number(tagBitsPerSample, 1) == 16 {
		perPixel = 8 + 4
	}
	pixels := perPixel * int64(p.width) * int64(p.height)
	if p.directory.Number(tagCompression, uncompressed) <= uncompressed {
		return fixed + pixels + min(8*p.blockPixels(), int64(len(p.data)))
	}
	return fixed + pixels + 24*p.blockPixels()
}

// blockPixels returns the pixels of a strip or tile. The decoder refuses tiles that
// exceed both the picture with its padding and 1024 by 1024 pixels.
func (p *picture) blockPixels() int64 {
	w, h := int64(p.width), int64(p.height)
	side := func(tag uint16) int64 { return min(int64(p.directory.Number(tag, 0)), 1<<31) }
	if tile := side(tagTileWidth) * side(tagTileLength); tile > 0 {
		return min(tile, max((w+16)*(h+16), 1024*1024))
	}
	if rows := side(tagRowsPerStrip); rows > 0 {
		return min(w*h, rows*w)
	}
	return w * h
}
