package pic

import "testing"

func TestReuse(t *testing.T) {
	type decoder struct{ rows []int }
	type encoder struct{ rows []int }
	var b Buffers
	if b.Size() != 0 {
		t.Error("something is kept from the beginning")
	}
	d := Reuse[decoder](&b)
	d.rows = make([]int, 7)
	if len(Reuse[encoder](&b).rows) != 0 {
		t.Error("an encoder that is not new")
	}
	if Reuse[decoder](&b) != d || b.Size() == 0 {
		t.Error("the decoder is not kept")
	}
	b = Buffers{}
	if again := Reuse[decoder](&b); again == d || again.rows != nil {
		t.Error("the decoder is kept")
	}
}

// TestSize checks that the capacity of slices counts, wherever they are.
func TestSize(t *testing.T) {
	type coder struct {
		table  [100]uint16
		blocks []int32
		planes [3][]uint8
		parts  []struct{ rows []uint64 }
	}
	var b Buffers
	c := Reuse[coder](&b)
	empty := b.Size()
	if empty < 200 || empty > 400 {
		t.Errorf("%d bytes of an empty one", empty)
	}
	c.table[0] = 1 // part of the empty one's size
	c.blocks = make([]int32, 10, 1000)
	c.planes[1] = make([]uint8, 5000)
	c.planes[0], c.planes[2] = c.planes[1][100:200], c.planes[1][4000:] // the same bytes
	c.parts = []struct{ rows []uint64 }{{make([]uint64, 70)}, {nil}}
	if got, want := b.Size()-empty, int64(4*1000+5000+2*24+70*8); got != want {
		t.Errorf("%d bytes more, want %d", got, want)
	}
}
