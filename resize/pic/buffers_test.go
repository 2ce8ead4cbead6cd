package pic

import "testing"

func TestReuse(t *testing.T) {
	type decoder struct{ rows []int }
	type encoder struct{ rows []int }
	var b Buffers
	if !b.Empty() {
		t.Error("something is kept from the beginning")
	}
	d := Reuse[decoder](&b)
	d.rows = make([]int, 7)
	if len(Reuse[encoder](&b).rows) != 0 {
		t.Error("an encoder that is not new")
	}
	if Reuse[decoder](&b) != d || b.Empty() {
		t.Error("the decoder is not kept")
	}
	b = Buffers{}
	if again := Reuse[decoder](&b); again == d || again.rows != nil {
		t.Error("the decoder is kept")
	}
}
