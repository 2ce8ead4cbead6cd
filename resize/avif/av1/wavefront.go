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

	mutex    sync.Mutex
	moved    sync.Cond // what is below has changed
	taken    int       // rows that are searched, or begun
	searched []int     // superblocks, by row
	written  int       // superblocks
	writing  bool      // the next one
	ended    bool      // before all is done, because of err or a panic
	err      error

	done, all int // superblocks of the picture that are searched, and that it has
	ctx       context.Context
	pace      func(done, all int) (Effort, error)
}

// mostSearchers is how many rows are searched at a time at most: a row begins where all
// of the second one above is written.
const mostSearchers = 2

// newWavefront returns that of a picture of so many superblocks.
func newWavefront(ctx context.Context, all int, pace func(done, all int) (Effort, error)) *wavefront {
	f := &wavefront{all: all, ctx: ctx, pace: pace}
	f.moved.L = &f.mutex
	return f
}

// begin makes f that of a tile.
func (f *wavefront) begin(t *tile) {
	f.cols, f.rows = t.superblocks()
	f.lag = f.cols/4 + 1
	f.taken, f.written, f.ended = 0, 0, false
	f.searched = make([]int, f.rows)
}

// searchers returns how many searchers there is work for.
func (f *wavefront) searchers() int {
	if f.rows < 2 || f.cols < 3 {
		return 1
	}
	return min(mostSearchers, runtime.GOMAXPROCS(0))
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
	f.searched[row]++
	f.done++
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
