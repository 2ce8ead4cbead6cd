package av1

import "math/bits"

// Color says what samples mean, in numbers of CICP (ITU-T H.273).
type Color struct {
	Primaries, Transfer, Matrix uint8
}

// OBU types ("OBU header semantics").
const (
	obuSequenceHeader = 1
	obuFrame          = 6
)

// bitWriter writes the fields of headers.
type bitWriter struct {
	out  []byte
	left int // bits free in the last byte
}

// put writes the lowest n bits of v, the highest of them first.
func (w *bitWriter) put(v, n int) {
	for n--; n >= 0; n-- {
		if w.left == 0 {
			w.out, w.left = append(w.out, 0), 8
		}
		w.left--
		w.out[len(w.out)-1] |= byte(v>>n&1) << w.left
	}
}

// align fills the last byte up with zeros.
func (w *bitWriter) align() { w.left = 0 }

// maxOBUHeader is the most bytes that an OBU has before its header and data.
const maxOBUHeader = 6

// appendOBU appends an OBU of a kind, with its size, header and data.
func appendOBU(out []byte, kind byte, header, data []byte) []byte {
	const hasSize = 1 << 1
	size := len(header) + len(data)
	out = append(out, kind<<3|hasSize)
	for ; size >= 0x80; size >>= 7 {
		out = append(out, byte(size)|0x80)
	}
	out = append(out, byte(size))
	out = append(out, header...)
	return append(out, data...)
}

// level returns the lowest seq_level_idx_0 for a picture of width x height ("Levels" of
// Annex A).
func level(width, height int) int {
	for _, l := range [...]struct{ index, area, width, height int }{
		{0, 147456, 2048, 1152}, {1, 278784, 2816, 1584},
		{4, 665856, 4352, 2448}, {5, 1065024, 5504, 3096},
		{8, 2359296, 6144, 3456}, {12, 8912896, 8192, 4352},
		{16, 35651584, 16384, 8704},
	} {
		if width*height <= l.area && width <= l.width && height <= l.height {
			return l.index
		}
	}
	return 31
}

// profile returns seq_profile.
func (e *frame) profile() int {
	if e.format == format444 {
		return 1
	}
	return 0
}

// sequenceHeader returns the sequence header's OBU ("Sequence header OBU syntax"): a
// reduced still picture header that disables all unused tools.
func (e *frame) sequenceHeader(c Color) []byte {
	var w bitWriter
	w.put(e.profile(), 3)
	w.put(1, 1) // still_picture
	w.put(1, 1) // reduced_still_picture_header
	w.put(level(e.width, e.height), 5)
	wide, high := max(1, bits.Len(uint(e.width-1))), max(1, bits.Len(uint(e.height-1)))
	w.put(wide-1, 4)
	w.put(high-1, 4)
	w.put(e.width-1, wide)
	w.put(e.height-1, high)
	w.put(0, 1) // use_128x128_superblock
	w.put(0, 1) // enable_filter_intra
	w.put(0, 1) // enable_intra_edge_filter
	w.put(0, 1) // enable_superres
	w.put(0, 1) // enable_cdef
	w.put(0, 1) // enable_restoration
	e.colorConfig(&w, c)
	w.put(0, 1) // film_grain_params_present
	w.put(1, 1) // trailing_one_bit
	return appendOBU(nil, obuSequenceHeader, w.out, nil)
}

// colorConfig writes "Color config syntax".
func (e *frame) colorConfig(w *bitWriter, c Color) {
	w.put(0, 1) // high_bitdepth
	if e.profile() != 1 {
		w.put(oneIf(e.format == formatMono), 1)
	}
	w.put(1, 1) // color_description_present_flag
	w.put(int(c.Primaries), 8)
	w.put(int(c.Transfer), 8)
	w.put(int(c.Matrix), 8)
	w.put(1, 1) // color_range: full
	if e.format == formatMono {
		return
	}
	if e.format == format420 {
		w.put(0, 2) // chroma_sample_position: unknown
	}
	w.put(0, 1) // separate_uv_delta_q
}

// appendFrameHeader appends the part of a frame OBU that precedes the tiles
// ("Uncompressed header syntax", "General tile group OBU syntax").
func (e *frame) appendFrameHeader(out []byte) []byte {
	w := bitWriter{out: out}
	w.put(0, 1)                // disable_cdf_update
	w.put(oneIf(e.drawing), 1) // allow_screen_content_tools
	if e.drawing {
		w.put(0, 1) // force_integer_mv
	}
	w.put(0, 1) // render_and_frame_size_different
	if e.drawing {
		w.put(0, 1) // allow_intrabc
	}
	e.tileInfo(&w)

	w.put(e.quantiser, 8) // base_q_idx
	w.put(0, 1)           // DeltaQYDc
	if e.format != formatMono {
		for range 2 { // DeltaQUDc, DeltaQUAc
			w.put(oneIf(e.chromaDelta != 0), 1)
			if e.chromaDelta != 0 {
				w.put(e.chromaDelta, 7)
			}
		}
	}
	w.put(oneIf(e.matrixY < noMatrix || e.matrixUV < noMatrix), 1) // using_qmatrix
	if e.matrixY < noMatrix || e.matrixUV < noMatrix {
		w.put(e.matrixY, 4)
		w.put(e.matrixUV, 4)
	}
	w.put(0, 1) // segmentation_enabled
	w.put(oneIf(e.deltaQ), 1)
	if e.deltaQ {
		w.put(deltaQRes, 2)
		w.put(0, 1) // delta_lf_present
	}
	w.put(e.filterLevel, 6)
	w.put(e.filterLevel, 6)
	if e.format != formatMono && e.filterLevel > 0 {
		w.put(e.filterLevel, 6)
		w.put(e.filterLevel, 6)
	}
	w.put(filterSharpness, 3)
	w.put(0, 1) // loop_filter_delta_enabled
	w.put(1, 1) // tx_mode_select
	w.put(0, 1) // reduced_tx_set
	w.align()
	if e.tiling.cols*e.tiling.rows > 1 {
		w.put(0, 1) // tile_start_and_end_present_flag
		w.align()
	}
	return w.out
}

// oneIf returns 1 for true and 0 for false.
func oneIf(b bool) int {
	if b {
		return 1
	}
	return 0
}
