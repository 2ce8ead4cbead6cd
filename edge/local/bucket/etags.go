package bucket

import (
	"crypto/md5"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"time"
)

// etags keeps the ETags of files, so that a file is not hashed for each range of
// it. The zero value is ready, and safe for concurrent use.
type etags struct {
	// now and sum are replaced in tests; nil stands for time.Now and etagOf.
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

// version tells the states of a file apart, as far as its file system does.
type version struct {
	size              int64
	modified, changed time.Time   // its bytes; its bytes, name, owner or times
	info              fs.FileInfo // which file it is
}

func versionOf(info fs.FileInfo) version {
	return version{info.Size(), info.ModTime(), changeTime(info), info}
}

// is reports whether two versions look the same.
func (v version) is(w version) bool {
	return v.size == w.size && v.modified.Equal(w.modified) && v.changed.Equal(w.changed) &&
		(v.info == nil || w.info == nil || os.SameFile(v.info, w.info))
}

// granularity is what the clocks of file systems go by at most: FAT's counts two
// seconds.
const granularity = 2 * time.Second

// settled reports whether a change at now, or later, gives the file another
// version. Until then it may be changed without its times telling so.
func (v version) settled(now time.Time) bool {
	return now.Sub(v.modified) > granularity && now.Sub(v.changed) > granularity
}

// mostETags is how many are kept.
const mostETags = 1 << 14

// of returns the ETag of the file name in version v. Where it is not known, read
// is called for all bytes of the file; those are returned too, and the ETag is
// theirs. One file is read at a time.
//
// A file that is changed while it is read has another version from then on,
// since v has settled, or is not kept.
func (e *etags) of(name string, v version, read func() ([]byte, error)) (etag string, data []byte, err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if known, ok := e.known[name]; ok && known.version.is(v) {
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
