package changes

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"
)

// shape holds the members by which the events differ. S3 User Guide, "Event message
// structure" and "EventBridge event message structure"; Lambda Developer Guide, "Using
// Lambda with Amazon SQS".
type shape struct {
	Records *[]json.RawMessage
	Event   string // "s3:TestEvent"

	DetailType string `json:"detail-type"`
	Source     string `json:"source"`
}

// Parse reads the payload of a function. It returns [ErrShape] if the payload is no
// event at all. If only parts cannot be read, they are in the batch's Unread.
func Parse(payload []byte) (Batch, error) {
	var s shape
	if err := json.Unmarshal(payload, &s); err != nil {
		return Batch{}, shapeError("%v", err)
	}
	if s.Records == nil {
		return parseByShape(s, payload, "")
	}
	source, err := sourceOf(*s.Records)
	if err != nil {
		return Batch{}, err
	}
	if source != "aws:sqs" {
		return parseByShape(s, payload, "")
	}
	batch := Batch{Queued: true}
	for _, record := range *s.Records {
		if err := batch.addMessage(record); err != nil {
			return Batch{}, err
		}
	}
	return batch, nil
}

// addMessage adds the changes in an SQS message.
func (b *Batch) addMessage(record json.RawMessage) error {
	var m events.SQSMessage
	if err := json.Unmarshal(record, &m); err != nil {
		return shapeError("SQS message: %v", err)
	}
	if m.MessageId == "" {
		return shapeError("an SQS message has no messageId")
	}
	var inner Batch
	var s shape
	err := json.Unmarshal([]byte(m.Body), &s)
	if err == nil {
		inner, err = parseByShape(s, []byte(m.Body), m.MessageId)
	}
	if err != nil {
		b.Unread = append(b.Unread, Unread{m.MessageId, err})
		return nil
	}
	times, _ := strconv.Atoi(m.Attributes["ApproximateReceiveCount"]) // 0 if missing
	for i := range inner.Changes {
		inner.Changes[i].Message, inner.Changes[i].Redelivered = m.MessageId, times > 1
	}
	b.Changes = append(b.Changes, inner.Changes...)
	b.Unread = append(b.Unread, inner.Unread...)
	return nil
}

// parseByShape reads a notification or an EventBridge event. message is the ID of its
// SQS message, or "".
func parseByShape(s shape, payload []byte, message string) (Batch, error) {
	switch {
	case s.Records != nil:
		return parseNotification(*s.Records, message)
	case s.Event == "s3:TestEvent":
		return Batch{}, nil
	case s.Source == "aws.s3":
		return parseEventBridge(s, payload)
	case s.Source != "":
		return Batch{}, shapeError("an EventBridge event from %q", s.Source)
	}
	return Batch{}, shapeError("neither Records nor source")
}

// sourceOf returns the service that all records come from.
func sourceOf(records []json.RawMessage) (string, error) {
	source := ""
	for _, record := range records {
		var of struct{ EventSource string }
		if err := json.Unmarshal(record, &of); err != nil {
			return "", shapeError("record: %v", err)
		}
		if of.EventSource == "" || source != "" && of.EventSource != source {
			return "", shapeError("a record from %q among records from %q", of.EventSource, source)
		}
		source = of.EventSource
	}
	return source, nil
}

// changing are the S3 events that change the content of an object. S3 User Guide,
// "Supported event types".
var changing = []string{"ObjectCreated:", "ObjectRemoved:", "LifecycleExpiration:"}

// parseNotification reads an S3 event notification.
func parseNotification(records []json.RawMessage, message string) (Batch, error) {
	source, err := sourceOf(records)
	if err != nil {
		return Batch{}, err
	}
	if source != "aws:s3" && len(records) > 0 {
		return Batch{}, shapeError("records from %q", source)
	}
	var b Batch
	for _, data := range records {
		var r events.S3EventRecord
		err := json.Unmarshal(data, &r)
		if err == nil && (r.S3.Object.URLDecodedKey == "" || r.S3.Bucket.Name == "") {
			err = shapeError("a record without a bucket or a key")
		}
		if err != nil {
			b.Unread = append(b.Unread, Unread{message, err})
			continue
		}
		name := strings.TrimPrefix(r.EventName, "s3:")
		if !slices.ContainsFunc(changing, func(kind string) bool { return strings.HasPrefix(name, kind) }) {
			continue
		}
		b.Changes = append(b.Changes, Change{
			Bucket: r.S3.Bucket.Name, Key: r.S3.Object.URLDecodedKey, Time: r.EventTime,
			Sequencer: r.S3.Object.Sequencer, Event: name, Version: r.S3.Object.VersionID,
		})
	}
	return b, nil
}

// detail is the detail of S3's EventBridge events. EventBridge does not encode the key.
type detail struct {
	Bucket struct{ Name string }
	Object struct {
		Key       string
		VersionID string `json:"version-id"`
		Sequencer string
	}
}

// parseEventBridge reads an EventBridge event of S3.
func parseEventBridge(s shape, payload []byte) (Batch, error) {
	if s.DetailType != "Object Created" && s.DetailType != "Object Deleted" {
		return Batch{}, nil
	}
	var e events.EventBridgeEvent
	var d detail
	if err := json.Unmarshal(payload, &e); err != nil {
		return Batch{}, shapeError("EventBridge event: %v", err)
	}
	if err := json.Unmarshal(e.Detail, &d); err != nil || d.Object.Key == "" || d.Bucket.Name == "" {
		return Batch{}, shapeError("an EventBridge event without a bucket or a key: %v", err)
	}
	return Batch{Changes: []Change{{
		// The event's time is cut to whole seconds; this is the end of its second.
		Bucket: d.Bucket.Name, Key: d.Object.Key, Time: e.Time.Add(time.Second - time.Nanosecond),
		Sequencer: d.Object.Sequencer, Event: s.DetailType, Version: d.Object.VersionID,
	}}}, nil
}
