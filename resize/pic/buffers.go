package pic

import (
	"cmp"
	"reflect"
	"slices"
)

// Buffers keeps memory from one picture to the next: one value of each type. What an
// earlier picture left in a value must be overwritten before it is read. The zero value
// is ready. A Buffers is not safe for concurrent use.
type Buffers struct {
	kept map[reflect.Type]any
	// slices says for each type examined so far whether its values contain slices.
	slices map[reflect.Type]bool
}

// Reuse returns the T that b keeps; a zero T if it keeps none yet.
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

// Size returns how many bytes are kept, mainly in slices. Memory shared by several
// slices counts once.
func (b *Buffers) Size() int64 {
	var n int64
	var arrays []extent
	for _, kept := range b.kept {
		v := reflect.ValueOf(kept).Elem()
		n += int64(v.Type().Size())
		arrays = b.appendArrays(arrays, v)
	}
	slices.SortFunc(arrays, func(a, b extent) int { return cmp.Compare(a.start, b.start) })
	counted := uintptr(0) // up to this address
	for _, a := range arrays {
		n += int64(max(a.end, counted) - max(a.start, counted))
		counted = max(a.end, counted)
	}
	return n
}

// extent is a range of memory addresses.
type extent struct{ start, end uintptr }

// appendArrays appends the arrays behind the slices in v, up to their capacity. It does
// not follow pointers and interfaces.
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

// holdsSlices reports whether values of type t contain slices.
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
