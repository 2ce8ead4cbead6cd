package main

import "github.com/edgeresize/edgeresize/resize"

// What a case may ask for besides a size.
const (
	smart   = "smart"   // a crop where the subject is likely to be; sharp calls that attention
	sharpen = "sharpen" // a light sharpening
)

// benchCase is one line of the table.
type benchCase struct {
	name          string
	input         input
	width, height int
	format        resize.Format // of the variant
	jpegGoal      bool          // counts towards the mean of the JPEG cases
	extra         string        // smart, sharpen or nothing
}

// input is an original that the benchmark makes.
type input struct {
	file          string
	width, height int
	channels      int
	pages         int    // frames
	format        string // as sharp calls it
	options       string // of sharp's encoder, in JSON; preceded by "gray" for a gray picture
	drawn         bool   // text and charts instead of something like a photograph
}

var (
	mp12  = input{"12mp.jpg", 4000, 3000, 3, 1, "jpeg", `{"quality":90}`, false}
	mp6   = input{"6mp.jpg", 3000, 2000, 3, 1, "jpeg", `{"quality":90}`, false}
	mp24  = input{"24mp.jpg", 6000, 4000, 3, 1, "jpeg", `{"quality":90}`, false}
	mp48  = input{"48mp.jpg", 8000, 6000, 3, 1, "jpeg", `{"quality":90}`, false}
	prog  = input{"12mp-progressive.jpg", 4000, 3000, 3, 1, "jpeg", `{"quality":90,"progressive":true}`, false}
	full  = input{"12mp-444.jpg", 4000, 3000, 3, 1, "jpeg", `{"quality":90,"chromaSubsampling":"4:4:4"}`, false}
	gray  = input{"12mp-gray.jpg", 4000, 3000, 3, 1, "jpeg", `gray{"quality":90}`, false}
	png4  = input{"4mp.png", 2310, 1732, 3, 1, "png", `{}`, false}
	pnga  = input{"4mp-alpha.png", 2310, 1732, 4, 1, "png", `{}`, false}
	webp  = input{"4mp.webp", 2310, 1732, 3, 1, "webp", `{"quality":85}`, false}
	exact = input{"4mp-lossless.webp", 2310, 1732, 3, 1, "webp", `{"lossless":true}`, false}
	drawn = input{"4mp-drawing.webp", 2310, 1732, 3, 1, "webp", `{"lossless":true}`, true}
	anim  = input{"125-frames.gif", 320, 240, 3, 125, "gif", `{"loop":0}`, false}
)

// cases lists the lines of the table.
var cases = []benchCase{
	{"JPEG 12 MP to 500x300", mp12, 500, 300, resize.JPEG, true, ""},
	{"JPEG 12 MP to 500x300, smart crop", mp12, 500, 300, resize.JPEG, false, smart},
	{"JPEG 12 MP to 1200x800", mp12, 1200, 800, resize.JPEG, true, ""},
	{"JPEG 12 MP to 1200x800, sharpened", mp12, 1200, 800, resize.JPEG, false, sharpen},
	{"JPEG 6 MP to 720x588", mp6, 720, 588, resize.JPEG, true, ""},
	{"JPEG 24 MP to 500x300", mp24, 500, 300, resize.JPEG, true, ""},
	{"JPEG 48 MP to 500x300", mp48, 500, 300, resize.JPEG, true, ""},
	{"progressive 12 MP to 500x300", prog, 500, 300, resize.JPEG, true, ""},
	{"JPEG 4:4:4 12 MP to 500x300", full, 500, 300, resize.JPEG, true, ""},
	{"JPEG gray 12 MP to 500x300", gray, 500, 300, resize.JPEG, true, ""},
	{"PNG 4 MP to 553x415", png4, 553, 415, resize.PNG, false, ""},
	{"PNG alpha 4 MP to 553x415", pnga, 553, 415, resize.PNG, false, ""},
	{"WebP 4 MP to JPEG 553x415", webp, 553, 415, resize.JPEG, false, ""},
	{"WebP lossless 4 MP to PNG 553x415", exact, 553, 415, resize.PNG, false, ""},
	{"WebP lossless drawing 4 MP to PNG 553x415", drawn, 553, 415, resize.PNG, false, ""},
	{"GIF 125 frames to 200x200", anim, 200, 200, resize.GIF, false, ""},
	{"GIF 125 frames to WebP 200x200", anim, 200, 200, resize.WebP, false, ""},
}
