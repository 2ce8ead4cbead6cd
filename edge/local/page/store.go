package page

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/local/s3bucket"
)

// Store holds the originals.
type Store interface {
	// list returns the originals to show: those whose keys begin with prefix.
	list(ctx context.Context, prefix string) listing
	// open returns what is known of the original at key. listed holds it if the
	// page lists it. found reports whether it exists, as far as that can be
	// told.
	open(ctx context.Context, key string, listed []Listed) (o original, found bool)
}

// listing is a list of originals, and a note about those that are not in it.
type listing struct {
	Dropped, Originals []Listed
	Note               string
}

func (l listing) all() []Listed { return slices.Concat(l.Dropped, l.Originals) }

// find returns the original at key.
func find(originals []Listed, key string) (Listed, bool) {
	at := slices.IndexFunc(originals, func(l Listed) bool { return l.Key == key })
	if at < 0 {
		return Listed{}, false
	}
	return originals[at], true
}

// patience is how long the page waits for an original's first bytes.
const patience = 10 * time.Second

// mostListed is how many pictures of a bucket the page shows at most.
const mostListed = 300

// Remote is a bucket in S3.
type Remote struct {
	Bucket *s3bucket.Bucket
	// Source fetches originals as the function does, of at most MaxBytes.
	Source   edge.Source
	MaxBytes int64
}

func (s *Remote) list(ctx context.Context, prefix string) listing {
	found, err := s.Bucket.List(ctx, prefix, mostListed)
	if err != nil {
		return listing{Note: upper(err.Error()) + ". Type a key."}
	}
	var l listing
	for _, o := range found.Pictures {
		l.Originals = append(l.Originals, Listed{Key: o.Key, Name: o.Key, Size: o.Size})
	}
	switch n := len(found.Pictures); {
	case found.More && n == mostListed:
		l.Note = fmt.Sprintf("The first %d pictures. To find others, type a prefix or a key.", n)
	case found.More:
		l.Note = fmt.Sprintf("%d pictures among the first %d keys. To find others, type a prefix or a key.", n, found.Seen)
	case n == 0:
		l.Note = fmt.Sprintf("No picture among %d keys.", found.Seen)
	case n == 1:
		l.Note = "One picture."
	default:
		l.Note = fmt.Sprintf("%d pictures.", n)
	}
	return l
}

func (s *Remote) open(ctx context.Context, key string, listed []Listed) (o original, found bool) {
	key = strings.TrimPrefix(key, "s3://"+s.Bucket.Name+"/")
	l, known := find(listed, key)
	o = original{Listed: Listed{Key: key, Name: key, Size: l.Size}}
	if !known {
		o.Size = -1
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	body, err := s.Source.Open(ctx, edge.Location{Bucket: s.Bucket.Name, Region: s.Bucket.Region, Key: key}, s.MaxBytes)
	if err != nil {
		reason := edge.ReasonOf(err)
		o.Problem = upper(reason.Meaning())
		if details := causeOf(err); details != "" && reason != edge.EmptyOriginal {
			o.Problem += " (" + details + ")"
		}
		o.Problem += "."
		if reason == edge.S3Denied && !known {
			o.Problem += " Or the key does not exist: S3 hides that from credentials that may not list the bucket."
		}
		return o, reason != edge.S3NotFound
	}
	defer body.Close()
	o.ETag, o.Size = body.ETag(), int64(body.Len())
	return o.inspected(ctx, body), true
}

// upper returns s with a capital at its beginning.
func upper(s string) string {
	if s == "" {
		return ""
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
