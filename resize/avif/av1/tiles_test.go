package av1

import (
	"bytes"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// TestTilingOf checks, for all sizes that decoders take, that tiles cover the picture and
// are not too large, and that a decoder reads the same tiles from what tileInfo writes.
func TestTilingOf(t *testing.T) {
	random := rand.New(rand.NewPCG(2, 2))
	check := func(width, height int, more [2]int) tiling {
		var e frame
		e.cols, e.rows = (width+7)/8, (height+7)/8
		cols, rows := (width+63)/64, (height+63)/64
		e.tiling = tilingOf(cols, rows, more)
		got := e.tiling
		if got.width > maxTileWidth || got.width*got.height > maxTileArea || got.cols > maxTileCols || got.rows > maxTileRows ||
			(got.cols-1)*got.width >= cols || got.cols*got.width < cols || (got.rows-1)*got.height >= rows || got.rows*got.height < rows {
			t.Fatalf("%dx%d: %+v", width, height, got)
		}
		var w bitWriter
		e.tileInfo(&w)
		if read := readTileInfo(w.out, cols, rows); read != [4]int{got.width, got.height, got.cols, got.rows} {
			t.Fatalf("%dx%d: %+v is read as %v", width, height, got, read)
		}
		return got
	}
	for _, tt := range []struct{ width, height, cols, rows int }{
		{1, 1, 1, 1}, {500, 300, 1, 1}, {4096, 2304, 1, 1}, {4097, 64, 2, 1}, {4096, 2305, 1, 2}, {64, 32768, 1, 1},
		{16384, 16384, 4, 8}, {32768, 8192, 8, 4}, {8192, 8192, 2, 4},
	} {
		if got := check(tt.width, tt.height, [2]int{}); got.cols != tt.cols || got.rows != tt.rows {
			t.Errorf("%dx%d in %d x %d tiles, want %d x %d", tt.width, tt.height, got.cols, got.rows, tt.cols, tt.rows)
		}
	}
	for range 20000 {
		width, height := 1+random.IntN(32768), 1+random.IntN(32768)
		if Fits(width, height) {
			check(width, height, [2]int{random.IntN(2) * random.IntN(7), random.IntN(2) * random.IntN(7)})
		}
	}
}

// readTileInfo reads "Tile info syntax" line by line as in the specification. It returns
// the tiles' width and height in superblocks and the numbers of columns and rows.
func readTileInfo(data []byte, sbCols, sbRows int) [4]int {
	at := 0
	bit := func() bool {
		set := data[at/8]>>(7-at%8)&1 == 1
		at++
		return set
	}
	log2 := func(size, target int) (k int) {
		for ; size<<k < target; k++ {
		}
		return k
	}
	bit()
	minCols := log2(64, sbCols)
	maxCols, maxRows := log2(1, min(sbCols, 64)), log2(1, min(sbRows, 64))
	minTiles := max(minCols, log2(2304, sbRows*sbCols))
	colsLog2 := minCols
	for colsLog2 < maxCols && bit() {
		colsLog2++
	}
	width := (sbCols + (1 << colsLog2) - 1) >> colsLog2
	rowsLog2 := max(minTiles-colsLog2, 0)
	for rowsLog2 < maxRows && bit() {
		rowsLog2++
	}
	height := (sbRows + (1 << rowsLog2) - 1) >> rowsLog2
	count := func(n, size int) (k int) {
		for start := 0; start < n; start += size {
			k++
		}
		return k
	}
	return [4]int{width, height, count(sbCols, width), count(sbRows, height)}
}

// locked returns a source of random decisions for several goroutines.
func locked(random *rand.Rand) func(n int) int {
	var mutex sync.Mutex
	return func(n int) int {
		mutex.Lock()
		defer mutex.Unlock()
		return random.IntN(n)
	}
}

// TestTiles checks pictures of many tiles with dav1d, with regular and random decisions.
func TestTiles(t *testing.T) {
	processors(t, 2)
	random := rand.New(rand.NewPCG(12, 5))
	var e Encoder
	most := 0
	for i := range 40 {
		width, height := 1+random.IntN(500), 1+random.IntN(400)
		e.moreTiles = &[2]int{random.IntN(4), random.IntN(4)}
		e.fuzz = nil
		if i%2 == 1 {
			e.fuzz = locked(random)
		}
		f := format(random.IntN(3))
		encodeChecked(t, &e, picture(random, width, height, f), Params{Quantiser: 1 + random.IntN(255), Effort: Effort(random.IntN(3))})
		most = max(most, e.tiling.cols*e.tiling.rows)
	}
	if most < 20 {
		t.Errorf("at most %d tiles", most)
	}
}

// TestLarge checks pictures that need several tiles with dav1d.
func TestLarge(t *testing.T) {
	random := rand.New(rand.NewPCG(4, 4))
	var e Encoder
	for _, size := range [][2]int{{4096, 70}, {4100, 130}, {9000, 33}, {4096, 2310}} {
		kind := pictest.Mixed
		if size[1] > 1000 {
			kind = pictest.OneValue
		}
		planes := picture(random, size[0], size[1], format420)
		planes[0] = pictest.Pattern(random, size[0], size[1], kind)
		encodeChecked(t, &e, planes, Params{Quantiser: 80, Effort: Fast})
	}
}

// TestTilesKept checks that the tiles of one picture leave nothing behind for the next.
func TestTilesKept(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 4))
	a, b := picture(random, 250, 190, format420), picture(random, 300, 170, format444)
	params := Params{Quantiser: 70, Effort: Medium}
	var fresh, kept Encoder
	fresh.moreTiles = &[2]int{1, 1}
	want := encode(t, &fresh, a, params)
	encode(t, &kept, b, params)
	kept.moreTiles = &[2]int{2, 0}
	encode(t, &kept, b, params)
	kept.moreTiles = fresh.moreTiles
	if got := encode(t, &kept, a, params); !bytes.Equal(got.Data, want.Data) {
		t.Error("another stream after other pictures")
	}
}
