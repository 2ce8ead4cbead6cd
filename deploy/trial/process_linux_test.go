package trial

import (
	"os"
	"syscall"
	"testing"
)

// TestResident: memory that a process has given back does not count, whether the system has
// taken it or not.
func TestResident(t *testing.T) {
	const size = 64 << 20
	resident := func() int64 {
		n, err := Resident(os.Getpid())
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	before := resident()
	taken, err := syscall.Mmap(-1, 0, size, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < size; i += 4096 {
		taken[i] = 1
	}
	if got := resident() - before; got < size*3/4 {
		t.Errorf("%d bytes more once %d are taken", got, size)
	}
	const free = 8 // MADV_FREE
	if err := syscall.Madvise(taken, free); err != nil {
		t.Fatal(err)
	}
	if got := resident() - before; got > size/4 {
		t.Errorf("%d bytes more once they are given back", got)
	}
	if err := syscall.Munmap(taken); err != nil {
		t.Fatal(err)
	}
	if peak, err := Peak(os.Getpid()); err != nil || peak < before+size*3/4 {
		t.Errorf("got a peak of %d, %v", peak, err)
	}
}
