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

// Size returns how many bytes are kept, in slices above all.
func (b *Buffers) Size() int64 {
	var n int64
	for _, kept := range b.kept {
		n += sizeOf(reflect.ValueOf(kept).Elem())
	}
	return n
}

// sizeOf returns the size of v with what its slices have room for. What is behind a
// pointer or an interface is not v's own.
func sizeOf(v reflect.Value) int64 {
	n := int64(v.Type().Size())
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			n += sizeOf(v.Field(i)) - int64(v.Field(i).Type().Size())
		}
	case reflect.Array:
		if holdsSlices(v.Type().Elem()) {
			for i := range v.Len() {
				n += sizeOf(v.Index(i)) - int64(v.Index(i).Type().Size())
			}
		}
	case reflect.Slice:
		if !holdsSlices(v.Type().Elem()) {
			return n + int64(v.Cap())*int64(v.Type().Elem().Size())
		}
		for i := range v.Len() {
			n += sizeOf(v.Index(i))
		}
	}
	return n
}

// holdsSlices reports whether values of a type have slices in them.
func holdsSlices(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Slice:
		return true
	case reflect.Array:
		return holdsSlices(t.Elem())
	case reflect.Struct:
		for i := range t.NumField() {
			if holdsSlices(t.Field(i).Type) {
				return true
			}
		}
	}
	return false
}
