package av1

// Limits of tiles ("Symbols and abbreviated terms"), in superblocks and tiles.
const (
	maxTileWidth = 4096 / 64         // MAX_TILE_WIDTH
	maxTileArea  = 4096 * 2304 >> 12 // MAX_TILE_AREA
	maxTileCols  = 64                // MAX_TILE_COLS
	maxTileRows  = 64                // MAX_TILE_ROWS
)

// tiling divides a picture into tiles of equal sizes, except for the last of each row and
// column ("Tile info syntax"). It follows from the picture's size alone.
type tiling struct {
	colsLog2, rowsLog2           int // TileColsLog2, TileRowsLog2
	leastColsLog2, leastRowsLog2 int // minLog2TileCols, minLog2TileRows
	width, height                int // of a tile, in superblocks
	cols, rows                   int // in tiles
}

// tilingOf returns the tiling with the fewest tiles for a picture of cols x rows
// superblocks: one tile for most. more is added to both logarithms as far as possible.
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

// log2For returns the least k with size<<k >= target ("Tile size calculation function").
func log2For(size, target int) (k int) {
	for size<<k < target {
		k++
	}
	return k
}

// tile is a part of a picture that is coded on its own: the cells from col, row to before
// endCol, endRow.
type tile struct{ col, row, endCol, endRow int }

// tileAt returns tile i, counted row by row.
func (e *frame) tileAt(i int) tile {
	t := &e.tiling
	col, row := i%t.cols, i/t.cols
	return tile{
		col: col * t.width * 8, endCol: min((col+1)*t.width*8, e.cols),
		row: row * t.height * 8, endRow: min((row+1)*t.height*8, e.rows),
	}
}

// superblocks returns the tile's size in superblocks.
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

// tileSizeBytes is the length of a tile's size, which precedes the tile.
const tileSizeBytes = 4

// increments writes how much value exceeds least. value must not exceed most.
func increments(w *bitWriter, least, value, most int) {
	for range value - least {
		w.put(1, 1)
	}
	if value < most {
		w.put(0, 1)
	}
}
