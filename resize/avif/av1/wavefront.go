package av1

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"
)

// wavefront is the progress of a tile's encoding. Up to two searchers take one row of
// superblocks each. The lower one stays behind, because it needs the samples above and to
// the right. Its costs come from the distributions after a written superblock: the one in
// the row above that lies lag columns to the right. One searcher uses the same
// distributions, so the number of searchers changes no decision. Superblocks are written
// in order, by whichever searcher waits for them.
type wavefront struct {
	cols, rows, lag int // superblocks
	searchers       int

	mutex    sync.Mutex
	moved    sync.Cond // a field below has changed
	taken    int       // rows begun
	searched []int     // superblocks searched, by row
	written  int       // superblocks written
	writing  bool      // whether the next superblock is being written
	ended    bool      // whether encoding ended early, by err or a panic
	err      error

	// The picture's progress is done of all, in the time of a superblock; before is done
	// when the tile began.
	done, all, before int

	ctx  context.Context
	pace func(done, all int) (Effort, error)
}

// mostSearchers is the most rows searched at a time: a row can begin only once the second
// row above it is written.
const mostSearchers = 2

// newWavefront returns a wavefront for the picture.
func newWavefront(ctx context.Context, e *frame) *wavefront {
	f := &wavefront{ctx: ctx, pace: e.params.Pace}
	f.moved.L = &f.mutex
	for i := range e.tiling.cols * e.tiling.rows {
		f.begin(e.tileAt(i))
		f.all += f.behind(f.rows-1, f.cols-1)
	}
	return f
}

// begin resets f for a tile.
func (f *wavefront) begin(t tile) {
	f.cols, f.rows = t.superblocks()
	f.lag = f.cols/4 + 1
	f.searchers = 1
	if f.rows > 1 && f.cols > 2 { // or the second one would only wait
		f.searchers = min(mostSearchers, runtime.GOMAXPROCS(0))
	}
	f.taken, f.written, f.ended = 0, 0, false
	f.searched = resized(f.searched, f.rows)
	clear(f.searched)
	f.before = f.done
}

// behind returns the tile's progress once the superblock at row, col is searched, in the
// time of a superblock. With two searchers, every second row is searched lag behind the
// row above it.
func (f *wavefront) behind(row, col int) int {
	if f.searchers == 1 {
		return row*f.cols + col + 1
	}
	return row/2*f.cols + row%2*f.lag + col + 1
}

// take returns the next row to search, or f.rows if there is none.
func (f *wavefront) take() int {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	row := f.taken
	f.taken = min(f.taken+1, f.rows)
	return row
}

// goOn reports whether encoding goes on, and returns how hard to search the next
// superblock: pace's effort, or effort if there is no pace.
func (f *wavefront) goOn(effort Effort) (Effort, bool) {
	err := f.ctx.Err()
	if err == nil && f.pace != nil {
		effort, err = f.askPace()
	}
	if err != nil {
		f.end(err)
	}
	return effort, err == nil
}

// askPace calls pace, one call at a time.
func (f *wavefront) askPace() (Effort, error) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	return f.pace(f.done, f.all)
}

// mark counts a superblock of a row as searched.
func (f *wavefront) mark(row int) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.done = max(f.done, f.before+f.behind(row, f.searched[row]))
	f.searched[row]++
	f.moved.Broadcast()
}

// end makes all searchers stop. The first call's err becomes f.err.
func (f *wavefront) end(err error) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if !f.ended {
		f.ended, f.err = true, err
	}
	f.moved.Broadcast()
}

// search searches rows with s until none is left, and returns once all superblocks are
// written or encoding has ended.
func (e *Encoder) search(s *searcher) {
	f := e.front
	for row := f.take(); row < f.rows; row = f.take() {
		s.near.beginRow()
		for col := range f.cols {
			if !e.await(e.writtenBefore(row, col)) {
				return
			}
			effort, ok := f.goOn(e.params.Effort)
			if !ok {
				return
			}
			s.effort = &efforts[effort]
			e.searchSuperblock(s, col, row)
			f.mark(row)
		}
	}
	e.await(f.rows * f.cols)
}

// writtenBefore returns how many superblocks must be written before the one at row, col
// is searched.
func (e *Encoder) writtenBefore(row, col int) int {
	f := e.front
	if row == 0 || len(e.superblocks) == 1 {
		return row*f.cols + col
	}
	return (row-1)*f.cols + min(col+f.lag, f.cols-1) + 1
}

// await waits until n superblocks are written, and writes them itself unless another
// searcher does. It returns false if encoding ends before that.
func (e *Encoder) await(n int) bool {
	f := e.front
	f.mutex.Lock()
	for !f.ended && f.written < n {
		i := f.written
		if f.writing || f.searched[i/f.cols] <= i%f.cols {
			f.moved.Wait()
			continue
		}
		f.writing = true
		f.mutex.Unlock()
		e.write(i)
		f.mutex.Lock()
		f.writing = false
		f.written++
		f.moved.Broadcast()
	}
	ok := !f.ended
	f.mutex.Unlock()
	return ok
}

// searchAll encodes a tile with all searchers, and returns once they have ended. It
// panics if one of them did.
func (e *Encoder) searchAll() error {
	f := e.front
	var group sync.WaitGroup
	var panicked error
	for i := range e.searchers[1:] {
		group.Go(func() {
			defer f.end(nil)
			defer func() {
				if p := recover(); p != nil {
					panicked = fmt.Errorf("%v\n%s", p, debug.Stack())
				}
			}()
			e.search(&e.searchers[i+1])
		})
	}
	func() {
		defer group.Wait()
		defer f.end(nil)
		e.search(&e.searchers[0])
	}()
	if panicked != nil {
		panic(panicked)
	}
	return f.err
}
