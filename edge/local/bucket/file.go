package bucket

import (
	"bytes"
	"io/fs"
	"os"
	"path"
	"slices"
	"time"

	"github.com/edgeresize/edgeresize/edge/local/s3fault"
)

// stored opens the object at key. The caller closes it.
func (s *Server) stored(key string) (*object, *apiError) {
	if s.Memory != nil {
		if stored, ok := s.Memory.Get(key); ok {
			return &object{key: key, etag: stored.etag, modified: stored.modified, size: len(stored.Data), data: stored.Data}, nil
		}
	}
	missing := s3fault.NoSuchKey
	if s.HideMissing {
		missing = s3fault.AccessDenied
	}
	if !fs.ValidPath(key) || !s.hasExactly(key) {
		return nil, missing
	}
	// Do not open it before it is known to be a regular file: a pipe would wait
	// for a writer.
	if info, err := s.Folder.Stat(key); err != nil || !info.Mode().IsRegular() {
		return nil, missing
	}
	file, err := s.Folder.Open(key)
	if err != nil {
		return nil, s3fault.InternalError
	}
	o, err := s.fromFile(key, file)
	if err != nil {
		file.Close()
		return nil, s3fault.InternalError
	}
	return o, nil
}

// fromFile returns the object for an open file.
func (s *Server) fromFile(key string, file *os.File) (*object, error) {
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	v := versionOf(info)
	etag, data, err := s.etags.of(key, v, func() ([]byte, error) { return readAll(file, info.Size()) })
	if err != nil {
		return nil, err
	}
	o := &object{key: key, etag: etag, modified: info.ModTime().Truncate(time.Second), size: int(info.Size()), file: file, version: v}
	if data != nil { // data may be of a later version
		o.data, o.size = data, len(data)
	}
	return o, nil
}

// readAll returns all bytes of a file, which had size bytes when it was opened.
func readAll(file *os.File, size int64) ([]byte, error) {
	data := bytes.NewBuffer(make([]byte, 0, size+bytes.MinRead))
	_, err := data.ReadFrom(file)
	return data.Bytes(), err
}

// part returns the bytes of an object from start to before end, or the error
// replaced if the file has changed since it was opened.
func (o *object) part(start, end int) ([]byte, *apiError) {
	if o.data != nil || start == end {
		return o.data[start:end], nil
	}
	data := make([]byte, end-start)
	_, err := o.file.ReadAt(data, int64(start))
	info, statErr := o.file.Stat()
	switch {
	case statErr != nil:
		return nil, s3fault.InternalError
	case !versionOf(info).equal(o.version):
		return nil, replaced
	case err != nil:
		return nil, s3fault.InternalError
	}
	return data, nil
}

// close releases the object.
func (o *object) close() {
	if o.file != nil {
		o.file.Close()
	}
}

// hasExactly reports whether the folder has a file named exactly key. File
// systems that ignore case would also open it under other names.
func (s *Server) hasExactly(key string) bool {
	folder, name := path.Split(key)
	folder = path.Clean(folder)
	entries, err := fs.ReadDir(s.Folder.FS(), folder)
	if err != nil || !slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.Name() == name }) {
		return false
	}
	return folder == "." || s.hasExactly(folder)
}
