package plane

import "math"

// reference computes what Resample is compared with: every output sample as a sum over
// all source samples, in float64, rounded at the end.
func reference(dst, src Plane, channels int, w Window) []float64 {
	across := referenceWeights(w.X0, w.X1, src.Width, dst.Width)
	down := referenceWeights(w.Y0, w.Y1, src.Height, dst.Height)
	return mix(src, channels, across, down)
}

// mix resamples pixels with the weights given, and rounds the result.
func mix(src Plane, channels int, across, down [][]float64) []float64 {
	var out []float64
	line := make([]float64, src.Width*channels)
	for y := range down {
		clear(line)
		for sy, weight := range down[y] {
			if weight == 0 {
				continue
			}
			for i := range line {
				line[i] += weight * float64(src.Pix[sy*src.Stride+i])
			}
		}
		for x := range across {
			pixel := make([]float64, channels)
			for sx, weight := range across[x] {
				if weight == 0 {
					continue
				}
				for c := range pixel {
					pixel[c] += weight * line[sx*channels+c]
				}
			}
			out = append(out, straight(pixel)...)
		}
	}
	return out
}

// straight rounds a pixel and divides its colours by their alpha.
func straight(pixel []float64) []float64 {
	alpha := 255.0
	colours := pixel
	if n := len(pixel); n == 2 || n == 4 {
		alpha = pixel[n-1]
		pixel[n-1] = toByte(alpha)
		colours = pixel[:n-1]
		if pixel[n-1] == 0 {
			clear(colours)
			return pixel
		}
	}
	for i := range colours {
		colours[i] = toByte(255 * colours[i] / alpha)
	}
	return pixel
}

func toByte(v float64) float64 { return math.Round(min(255, max(0, v))) }

// referenceWeights returns for each of n samples the weights of all of a line's
// samples.
func referenceWeights(x0, x1 float64, line, n int) [][]float64 {
	scale := (x1 - x0) / float64(n)
	stretch := max(1, math.Abs(scale))
	out := make([][]float64, n)
	for i := range out {
		centre := min(float64(line), max(0, x0+(float64(i)+0.5)*scale))
		out[i] = make([]float64, line)
		var sum float64
		for j := range line {
			out[i][j] = lanczos((float64(j) + 0.5 - centre) / stretch)
			sum += out[i][j]
		}
		for j := range line {
			out[i][j] /= sum
		}
	}
	return out
}

// lanczos returns the value at x of the Lanczos kernel of three lobes.
func lanczos(x float64) float64 {
	switch x = math.Abs(x); {
	case x == 0:
		return 1
	case x >= 3:
		return 0
	}
	px := math.Pi * x
	return 3 * math.Sin(px) * math.Sin(px/3) / (px * px)
}
