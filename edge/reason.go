package edge

import (
	"context"
	"errors"
	"fmt"

	"github.com/edgeresize/edgeresize/resize"
)

// Reason says why the original was served. It appears in logs, in metrics
// and in the answers of CloudFront on a laptop.
type Reason string

// Every reason there is; reasons says what each means.
const (
	NoSize        Reason = "no-size"
	OneSide       Reason = "one-side-missing"
	BadSize       Reason = "bad-size"
	ZeroSize      Reason = "zero-size"
	TwoSizes      Reason = "two-sizes"
	OverMaximum   Reason = "over-maximum"
	LargerThan    Reason = "larger-than-original"
	SameSize      Reason = "same-size"
	NotGet        Reason = "not-get"
	NotOK         Reason = "origin-not-200"
	BadEvent      Reason = "bad-event"
	NotS3         Reason = "origin-not-s3"
	BadURI        Reason = "bad-uri"
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

// reasons is the complete list. A permanent reason holds for as long as the
// request and the original stay what they are; a transient one may be gone
// the next time, so the cache must not keep what was served because of it.
var reasons = map[Reason]struct {
	transient bool
	meaning   string
}{
	NoSize:        {false, "width and height are missing"},
	OneSide:       {false, "width or height is missing"},
	BadSize:       {false, "width or height is not a plain whole number"},
	ZeroSize:      {false, "width or height is zero"},
	TwoSizes:      {false, "width or height is given twice with different values"},
	OverMaximum:   {false, "width or height is larger than the configured maximum"},
	LargerThan:    {false, "width or height is larger than the original"},
	SameSize:      {false, "the original has this size already"},
	NotGet:        {false, "the request's method is not GET"},
	NotOK:         {false, "the origin's status is not 200"},
	BadEvent:      {false, "the event is not shaped as an origin-response event"},
	NotS3:         {false, "the origin is not an S3 bucket and no bucket is configured"},
	BadURI:        {false, "the URI names no S3 key"},
	EmptyOriginal: {false, "the original has no bytes"},
	TooManyBytes:  {false, "the original has more bytes than configured"},
	TooManyPixels: {false, "the original has more pixels than configured"},
	Unsupported:   {false, "the original is no picture of a kind that is resized"},
	BadOriginal:   {false, "the original is corrupt or truncated"},
	DoesNotFit:    {false, "no encoding of the variant fits CloudFront's limit"},
	S3Denied:      {true, "S3 refused access to the original"},
	S3NotFound:    {true, "S3 has no such original"},
	S3Changed:     {true, "the original in S3 is another one than the origin answered with"},
	S3Failed:      {true, "S3 failed"},
	S3Timeout:     {true, "S3 did not answer in time"},
	OutOfMemory:   {true, "resizing would take more memory than the function has"},
	OutOfTime:     {true, "there was not enough time to resize"},
	Busy:          {true, "an earlier resize was still running"},
	Panicked:      {true, "the code panicked"},
	InternalError: {true, "something unforeseen failed"},
}

// Transient reports whether asking again may give another answer.
func (r Reason) Transient() bool { return reasons[r].transient }

// Meaning is the reason in words.
func (r Reason) Meaning() string { return reasons[r].meaning }

// ReasonError is an error that says why the original is to be served.
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

// Because is a ReasonError; err may be nil.
func Because(reason Reason, err error) error { return &ReasonError{Reason: reason, Err: err} }

// ReasonOf is the one place where an error becomes a reason.
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
