// Package changes reads which objects of a bucket have changed out of what a
// Lambda function is invoked with: S3 event notifications as they come, the
// same in messages of an SQS queue, and S3's events of EventBridge, as they
// come or in messages. They are told apart by their shape.
//
// Objects that were made, replaced or deleted are changes, those that a
// lifecycle rule expired among them. S3's other events (tags, ACLs, restores,
// transitions, replication) leave the content as it is and are passed over, and
// so is s3:TestEvent, which S3 sends when notifications are set up.
package changes

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Change is an object that was made, replaced or deleted.
type Change struct {
	Bucket string
	Key    string // decoded
	// Time is when S3 had finished the change, or up to a second later.
	Time time.Time
	// Sequencer orders the changes of a key: a hexadecimal number. It is empty
	// where S3 gives none.
	Sequencer string
	// Event and Version name a change that has no sequencer.
	Event, Version string
	// Message is the SQS message that told of it, or empty.
	Message string
	// Redelivered says that SQS has handed out the message before.
	Redelivered bool
}

// ID is the same for the same change however often and by whatever way it is
// delivered, and different for every other change.
func (c Change) ID() string {
	if c.Sequencer != "" {
		return strings.Join([]string{c.Bucket, c.Key, "sequencer", normal(c.Sequencer)}, "\x00")
	}
	return strings.Join([]string{c.Bucket, c.Key, c.Event, c.Version, c.Time.UTC().Format(time.RFC3339Nano)}, "\x00")
}

// After reports whether c is the later one of two changes of a key.
func (c Change) After(other Change) bool {
	if c.Sequencer == "" || other.Sequencer == "" {
		return c.Time.After(other.Time)
	}
	return normal(c.Sequencer) > normal(other.Sequencer)
}

// normal is a sequencer that can be compared: S3 User Guide, "Event message
// structure", fills up the shorter of two with zeros on the right and compares
// them letter by letter.
func normal(sequencer string) string {
	return strings.TrimRight(strings.ToUpper(sequencer), "0")
}

// Batch is what one invocation is about.
type Batch struct {
	// Queued says that SQS handed it out, which takes single messages back.
	Queued  bool
	Changes []Change // in the order they came in
	Unread  []Unread
}

// Unread is a part of a batch that is no event of S3.
type Unread struct {
	Message string // the SQS message's id, or empty
	Err     error
}

// ErrShape says that what the function was invoked with is none of the events
// that this package reads.
var ErrShape = errors.New("no S3 notification, SQS batch of them, or EventBridge event of S3")

func shapeError(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{ErrShape}, args...)...)
}
