package page

import (
	"context"
	"crypto/md5"
	"fmt"
	"io/fs"

	"github.com/edgeresize/edgeresize/resize"
)

// original is the one that is tried.
type original struct {
	Listed
	ETag string // S3's
	// What its header says, as far as it is a picture of a kind that is
	// resized; Width and Height are pixels, upright.
	Format        resize.Format
	Width, Height int
	Frames        int
	// Problem is why nothing is known of it, or "".
	Problem string
}

// open reads an original.
func (p *Page) open(ctx context.Context, l Listed) original {
	o := original{Listed: l}
	data, err := p.read(l)
	if err != nil {
		o.Problem = err.Error()
		return o
	}
	o.ETag = fmt.Sprintf(`"%x"`, md5.Sum(data))
	info, err := resize.Inspect(ctx, resize.Bytes(data))
	if err != nil {
		o.Problem = err.Error()
		return o
	}
	o.Format, o.Width, o.Height, o.Frames = info.Format, info.Width, info.Height, info.Frames
	return o
}

func (p *Page) read(l Listed) ([]byte, error) {
	if stored, ok := p.Memory.Get(l.Key); ok {
		return stored.Data, nil
	}
	if l.Size > p.Config.MaxSourceBytes {
		return nil, fmt.Errorf("%d bytes are more than the configured %d", l.Size, p.Config.MaxSourceBytes)
	}
	return fs.ReadFile(p.Folder.FS(), l.Key)
}

// usual is the size that the page begins with, in pixels.
func (o original) usual() (width, height int) {
	const w, h = 800, 500
	switch {
	case o.Width == 0: // any will do
		return 500, 300
	case o.Width > w && o.Height > h:
		return w, h
	}
	return max(1, o.Width/2), max(1, o.Height/2)
}
