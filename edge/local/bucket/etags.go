package bucket

import (
	"crypto/md5"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"time"
)

// etags keeps the ETags of files, so that requests for ranges do not hash the
// whole file each time. The zero value is ready for use. It is safe for
// concurrent use.
type etags struct {
	// Tests replace now and sum; nil stands for time.Now and etagOf.
	now func() time.Time
	sum func(data []byte) string

	mu    sync.Mutex
	known map[string]knownETag // by the file's name
}

type knownETag struct {
	version version
	etag    string
}

// etagOf returns the ETag of an object that was uploaded in one piece.
func etagOf(data []byte) string { return fmt.Sprintf(`"%x"`, md5.Sum(data)) }

// hash returns the ETag of data.
func (e *etags) hash(data []byte) string {
	if e.sum != nil {
		return e.sum(data)
	}
	return etagOf(data)
}

// version identifies a state of a file, as far as the file system tells.
type version struct {
	size              int64
	modified, changed time.Time   // when its bytes changed; when its bytes, name, owner or times did
	info              fs.FileInfo // identifies the file
}

func versionOf(info fs.FileInfo) version {
	return version{info.Size(), info.ModTime(), changeTime(info), info}
}

// equal reports whether two versions look the same.
func (v version) equal(w version) bool {
	return v.size == w.size && v.modified.Equal(w.modified) && v.changed.Equal(w.changed) &&
		(v.info == nil || w.info == nil || os.SameFile(v.info, w.info))
}

// granularity is the coarsest clock of any file system: FAT counts two seconds.
const granularity = 2 * time.Second

// settled reports whether any change at now, or later, gives the file another
// version. Before that, its times may not show a change.
func (v version) settled(now time.Time) bool {
	return now.Sub(v.modified) > granularity && now.Sub(v.changed) > granularity
}

// mostETags is how many ETags are kept at most.
const mostETags = 1 << 14

// of returns the ETag of the file name in version v. If it is not known, it
// calls read for all bytes of the file, and returns those and their ETag. It
// reads one file at a time.
//
// The ETag is kept only if v has settled. A file that is changed while it is
// read then has another version, so a kept ETag is never wrong.
func (e *etags) of(name string, v version, read func() ([]byte, error)) (etag string, data []byte, err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if known, ok := e.known[name]; ok && known.version.equal(v) {
		return known.etag, nil, nil
	}
	now := time.Now
	if e.now != nil {
		now = e.now
	}
	settled := v.settled(now())
	if data, err = read(); err != nil {
		return "", nil, err
	}
	etag = e.hash(data)
	if settled {
		if e.known == nil || len(e.known) >= mostETags {
			e.known = map[string]knownETag{}
		}
		e.known[name] = knownETag{v, etag}
	}
	return etag, data, nil
}
