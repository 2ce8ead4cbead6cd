package pic

// Alike maps qualities to quantisers. Qualities rise from 0 to 100 and quantisers fall;
// at each quantiser an encoder's pictures look, on average, like this project's JPEGs
// of that quality.
type Alike []struct{ Quality, Quantiser int }

// Quantiser returns the quantiser for a quality from 1 to 100, interpolated linearly
// between the listed ones.
func (a Alike) Quantiser(quality int) int {
	i := 1
	for quality > a[i].Quality {
		i++
	}
	low, high := a[i-1], a[i]
	span := high.Quality - low.Quality
	return low.Quantiser - ((low.Quantiser-high.Quantiser)*(quality-low.Quality)+span/2)/span
}
