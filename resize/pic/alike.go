package pic

// Alike are qualities in rising order, from 0 to 100, and the quantisers, which fall, at
// which an encoder's pictures look, on average, as this project's JPEGs of those qualities
// do.
type Alike []struct{ Quality, Quantizer int }

// Quantizer returns the quantiser of a quality from 1 to 100: between two that are listed
// it falls evenly.
func (a Alike) Quantizer(quality int) int {
	i := 1
	for quality > a[i].Quality {
		i++
	}
	low, high := a[i-1], a[i]
	span := high.Quality - low.Quality
	return low.Quantizer - ((low.Quantizer-high.Quantizer)*(quality-low.Quality)+span/2)/span
}
