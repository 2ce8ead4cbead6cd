// Package progress tells who runs a long command what it is doing, how far it
// is and how long it will take yet.
package progress

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"
)

// Line is what is told: on a terminal one line that is written anew, else a
// line each. It is safe for concurrent use.
type Line struct {
	w        io.Writer
	terminal bool
	total    int

	mu    sync.Mutex
	start time.Time
	next  time.Time // when to tell again
}

// Start tells w, such as standard error, of a number of steps that begin now.
func Start(w io.Writer, total int) *Line {
	return &Line{w: w, terminal: isTerminal(w), total: total, start: time.Now()}
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// Tell says that so many steps are done, and what the next one is. What follows
// too soon to be read is left out.
func (l *Line) Tell(done int, format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	if now.Before(l.next) {
		return
	}
	text := fmt.Sprintf("%d of %d", min(done+1, l.total), l.total)
	if done > 0 {
		left := now.Sub(l.start) / time.Duration(done) * time.Duration(l.total-done)
		text += fmt.Sprintf(", about %v to go", left.Round(time.Second))
	}
	text += ": " + fmt.Sprintf(format, args...)
	if l.terminal {
		l.next = now.Add(100 * time.Millisecond)
		fmt.Fprintf(l.w, "\r\x1b[K%s", text)
		return
	}
	l.next = now.Add(2 * time.Second)
	fmt.Fprintln(l.w, text)
}

// End makes room for what the command says at last.
func (l *Line) End() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.terminal {
		fmt.Fprint(l.w, "\r\x1b[K")
	}
}
