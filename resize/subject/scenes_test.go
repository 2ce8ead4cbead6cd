package subject

import "image"

// scene is a picture with its subjects.
type scene struct {
	name          string
	width, height int
	top, bottom   rgb // of the gradient on which draw draws
	draw          func(c *canvas)
	subjects      []image.Rectangle
}

// drawn returns scene i.
func drawn(i int) *image.NRGBA {
	s := scenes[i]
	c := newCanvas(s.width, s.height, uint64(i+1), s.top, s.bottom)
	s.draw(c)
	return c.image()
}

var (
	white, black     = rgb{250, 250, 250}, rgb{20, 20, 22}
	skyTop, skyBelow = rgb{70, 130, 200}, rgb{180, 210, 235}
	darkLeaf, leaf   = rgb{20, 50, 15}, rgb{110, 150, 60}
	pale, tan, brown = rgb{232, 190, 165}, rgb{198, 145, 110}, rgb{115, 75, 55}
	all              = image.Rect(0, 0, 1<<12, 1<<12)
	anyTint          = rgb{1, 1, 1}
)

// scenes lists the drawn pictures. Every other one, from the second on, was held out while
// the weights were chosen.
var scenes = []scene{
	{"figure-foliage", 480, 320, darkLeaf, darkLeaf, func(c *canvas) {
		c.foliage(image.Rect(0, 0, 480, 320), 9, darkLeaf, leaf)
		c.person(380, 110, 70, pale, rgb{60, 40, 25}, rgb{40, 60, 120})
	}, []image.Rectangle{image.Rect(340, 65, 420, 270)}},
	{"figure-park-left", 480, 320, skyTop, skyBelow, func(c *canvas) {
		c.gradient(150, 320, rgb{90, 140, 60}, rgb{60, 100, 40})
		c.foliage(image.Rect(0, 60, 480, 160), 14, rgb{30, 70, 25}, rgb{90, 130, 60})
		c.texture(image.Rect(0, 160, 480, 320), 3, 14, anyTint)
		c.person(100, 150, 48, brown, black, rgb{200, 190, 60})
	}, []image.Rectangle{image.Rect(70, 120, 130, 290)}},
	{"ball-gradient", 480, 320, rgb{60, 65, 75}, rgb{150, 155, 165}, func(c *canvas) {
		c.ellipse(370, 200, 45, 45, 2, rgb{235, 120, 30})
		c.ellipse(355, 185, 12, 10, 8, rgb{255, 200, 150})
	}, []image.Rectangle{image.Rect(325, 155, 415, 245)}},
	{"cup-plain-top", 320, 480, rgb{205, 200, 190}, rgb{190, 182, 170}, func(c *canvas) {
		c.ellipse(150, 150, 60, 14, 3, rgb{170, 160, 150})
		c.box(110, 70, 190, 150, rgb{30, 90, 140})
		c.ellipse(150, 72, 40, 9, 1.5, rgb{60, 30, 15})
	}, []image.Rectangle{image.Rect(90, 60, 212, 165)}},
	{"building-sky", 480, 320, skyTop, skyBelow, func(c *canvas) {
		c.texture(image.Rect(0, 0, 480, 240), 60, 18, anyTint)
		c.gradient(280, 320, rgb{110, 110, 105}, rgb{80, 80, 78})
		c.box(40, 60, 170, 290, rgb{165, 120, 90})
		for y := 75; y < 260; y += 30 {
			for x := 52; x < 160; x += 28 {
				c.box(float64(x), float64(y), float64(x+14), float64(y+18), rgb{50, 60, 75})
			}
		}
	}, []image.Rectangle{image.Rect(40, 60, 170, 290)}},
	{"tower-dusk", 480, 360, rgb{40, 40, 90}, rgb{230, 140, 90}, func(c *canvas) {
		c.gradient(310, 360, rgb{30, 28, 35}, rgb{20, 18, 24})
		c.box(385, 110, 415, 320, rgb{235, 230, 225})
		c.box(385, 160, 415, 200, rgb{180, 40, 40})
		c.box(385, 245, 415, 280, rgb{180, 40, 40})
		c.triangle(400, 80, 20, 20, 112, rgb{60, 30, 30})
	}, []image.Rectangle{image.Rect(380, 80, 420, 320)}},
	{"boat-water", 480, 320, rgb{170, 200, 225}, rgb{215, 225, 230}, func(c *canvas) {
		c.ground(120, 320, rgb{60, 110, 140}, rgb{30, 70, 105}, 5, 12)
		c.triangle(120, 90, 5, 60, 205, white)
		c.triangle(116, 110, 40, 0, 205, rgb{235, 235, 225})
		c.box(70, 208, 190, 225, rgb{190, 45, 35})
	}, []image.Rectangle{image.Rect(70, 90, 190, 227)}},
	{"kayak-lake", 320, 480, rgb{120, 150, 150}, rgb{150, 175, 170}, func(c *canvas) {
		c.foliage(image.Rect(0, 40, 320, 150), 12, rgb{25, 55, 40}, rgb{70, 100, 60})
		c.ground(150, 480, rgb{70, 105, 105}, rgb{40, 70, 80}, 7, 10)
		c.ellipse(190, 395, 75, 12, 1.5, rgb{240, 200, 40})
		c.person(185, 350, 26, tan, black, rgb{220, 60, 50})
	}, []image.Rectangle{image.Rect(115, 330, 265, 408)}},
	{"sign-wall", 480, 320, rgb{150, 140, 125}, rgb{130, 120, 108}, func(c *canvas) {
		c.texture(all, 2.5, 12, anyTint)
		c.box(280, 60, 450, 130, rgb{25, 80, 50})
		c.text(292, 75, 40, "OPEN 24h", white)
	}, []image.Rectangle{image.Rect(280, 60, 450, 130)}},
	{"poster-bricks", 480, 320, rgb{140, 75, 60}, rgb{130, 70, 55}, func(c *canvas) {
		for y := 0; y < 320; y += 16 {
			c.box(0, float64(y), 480, float64(y+2), rgb{180, 170, 160})
			for x := (y / 16 % 2) * 18; x < 480; x += 36 {
				c.box(float64(x), float64(y), float64(x+2), float64(y+16), rgb{180, 170, 160})
			}
		}
		c.box(50, 90, 170, 250, white)
		c.text(62, 110, 36, "SALE", rgb{200, 30, 40})
		c.text(66, 160, 22, "today", black)
		c.text(66, 190, 22, "only 9", black)
	}, []image.Rectangle{image.Rect(50, 90, 170, 250)}},
	{"flower-blurred", 480, 320, rgb{60, 90, 40}, rgb{40, 70, 35}, func(c *canvas) {
		c.foliage(image.Rect(0, 0, 480, 320), 24, rgb{30, 60, 25}, rgb{130, 160, 80})
		c.blur(9)
		for i := range 8 {
			dx := []float64{1, .7, 0, -.7, -1, -.7, 0, .7}[i]
			dy := []float64{0, .7, 1, .7, 0, -.7, -1, -.7}[i]
			c.ellipse(130+34*dx, 140+34*dy, 24, 24, 1.5, rgb{215, 90, 160})
			c.ellipse(130+26*dx, 140+26*dy, 8, 8, 6, rgb{160, 40, 110})
		}
		c.ellipse(130, 140, 16, 16, 1.5, rgb{240, 200, 60})
	}, []image.Rectangle{image.Rect(72, 82, 188, 198)}},
	{"white-flower-low", 320, 480, rgb{40, 60, 30}, rgb{70, 95, 50}, func(c *canvas) {
		c.foliage(image.Rect(0, 0, 320, 480), 30, rgb{25, 50, 20}, rgb{90, 120, 70})
		c.blur(8)
		for i := range 6 {
			dx := []float64{1, .5, -.5, -1, -.5, .5}[i]
			dy := []float64{0, .87, .87, 0, -.87, -.87}[i]
			c.ellipse(170+28*dx, 380+28*dy, 22, 22, 1.5, rgb{245, 243, 238})
		}
		c.ellipse(170, 380, 12, 12, 1.5, rgb{225, 190, 60})
	}, []image.Rectangle{image.Rect(120, 330, 220, 430)}},
	{"product-white", 480, 480, white, rgb{240, 240, 240}, func(c *canvas) {
		c.ellipse(340, 330, 90, 14, 10, rgb{205, 205, 205})
		c.box(280, 150, 400, 325, rgb{50, 60, 70})
		c.box(295, 170, 385, 235, rgb{130, 190, 210})
		for i := range 3 {
			c.ellipse(310+float64(i)*30, 275, 10, 10, 1.5, rgb{230, 80, 50})
		}
	}, []image.Rectangle{image.Rect(280, 150, 400, 325)}},
	{"shoe-white-left", 480, 300, rgb{252, 252, 252}, rgb{246, 246, 246}, func(c *canvas) {
		c.ellipse(120, 200, 85, 26, 2, rgb{205, 205, 210})
		c.ellipse(85, 170, 45, 40, 2, rgb{150, 165, 175})
		c.box(38, 208, 205, 222, rgb{90, 95, 100})
	}, []image.Rectangle{image.Rect(36, 130, 206, 224)}},
	{"night-lights", 480, 320, rgb{8, 10, 24}, rgb{16, 16, 30}, func(c *canvas) {
		c.texture(all, 40, 4, anyTint)
		for range 60 {
			x, y := 290+c.random.Float64()*150, 150+c.random.Float64()*110
			c.ellipse(x, y, 2+3*c.random.Float64(), 2+3*c.random.Float64(), 2, rgb{255, 190 + 50*c.random.Float64(), 90 + 90*c.random.Float64()})
		}
	}, []image.Rectangle{image.Rect(285, 145, 445, 265)}},
	{"moon-night", 480, 320, rgb{6, 8, 20}, rgb{20, 24, 45}, func(c *canvas) {
		c.foliage(image.Rect(0, 270, 480, 330), 14, rgb{2, 4, 6}, rgb{10, 14, 12})
		c.ellipse(110, 90, 34, 34, 2, rgb{235, 232, 215})
		c.ellipse(100, 85, 8, 7, 6, rgb{205, 200, 185})
	}, []image.Rectangle{image.Rect(76, 56, 144, 124)}},
	{"corner-bird", 480, 320, rgb{160, 195, 225}, rgb{205, 222, 235}, func(c *canvas) {
		c.ellipse(425, 60, 34, 14, 1.5, rgb{50, 45, 50})
		c.triangle(425, 22, 10, 14, 62, rgb{70, 65, 70})
		c.ellipse(460, 52, 11, 10, 1.5, rgb{60, 50, 50})
	}, []image.Rectangle{image.Rect(390, 22, 472, 76)}},
	{"corner-fruit", 480, 480, rgb{170, 130, 95}, rgb{150, 112, 80}, func(c *canvas) {
		for y := 0; y < 480; y += 22 {
			c.texture(image.Rect(0, y, 480, y+22), 40, 10, anyTint)
		}
		c.ellipse(80, 400, 48, 46, 2, rgb{170, 30, 30})
		c.ellipse(150, 420, 42, 40, 2, rgb{120, 160, 40})
		c.ellipse(66, 384, 10, 8, 8, rgb{240, 150, 140})
	}, []image.Rectangle{image.Rect(32, 354, 192, 460)}},
	{"two-people", 480, 270, rgb{190, 190, 185}, rgb{160, 158, 150}, func(c *canvas) {
		c.texture(all, 30, 10, anyTint)
		c.person(300, 100, 60, pale, rgb{120, 80, 40}, rgb{150, 40, 50})
		c.person(390, 115, 55, tan, black, rgb{40, 80, 70})
	}, []image.Rectangle{image.Rect(265, 65, 335, 240), image.Rect(355, 80, 425, 240)}},
	{"two-cows", 480, 300, rgb{150, 190, 225}, rgb{200, 220, 230}, func(c *canvas) {
		c.ground(130, 300, rgb{120, 160, 70}, rgb{80, 130, 45}, 2.5, 14)
		for _, at := range []float64{70, 170} {
			c.ellipse(at, 190, 38, 22, 1.5, rgb{235, 230, 225})
			c.ellipse(at-8, 186, 14, 11, 2, rgb{40, 35, 35})
			c.ellipse(at+40, 176, 13, 11, 1.5, rgb{60, 50, 45})
			c.box(at-28, 205, at-20, 236, rgb{215, 208, 200})
			c.box(at+20, 205, at+28, 236, rgb{215, 208, 200})
		}
	}, []image.Rectangle{image.Rect(32, 165, 123, 236), image.Rect(132, 165, 223, 236)}},
	{"none-sky", 480, 320, skyTop, skyBelow, func(c *canvas) {
		c.texture(all, 80, 6, anyTint)
	}, nil},
	{"none-grass", 480, 320, rgb{80, 120, 50}, rgb{85, 125, 52}, func(c *canvas) {
		c.texture(all, 3, 30, rgb{0.8, 1, 0.5})
		c.texture(all, 11, 12, anyTint)
	}, nil},
	{"sand-figure", 480, 320, rgb{140, 190, 225}, rgb{190, 215, 230}, func(c *canvas) {
		c.gradient(110, 150, rgb{60, 130, 160}, rgb{90, 160, 175})
		c.ground(150, 320, rgb{222, 190, 150}, rgb{205, 170, 128}, 4, 8)
		c.person(90, 160, 42, tan, black, rgb{30, 60, 140})
	}, []image.Rectangle{image.Rect(55, 130, 125, 290)}},
	{"portrait-right", 480, 360, rgb{90, 95, 100}, rgb{60, 64, 70}, func(c *canvas) {
		c.box(0, 0, 160, 360, rgb{130, 118, 100})
		c.blur(12)
		c.person(350, 140, 110, rgb{210, 160, 130}, rgb{50, 35, 30}, rgb{70, 75, 80})
	}, []image.Rectangle{image.Rect(295, 75, 405, 200)}},
	{"car-road", 480, 300, rgb{175, 195, 210}, rgb{210, 215, 215}, func(c *canvas) {
		c.foliage(image.Rect(0, 80, 480, 160), 14, rgb{40, 70, 35}, rgb{100, 130, 70})
		c.ground(160, 300, rgb{95, 95, 98}, rgb{75, 75, 78}, 2, 8)
		c.box(290, 180, 440, 215, rgb{40, 90, 170})
		c.ellipse(365, 178, 50, 24, 1.5, rgb{45, 95, 175})
		c.ellipse(362, 174, 38, 15, 1.5, rgb{170, 190, 200})
		for _, x := range []float64{322, 410} {
			c.ellipse(x, 216, 17, 17, 1.5, black)
			c.ellipse(x, 216, 8, 8, 1.5, rgb{160, 160, 165})
		}
	}, []image.Rectangle{image.Rect(290, 154, 440, 233)}},
	{"bike-wall", 480, 320, rgb{215, 205, 180}, rgb{195, 182, 158}, func(c *canvas) {
		c.texture(image.Rect(0, 0, 480, 260), 25, 9, anyTint)
		c.gradient(260, 320, rgb{120, 115, 108}, rgb{100, 96, 90})
		for _, x := range []float64{75, 175} {
			c.ellipse(x, 225, 42, 42, 1.5, rgb{35, 35, 38})
			c.ellipse(x, 225, 37, 37, 1.5, rgb{205, 194, 170})
		}
		c.box(75, 176, 160, 182, rgb{190, 40, 40})
		c.triangle(125, 178, 40, 40, 226, rgb{190, 40, 40})
		c.box(150, 160, 178, 166, black)
		c.box(78, 166, 104, 172, black)
	}, []image.Rectangle{image.Rect(33, 160, 217, 267)}},
	{"hot-air-balloons", 360, 480, rgb{100, 150, 210}, rgb{225, 205, 190}, func(c *canvas) {
		c.ground(400, 480, rgb{110, 95, 80}, rgb{80, 72, 60}, 6, 14)
		c.ellipse(220, 110, 46, 50, 1.5, rgb{220, 60, 50})
		c.ellipse(220, 110, 16, 50, 1.5, rgb{245, 210, 70})
		c.box(213, 168, 227, 180, rgb{90, 60, 40})
	}, []image.Rectangle{image.Rect(174, 60, 266, 180)}},
	{"hikers-hill", 480, 300, rgb{185, 205, 220}, rgb{220, 225, 225}, func(c *canvas) {
		c.triangle(150, 60, 260, 200, 260, rgb{120, 130, 140})
		c.ground(220, 300, rgb{130, 125, 85}, rgb{100, 98, 60}, 3, 16)
		c.person(400, 190, 24, pale, rgb{80, 50, 30}, rgb{230, 110, 30})
		c.person(435, 196, 22, tan, black, rgb{40, 110, 180})
	}, []image.Rectangle{image.Rect(376, 172, 424, 258), image.Rect(413, 180, 458, 258)}},
}
