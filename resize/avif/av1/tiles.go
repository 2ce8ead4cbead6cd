package av1

// Limits of tiles ("Symbols and abbreviated terms"), of superblocks.
const (
	maxTileWidth = 4096 / 64         // MAX_TILE_WIDTH
	maxTileArea  = 4096 * 2304 >> 12 // MAX_TILE_AREA
	maxTileCols  = 64                // MAX_TILE_COLS
	maxTileRows  = 64                // MAX_TILE_ROWS
)

// tiling is how a picture is divided into tiles of equal sizes, but for the last ones of
// rows and columns ("Tile info syntax"). It follows from the picture's size alone.
type tiling struct {
	colsLog2, rowsLog2           int // TileColsLog2, TileRowsLog2
	leastColsLog2, leastRowsLog2 int // from which on these are written, minLog2TileCols and minLog2TileRows
	width, height                int // of a tile, superblocks
	cols, rows                   int // tiles
}

// tilingOf returns the tiling with the fewest tiles for a picture of cols x rows
// superblocks: one for most. Both logarithms are enlarged by more, where they can be.
func tilingOf(cols, rows int, more [2]int) (t tiling) {
	t.leastColsLog2 = log2For(maxTileWidth, cols)
	leastTiles := max(t.leastColsLog2, log2For(maxTileArea, cols*rows))
	t.colsLog2 = min(t.leastColsLog2+more[0], log2For(1, min(cols, maxTileCols)))
	t.width = (cols + 1<<t.colsLog2 - 1) >> t.colsLog2
	t.cols = (cols + t.width - 1) / t.width
	t.leastRowsLog2 = max(leastTiles-t.colsLog2, 0)
	most := log2For(1, min(rows, maxTileRows))
	for t.rowsLog2 = min(t.leastRowsLog2+more[1], most); ; t.rowsLog2++ {
		t.height = (rows + 1<<t.rowsLog2 - 1) >> t.rowsLog2
		if t.width*t.height <= maxTileArea || t.rowsLog2 == most {
			break
		}
	}
	t.rows = (rows + t.height - 1) / t.height
	return t
}

// log2For returns the least k for which size<<k is at least target ("Tile size
// calculation function").
func log2For(size, target int) (k int) {
	for size<<k < target {
		k++
	}
	return k
}

// tile is a part of a picture that is coded on its own, from a cell to before another.
type tile struct{ col, row, endCol, endRow int }

// tileAt returns a tile by its number, row by row.
func (e *frame) tileAt(i int) tile {
	t := &e.tiling
	col, row := i%t.cols, i/t.cols
	return tile{
		col: col * t.width * 8, endCol: min((col+1)*t.width*8, e.cols),
		row: row * t.height * 8, endRow: min((row+1)*t.height*8, e.rows),
	}
}

// superblocks returns how many superblocks a tile is wide and high.
func (t *tile) superblocks() (cols, rows int) {
	return (t.endCol - t.col + 7) / 8, (t.endRow - t.row + 7) / 8
}

// tileInfo writes "Tile info syntax".
func (e *frame) tileInfo(w *bitWriter) {
	t := &e.tiling
	cols, rows := (e.cols+7)>>3, (e.rows+7)>>3
	w.put(1, 1) // uniform_tile_spacing_flag
	increments(w, t.leastColsLog2, t.colsLog2, log2For(1, min(cols, maxTileCols)))
	increments(w, t.leastRowsLog2, t.rowsLog2, log2For(1, min(rows, maxTileRows)))
	if bits := t.colsLog2 + t.rowsLog2; bits > 0 {
		w.put(0, bits)            // context_update_tile_id
		w.put(tileSizeBytes-1, 2) // tile_size_bytes_minus_1
	}
}

// tileSizeBytes is how many bytes there are before a tile that say how long it is.
const tileSizeBytes = 4

// increments writes by how much a number is larger than the least that it may be.
func increments(w *bitWriter, least, is, most int) {
	for range is - least {
		w.put(1, 1)
	}
	if is < most {
		w.put(0, 1)
	}
}
