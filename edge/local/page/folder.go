package page

import (
	"context"
	"crypto/md5"
	"fmt"
	"io/fs"
	"os"

	"github.com/edgeresize/edgeresize/edge/local/bucket"
	"github.com/edgeresize/edgeresize/resize"
)

// Folder is a folder of originals, and those in memory that were dropped on the
// page.
type Folder struct {
	Root   *os.Root
	Memory *bucket.Memory
	// MaxBytes is the size of the largest original that is read, in bytes.
	MaxBytes int64
}

func (s *Folder) list(context.Context, string) listing {
	return listing{Dropped: listStored(s.Memory), Originals: List(s.Root.FS())}
}

func (s *Folder) open(ctx context.Context, key string, listed []Listed) (o original, found bool) {
	l, ok := find(listed, key)
	if !ok {
		return original{}, false
	}
	o = original{Listed: l}
	data, err := s.read(l)
	if err != nil {
		o.Problem = err.Error()
		return o, true
	}
	o.ETag = fmt.Sprintf(`"%x"`, md5.Sum(data))
	return o.inspected(ctx, resize.Bytes(data)), true
}

func (s *Folder) read(l Listed) ([]byte, error) {
	if stored, ok := s.Memory.Get(l.Key); ok {
		return stored.Data, nil
	}
	if l.Size > s.MaxBytes {
		return nil, fmt.Errorf("%d bytes, more than the %d that the config allows", l.Size, s.MaxBytes)
	}
	return fs.ReadFile(s.Root.FS(), l.Key)
}
