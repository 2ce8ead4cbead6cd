package edge

import (
	"context"
	"errors"
	"fmt"

	"github.com/edgeresize/edgeresize/resize"
)

// Reason says why the original was served. It appears in logs, in metrics and
// in the answers of CloudFront on a laptop.
type Reason string

// All reasons; the map reasons gives their meanings.
const (
	NoSize        Reason = "no-size"
	OneSide       Reason = "one-side-missing"
	BadSize       Reason = "bad-size"
	ZeroSize      Reason = "zero-size"
	TwoSizes      Reason = "two-sizes"
	OverMaximum   Reason = "over-maximum"
	BadParameter  Reason = "bad-parameter"
	NotAPreset    Reason = "not-a-preset"
	Unsigned      Reason = "unsigned"
	Expired       Reason = "expired"
	LargerThan    Reason = "larger-than-original"
	SameSize      Reason = "same-size"
	NotGet        Reason = "not-get"
	NotOK         Reason = "origin-not-200"
	BadEvent      Reason = "bad-event"
	NotS3         Reason = "origin-not-s3"
	BadURI        Reason = "bad-uri"
	AmbiguousKey  Reason = "ambiguous-key"
	EmptyOriginal Reason = "empty-original"
	TooManyBytes  Reason = "too-many-bytes"
	TooManyPixels Reason = "too-many-pixels"
	Unsupported   Reason = "unsupported-format"
	BadOriginal   Reason = "bad-original"
	DoesNotFit    Reason = "does-not-fit"
	S3Denied      Reason = "s3-denied"
	S3NotFound    Reason = "s3-not-found"
	S3Changed     Reason = "s3-changed"
	S3Failed      Reason = "s3-failed"
	S3Timeout     Reason = "s3-timeout"
	OutOfMemory   Reason = "out-of-memory"
	OutOfTime     Reason = "out-of-time"
	Busy          Reason = "busy"
	Panicked      Reason = "panic"
	InternalError Reason = "internal-error"
)

// Lifetime says how long a reason holds, and so how long a cache may keep what
// was served because of it.
type Lifetime int

const (
	// Permanent reasons hold until the request or the original changes.
	Permanent Lifetime = iota
	// Lasting reasons hold until somebody repairs a role, the function's memory
	// or the code.
	Lasting
	// Transient reasons may not hold the next time.
	Transient
)

// reasons describes every reason.
var reasons = map[Reason]struct {
	lifetime Lifetime
	meaning  string
}{
	NoSize:        {Permanent, "width and height are missing"},
	OneSide:       {Permanent, "width or height is missing"},
	BadSize:       {Permanent, "width or height is not a plain whole number"},
	ZeroSize:      {Permanent, "width or height is zero"},
	TwoSizes:      {Permanent, "width or height is given twice with different values"},
	OverMaximum:   {Permanent, "width or height is larger than the configured maximum"},
	BadParameter:  {Permanent, "a parameter has a value that is not allowed"},
	NotAPreset:    {Permanent, "only presets may be asked for"},
	Unsigned:      {Permanent, "the URL has no valid signature"},
	Expired:       {Permanent, "the URL's signature has expired"},
	LargerThan:    {Permanent, "width or height is larger than the original"},
	SameSize:      {Permanent, "the original already has this size"},
	NotGet:        {Permanent, "the request's method is not GET"},
	NotOK:         {Permanent, "the origin's status is not 200"},
	BadEvent:      {Permanent, "the event is not a valid origin-response event"},
	NotS3:         {Permanent, "the origin is not an S3 bucket, and the config names no bucket"},
	BadURI:        {Permanent, "the URI names no S3 key"},
	AmbiguousKey:  {Permanent, "the URI may mean several S3 keys, and the original has no strong ETag to identify the right one"},
	EmptyOriginal: {Permanent, "the original has no bytes"},
	TooManyBytes:  {Permanent, "the original has more bytes than the config allows"},
	TooManyPixels: {Permanent, "the original has more pixels than the config allows"},
	Unsupported:   {Permanent, "the original is not in a picture format that is resized"},
	BadOriginal:   {Permanent, "the original is corrupt or truncated"},
	DoesNotFit:    {Permanent, "the variant does not fit CloudFront's size limit in any encoding"},
	S3Denied:      {Lasting, "S3 refused access to the original"},
	S3NotFound:    {Lasting, "S3 has no such original"},
	S3Changed:     {Transient, "the original in S3 is not the version that the origin answered with"},
	S3Failed:      {Transient, "S3 failed"},
	S3Timeout:     {Transient, "S3 did not answer in time"},
	OutOfMemory:   {Lasting, "resizing would take more memory than the function has"},
	OutOfTime:     {Transient, "there was not enough time to resize"},
	Busy:          {Transient, "an earlier resize was still running"},
	Panicked:      {Lasting, "the code panicked"},
	InternalError: {Lasting, "an unexpected error occurred"},
}

// Lifetime returns how long r holds.
func (r Reason) Lifetime() Lifetime { return reasons[r].lifetime }

// Passing reports whether asking again may give another answer, soon or after a
// repair.
func (r Reason) Passing() bool { return r.Lifetime() != Permanent }

// Meaning returns r in words.
func (r Reason) Meaning() string { return reasons[r].meaning }

// ReasonError is an error with the reason to serve the original.
type ReasonError struct {
	Reason Reason
	Err    error // the cause; may be nil
}

func (e *ReasonError) Error() string {
	if e.Err == nil {
		return e.Reason.Meaning()
	}
	return fmt.Sprintf("%s: %v", e.Reason.Meaning(), e.Err)
}

func (e *ReasonError) Unwrap() error { return e.Err }

// Because returns a *ReasonError with the cause err, which may be nil.
func Because(reason Reason, err error) error { return &ReasonError{Reason: reason, Err: err} }

// ReasonOf returns the reason that err stands for. All errors become reasons
// here.
func ReasonOf(err error) Reason {
	var (
		reason      *ReasonError
		unsupported resize.UnsupportedError
		format      *resize.FormatError
		limit       *resize.LimitError
	)
	switch {
	case errors.As(err, &reason):
		return reason.Reason
	case errors.Is(err, resize.ErrLarger):
		return LargerThan
	case errors.Is(err, resize.ErrSameSize):
		return SameSize
	case errors.Is(err, resize.ErrNoFit):
		return DoesNotFit
	case errors.As(err, &unsupported):
		return Unsupported
	case errors.As(err, &format):
		return BadOriginal
	case errors.As(err, &limit) && limit.What == "pixels":
		return TooManyPixels
	case errors.As(err, &limit):
		return OutOfMemory
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return OutOfTime
	}
	return InternalError
}
