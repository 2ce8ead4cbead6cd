// Package changes reads which objects of a bucket have changed from the payload of a
// Lambda function. It takes S3 event notifications and S3's events from EventBridge,
// each alone or in messages of an SQS queue, and recognises them by their shape.
//
// Changes are objects that were made, replaced or deleted, also by a lifecycle rule. It
// skips S3's other events (tags, ACLs, restores, transitions, replication), which leave
// the content as it is, and s3:TestEvent, which S3 sends when notifications are set up.
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
	// Sequencer orders the changes of a key: a hexadecimal number, "" if S3 gives none.
	Sequencer string
	// Event and Version identify a change without a sequencer.
	Event, Version string
	// Message is the ID of the SQS message, or "".
	Message string
	// Redelivered says that SQS has handed out the message before.
	Redelivered bool
}

// ID returns an ID that is the same for every delivery of a change, and different for
// every other change.
func (c Change) ID() string {
	if c.Sequencer != "" {
		return strings.Join([]string{c.Bucket, c.Key, "sequencer", normal(c.Sequencer)}, "\x00")
	}
	return strings.Join([]string{c.Bucket, c.Key, c.Event, c.Version, c.Time.UTC().Format(time.RFC3339Nano)}, "\x00")
}

// After reports whether c is later than other, a change of the same key.
func (c Change) After(other Change) bool {
	if c.Sequencer == "" || other.Sequencer == "" {
		return c.Time.After(other.Time)
	}
	return normal(c.Sequencer) > normal(other.Sequencer)
}

// normal returns a sequencer in a form that can be compared: S3 User Guide, "Event
// message structure", pads the shorter of two with zeros on the right and compares them
// letter by letter.
func normal(sequencer string) string {
	return strings.TrimRight(strings.ToUpper(sequencer), "0")
}

// Batch holds the changes of one invocation.
type Batch struct {
	// Queued says that SQS handed it out and redelivers single messages.
	Queued  bool
	Changes []Change // in the order of their arrival
	Unread  []Unread
}

// Unread is a part of a batch that could not be read.
type Unread struct {
	Message string // the ID of the SQS message, or ""
	Err     error
}

// ErrShape says that the payload is none of the events that this package reads.
var ErrShape = errors.New("the event is not an S3 notification, an SQS batch of them or an EventBridge event from S3")

func shapeError(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{ErrShape}, args...)...)
}
