package pic

import (
	"cmp"
	"reflect"
	"slices"
)

// Buffers keeps what is worth keeping from one picture to the next: one value of
// each type, of which nothing that a picture left may be read before it is written
// again. The zero value is ready. It is not for concurrent use.
type Buffers struct {
	kept map[reflect.Type]any
	// slices says of types whether values of them have slices in them, once it was
	// found out.
	slices map[reflect.Type]bool
}

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

// Size returns how many bytes are kept, in slices above all. What several slices
// share counts once.
func (b *Buffers) Size() int64 {
	var n int64
	var arrays []extent
	for _, kept := range b.kept {
		v := reflect.ValueOf(kept).Elem()
		n += int64(v.Type().Size())
		arrays = b.appendArrays(arrays, v)
	}
	slices.SortFunc(arrays, func(a, b extent) int { return cmp.Compare(a.start, b.start) })
	counted := uintptr(0) // up to here
	for _, a := range arrays {
		n += int64(max(a.end, counted) - max(a.start, counted))
		counted = max(a.end, counted)
	}
	return n
}

// extent is where memory lies.
type extent struct{ start, end uintptr }

// appendArrays appends what the slices in v have room for. What is behind a pointer
// or an interface is not v's own.
func (b *Buffers) appendArrays(arrays []extent, v reflect.Value) []extent {
	if !b.holdsSlices(v.Type()) {
		return arrays
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			arrays = b.appendArrays(arrays, v.Field(i))
		}
	case reflect.Slice:
		start := v.Pointer()
		arrays = append(arrays, extent{start, start + uintptr(v.Cap())*v.Type().Elem().Size()})
		fallthrough
	case reflect.Array:
		if b.holdsSlices(v.Type().Elem()) {
			for i := range v.Len() {
				arrays = b.appendArrays(arrays, v.Index(i))
			}
		}
	}
	return arrays
}

// holdsSlices reports whether values of a type have slices in them.
func (b *Buffers) holdsSlices(t reflect.Type) bool {
	holds, known := b.slices[t]
	if known {
		return holds
	}
	switch t.Kind() {
	case reflect.Slice:
		holds = true
	case reflect.Array:
		holds = b.holdsSlices(t.Elem())
	case reflect.Struct:
		for i := range t.NumField() {
			holds = holds || b.holdsSlices(t.Field(i).Type)
		}
	}
	if b.slices == nil {
		b.slices = map[reflect.Type]bool{}
	}
	b.slices[t] = holds
	return holds
}
