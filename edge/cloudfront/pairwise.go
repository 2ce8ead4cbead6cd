package cloudfront

// knob sets one field of Readings.
type knob struct {
	values int
	set    func(r *Readings, value int)
}

var knobs = []knob{
	{2, func(r *Readings, v int) { r.Errors = ErrorReading(v) }},
	{3, func(r *Readings, v int) { r.Conditionals = ConditionalReading(v) }},
	{4, func(r *Readings, v int) { r.Ranges = RangeReading(v) }},
	{2, func(r *Readings, v int) { r.Expired = ExpiredRangeReading(v) }},
	{2, func(r *Readings, v int) { r.Whole = WholeReading(v) }},
	{3, func(r *Readings, v int) { r.Validators = ValidatorReading(v) }},
	{2, func(r *Readings, v int) { r.Heads = HeadReading(v) }},
	{2, func(r *Readings, v int) { r.NotModified = NotModifiedReading(v) }},
	{2, func(r *Readings, v int) { r.Tags = TagReading(v) }},
	{2, func(r *Readings, v int) { r.Stale = StaleReading(v) }},
	{2, func(r *Readings, v int) { r.NoStore = NoStoreReading(v) }},
	{2, func(r *Readings, v int) { r.Qualified = QualifiedReading(v) }},
	{2, func(r *Readings, v int) { r.Request = RequestReading(v) }},
	{2, func(r *Readings, v int) { r.Quota = QuotaReading(v) }},
	{2, func(r *Readings, v int) { r.Query = QueryReading(v) }},
}

// choice is the number of a knob and one of its values.
type choice struct{ knob, value int }

// PairwiseReadings returns readings in which any two values of any two fields
// occur together at least once, the default first. All combinations would be
// several hundred thousand.
func PairwiseReadings() []Readings {
	uncovered := map[[2]choice]bool{}
	for a := range knobs {
		for b := a + 1; b < len(knobs); b++ {
			for v := range knobs[a].values {
				for w := range knobs[b].values {
					uncovered[[2]choice{{a, v}, {b, w}}] = true
				}
			}
		}
	}
	row := make([]int, len(knobs))
	var all []Readings
	for {
		all = append(all, readingsOf(row))
		cover(uncovered, row)
		if len(uncovered) == 0 {
			return all
		}
		row = nextRow(uncovered)
	}
}

func readingsOf(row []int) Readings {
	var r Readings
	for i, k := range knobs {
		k.set(&r, row[i])
	}
	return r
}

func cover(uncovered map[[2]choice]bool, row []int) {
	for a := range row {
		for b := a + 1; b < len(row); b++ {
			delete(uncovered, [2]choice{{a, row[a]}, {b, row[b]}})
		}
	}
}

// nextRow starts with the first uncovered pair, and gives every other knob the
// value that covers most of the rest.
func nextRow(uncovered map[[2]choice]bool) []int {
	row := make([]int, len(knobs))
	for i := range row {
		row[i] = -1
	}
	start := firstPair(uncovered)
	for _, c := range start {
		row[c.knob] = c.value
	}
	for i := range row {
		if row[i] >= 0 {
			continue
		}
		best := -1
		for v := range knobs[i].values {
			if n := gain(uncovered, row, choice{i, v}); n > best {
				best, row[i] = n, v
			}
		}
	}
	return row
}

// firstPair returns the least uncovered pair, so that the order of the map does
// not matter.
func firstPair(uncovered map[[2]choice]bool) [2]choice {
	for a := range knobs {
		for b := a + 1; b < len(knobs); b++ {
			for v := range knobs[a].values {
				for w := range knobs[b].values {
					if pair := [2]choice{{a, v}, {b, w}}; uncovered[pair] {
						return pair
					}
				}
			}
		}
	}
	return [2]choice{}
}

// gain returns how many uncovered pairs c makes with the values in row.
func gain(uncovered map[[2]choice]bool, row []int, c choice) int {
	n := 0
	for i, v := range row {
		if v < 0 || i == c.knob {
			continue
		}
		pair := [2]choice{{i, v}, c}
		if i > c.knob {
			pair = [2]choice{c, {i, v}}
		}
		if uncovered[pair] {
			n++
		}
	}
	return n
}
