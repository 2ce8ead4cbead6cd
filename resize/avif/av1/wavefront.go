package av1

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"
)

// wavefront is how far the encoding of a tile is. Up to two searchers take a row of
// superblocks each, of which the lower one stays behind: it looks at what is
// reconstructed above and to the right, and takes for costs what symbols cost where the
// row above is written up to lag superblocks further to the right. That is so whether one
// searches or two do, so that it makes no difference to what is chosen. Superblocks are
// written in their order by whoever waits for that.
type wavefront struct {
	cols, rows, lag int // superblocks
	searchers       int

	mutex    sync.Mutex
	moved    sync.Cond // what is below has changed
	taken    int       // rows that are searched, or begun
	searched []int     // superblocks, by row
	written  int       // superblocks
	writing  bool      // the next one
	ended    bool      // before all is done, because of err or a panic
	err      error

	// How far the picture is, of how far it is to be, in what a superblock takes; and
	// how far it was before the tile.
	done, all, before int

	ctx  context.Context
	pace func(done, all int) (Effort, error)
}

// mostSearchers is how many rows are searched at a time at most: a row begins where all
// of the second one above is written.
const mostSearchers = 2

// newWavefront returns that of a picture.
func newWavefront(ctx context.Context, e *frame) *wavefront {
	f := &wavefront{ctx: ctx, pace: e.params.Pace}
	f.moved.L = &f.mutex
	for i := range e.tiling.cols * e.tiling.rows {
		f.begin(e.tileAt(i))
		f.all += f.behind(f.rows-1, f.cols-1)
	}
	return f
}

// begin makes f that of a tile.
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

// behind returns how far a tile is, in what a superblock takes, once one is searched:
// where two are at work, every second row is on the way while another one is.
func (f *wavefront) behind(row, col int) int {
	if f.searchers == 1 {
		return row*f.cols + col + 1
	}
	return row/2*f.cols + row%2*f.lag + col + 1
}

// take returns a row that nobody searches, f.rows if there is none.
func (f *wavefront) take() int {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	row := f.taken
	f.taken = min(f.taken+1, f.rows)
	return row
}

// goOn returns how hard to search the next superblock, which is effort where nobody is
// asked, and reports whether encoding goes on.
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

// askPace calls pace, of which one call at a time is made.
func (f *wavefront) askPace() (Effort, error) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	return f.pace(f.done, f.all)
}

// mark counts a superblock of a row that is searched.
func (f *wavefront) mark(row int) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.done = max(f.done, f.before+f.behind(row, f.searched[row]))
	f.searched[row]++
	f.moved.Broadcast()
}

// end tells all searchers to end.
func (f *wavefront) end(err error) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if !f.ended {
		f.ended, f.err = true, err
	}
	f.moved.Broadcast()
}

// search searches rows with a searcher until there are none, and then sees to it that all
// is written, or until encoding ends.
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

// writtenBefore returns how many superblocks have to be written for one to be searched.
func (e *Encoder) writtenBefore(row, col int) int {
	f := e.front
	if row == 0 || len(e.superblocks) == 1 {
		return row*f.cols + col
	}
	return (row-1)*f.cols + min(col+f.lag, f.cols-1) + 1
}

// await returns once n superblocks are written, which it does where nobody else does. It
// reports false where encoding ends before that.
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

// searchAll encodes a tile with the searchers that there are. A panic of any is the
// caller's, once all have ended.
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
