// Package progress reports to the user of a long command what it is doing, how far it
// is, and how long the rest will take.
package progress

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"
)

// Line reports progress: on a terminal in one line that is rewritten, else in a line
// for each report. It is safe for concurrent use.
type Line struct {
	w        io.Writer
	terminal bool
	total    int

	mu    sync.Mutex
	start time.Time
	next  time.Time // when to report again
}

// Start begins to report to w, such as standard error, the progress of total steps.
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

// Report writes that done steps are done, and what the next one is. It omits reports that
// come too soon to be read.
func (l *Line) Report(done int, format string, args ...any) {
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

// End clears a terminal's line for the command's final output.
func (l *Line) End() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.terminal {
		fmt.Fprint(l.w, "\r\x1b[K")
	}
}
