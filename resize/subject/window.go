package subject

// best returns the place, 0 to Steps, of the window over profile that holds most. The
// window takes share of the profile's length.
func best(profile []int64, share float64) int {
	total := int64(len(profile)) * unit
	rounded := float64(share * float64(total)) // a processor may add without rounding
	step := (total - int64(rounded+0.5)) / Steps
	if step <= 0 {
		return Steps / 2
	}
	length := total - step*Steps
	most, at := int64(-1), Steps/2
	for i := range Steps + 1 {
		place := Steps/2 + (i+1)/2*(1-i%2*2) // the centre first, then away from it
		held := inWindow(profile, int64(place)*step, length) * (parts - loss(place))
		if held > most {
			most, at = held, place
		}
	}
	return at
}

// unit is the length of an element of a profile. Windows begin and end between elements.
const unit = 256

// parts is the denominator of fractions.
const parts = 1024

// loss returns which part of what a window holds is not counted because it is away from
// the centre. People put what they photograph near the centre.
func loss(place int) int64 {
	if place == Steps/2 {
		return 0
	}
	const least, most = 200, 550
	away := int64(place - Steps/2)
	return least + (most-least)*away*away/(Steps/2*Steps/2)
}

// inWindow returns what a window of the profile holds. Towards its ends that counts
// less, so that a subject comes to lie in the middle.
func inWindow(profile []int64, from, length int64) int64 {
	const lostAtEnds = 3 * parts / 4
	var sum int64
	middle, end := from+length/2, from+length
	for i := from / unit; i < int64(len(profile)) && i*unit < end; i++ {
		within := min(end, (i+1)*unit) - max(from, i*unit)
		off := i*unit + unit/2 - middle
		off = min(parts, max(off, -off)*2*parts/length)
		sum += profile[i] * within / unit * (parts - off*off/parts*lostAtEnds/parts) / parts
	}
	return sum
}
