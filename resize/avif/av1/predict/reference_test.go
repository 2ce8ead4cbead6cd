package predict

// reference does intra prediction of section 7.11.2 step by step, from CurrFrame.
type reference struct {
	CurrFrame           [][]int // one plane
	maxX, maxY          int
	x, y, w, h          int
	log2W, log2H        int
	haveLeft, haveAbove bool
	aboveRow, leftCol   [65]int // from -1 on
}

func (r *reference) AboveRow(i int) int { return r.aboveRow[i+1] }
func (r *reference) LeftCol(i int) int  { return r.leftCol[i+1] }

const bitDepth = 8

func (r *reference) predict(haveAboveRight, haveBelowLeft bool, mode Mode, angleDelta int) (pred [32][32]int) {
	x, y, w, h := r.x, r.y, r.w, r.h
	for i := 0; i <= w+h-1; i++ {
		switch {
		case !r.haveAbove && r.haveLeft:
			r.aboveRow[i+1] = r.CurrFrame[y][x-1]
		case !r.haveAbove && !r.haveLeft:
			r.aboveRow[i+1] = 1<<(bitDepth-1) - 1
		default:
			n := w
			if haveAboveRight {
				n = 2 * w
			}
			aboveLimit := min(r.maxX, x+n-1)
			r.aboveRow[i+1] = r.CurrFrame[y-1][min(aboveLimit, x+i)]
		}
		switch {
		case !r.haveLeft && r.haveAbove:
			r.leftCol[i+1] = r.CurrFrame[y-1][x]
		case !r.haveLeft && !r.haveAbove:
			r.leftCol[i+1] = 1<<(bitDepth-1) + 1
		default:
			n := h
			if haveBelowLeft {
				n = 2 * h
			}
			leftLimit := min(r.maxY, y+n-1)
			r.leftCol[i+1] = r.CurrFrame[min(leftLimit, y+i)][x-1]
		}
	}
	switch {
	case r.haveAbove && r.haveLeft:
		r.aboveRow[0] = r.CurrFrame[y-1][x-1]
	case r.haveAbove:
		r.aboveRow[0] = r.CurrFrame[y-1][x]
	case r.haveLeft:
		r.aboveRow[0] = r.CurrFrame[y][x-1]
	default:
		r.aboveRow[0] = 1 << (bitDepth - 1)
	}
	r.leftCol[0] = r.aboveRow[0]
	switch {
	case mode >= V && mode <= D67:
		return r.directional(mode, angleDelta)
	case mode == Smooth || mode == SmoothV || mode == SmoothH:
		return r.smooth(mode)
	case mode == DC:
		return r.dc()
	}
	return r.basic()
}

func abs(x int) int { return max(x, -x) }

func round2(x int, n uint) int { return (x + 1<<(n-1)) >> n }

func (r *reference) basic() (pred [32][32]int) {
	for i := range r.h {
		for j := range r.w {
			base := r.AboveRow(j) + r.LeftCol(i) - r.AboveRow(-1)
			pLeft := abs(base - r.LeftCol(i))
			pTop := abs(base - r.AboveRow(j))
			pTopLeft := abs(base - r.AboveRow(-1))
			if pLeft <= pTop && pLeft <= pTopLeft {
				pred[i][j] = r.LeftCol(i)
			} else if pTop <= pTopLeft {
				pred[i][j] = r.AboveRow(j)
			} else {
				pred[i][j] = r.AboveRow(-1)
			}
		}
	}
	return pred
}

func (r *reference) directional(mode Mode, angleDelta int) (pred [32][32]int) {
	modeToAngle := []int{0, 90, 180, 45, 135, 113, 157, 203, 67}
	pAngle := modeToAngle[mode] + angleDelta*3
	var dx, dy int
	if pAngle < 90 {
		dx = int(derivatives[pAngle])
	} else if pAngle > 90 && pAngle < 180 {
		dx = int(derivatives[180-pAngle])
	}
	if pAngle > 90 && pAngle < 180 {
		dy = int(derivatives[pAngle-90])
	} else if pAngle > 180 {
		dy = int(derivatives[270-pAngle])
	}
	for i := range r.h {
		for j := range r.w {
			switch {
			case pAngle < 90:
				idx := (i + 1) * dx
				base := idx>>6 + j
				shift := (idx >> 1) & 0x1f
				maxBaseX := r.w + r.h - 1
				if base < maxBaseX {
					pred[i][j] = round2(r.AboveRow(base)*(32-shift)+r.AboveRow(base+1)*shift, 5)
				} else {
					pred[i][j] = r.AboveRow(maxBaseX)
				}
			case pAngle > 90 && pAngle < 180:
				idx := (j << 6) - (i+1)*dx
				base := idx >> 6
				if base >= -1 {
					shift := (idx >> 1) & 0x1f
					pred[i][j] = round2(r.AboveRow(base)*(32-shift)+r.AboveRow(base+1)*shift, 5)
				} else {
					idx = (i << 6) - (j+1)*dy
					base = idx >> 6
					shift := (idx >> 1) & 0x1f
					pred[i][j] = round2(r.LeftCol(base)*(32-shift)+r.LeftCol(base+1)*shift, 5)
				}
			case pAngle > 180:
				idx := (j + 1) * dy
				base := idx>>6 + i
				shift := (idx >> 1) & 0x1f
				pred[i][j] = round2(r.LeftCol(base)*(32-shift)+r.LeftCol(base+1)*shift, 5)
			case pAngle == 90:
				pred[i][j] = r.AboveRow(j)
			default:
				pred[i][j] = r.LeftCol(i)
			}
		}
	}
	return pred
}

func (r *reference) dc() (pred [32][32]int) {
	sum, dc := 0, 0
	switch {
	case r.haveLeft && r.haveAbove:
		for k := range r.h {
			sum += r.LeftCol(k)
		}
		for k := range r.w {
			sum += r.AboveRow(k)
		}
		sum += (r.w + r.h) >> 1
		dc = sum / (r.w + r.h)
	case r.haveLeft:
		for k := range r.h {
			sum += r.LeftCol(k)
		}
		dc = (sum + (r.h >> 1)) >> r.log2H
	case r.haveAbove:
		for k := range r.w {
			sum += r.AboveRow(k)
		}
		dc = (sum + (r.w >> 1)) >> r.log2W
	default:
		dc = 1 << (bitDepth - 1)
	}
	for i := range r.h {
		for j := range r.w {
			pred[i][j] = dc
		}
	}
	return pred
}

func (r *reference) smooth(mode Mode) (pred [32][32]int) {
	wx, wy := smoothWeights[r.log2W-2], smoothWeights[r.log2H-2]
	for i := range r.h {
		for j := range r.w {
			x, y := int(wx[j]), int(wy[i])
			switch mode {
			case Smooth:
				smoothPred := y*r.AboveRow(j) + (256-y)*r.LeftCol(r.h-1) + x*r.LeftCol(i) + (256-x)*r.AboveRow(r.w-1)
				pred[i][j] = round2(smoothPred, 9)
			case SmoothV:
				pred[i][j] = round2(y*r.AboveRow(j)+(256-y)*r.LeftCol(r.h-1), 8)
			case SmoothH:
				pred[i][j] = round2(x*r.LeftCol(i)+(256-x)*r.AboveRow(r.w-1), 8)
			}
		}
	}
	return pred
}

// referenceChroma does section 7.11.5 for a block that lies wholly inside.
func referenceChroma(luma [][]int, startX, startY, log2W, log2H, subX, subY, dc, alpha int) (pred [32][32]int) {
	var L [32][32]int
	lumaAvg, w, h := 0, 1<<log2W, 1<<log2H
	for i := range h {
		lumaY := (startY + i) << subY
		for j := range w {
			lumaX := (startX + j) << subX
			t := 0
			for dy := 0; dy <= subY; dy++ {
				for dx := 0; dx <= subX; dx++ {
					t += luma[lumaY+dy][lumaX+dx]
				}
			}
			v := t << (3 - subX - subY)
			L[i][j] = v
			lumaAvg += v
		}
	}
	lumaAvg = round2(lumaAvg, uint(log2W+log2H))
	for i := range h {
		for j := range w {
			scaled := alpha * (L[i][j] - lumaAvg)
			if scaled < 0 {
				scaled = -round2(-scaled, 6)
			} else {
				scaled = round2(scaled, 6)
			}
			pred[i][j] = min(max(dc+scaled, 0), 255)
		}
	}
	return pred
}
