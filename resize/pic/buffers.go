package pic

import "reflect"

// Buffers keeps what is worth keeping from one picture to the next: one value of
// each type, of which nothing that a picture left may be read before it is written
// again. The zero value is ready. It is not for concurrent use.
type Buffers struct{ kept map[reflect.Type]any }

// Reuse returns the T that b keeps; the zero T where it kept none.
func Reuse[T any](b *Buffers) *T {
	key := reflect.TypeFor[T]()
	if v, ok := b.kept[key]; ok {
		return v.(*T)
	}
	v := new(T)
	if b.kept == nil {
		b.kept = map[reflect.Type]any{}
	}
	b.kept[key] = v
	return v
}

// Empty reports whether nothing is kept.
func (b *Buffers) Empty() bool { return len(b.kept) == 0 }
