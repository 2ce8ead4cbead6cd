package changes

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"
)

// shape is what tells the events apart. S3 User Guide, "Event message
// structure" and "EventBridge event message structure"; Lambda Developer Guide,
// "Using Lambda with Amazon SQS".
type shape struct {
	Records *[]json.RawMessage
	Event   string // "s3:TestEvent"

	DetailType string `json:"detail-type"`
	Source     string `json:"source"`
}

// Parse reads what a function was invoked with. What is no event at all is an
// error, [ErrShape]. Parts that cannot be read are in the batch, and so is the
// rest.
func Parse(payload []byte) (Batch, error) {
	var s shape
	if err := json.Unmarshal(payload, &s); err != nil {
		return Batch{}, shapeError("%v", err)
	}
	if s.Records == nil {
		return parsed(s, payload, "")
	}
	source, err := sourceOf(*s.Records)
	if err != nil {
		return Batch{}, err
	}
	if source != "aws:sqs" {
		return parsed(s, payload, "")
	}
	batch := Batch{Queued: true}
	for _, record := range *s.Records {
		if err := batch.addMessage(record); err != nil {
			return Batch{}, err
		}
	}
	return batch, nil
}

// addMessage adds the changes that an SQS message tells of.
func (b *Batch) addMessage(record json.RawMessage) error {
	var m events.SQSMessage
	if err := json.Unmarshal(record, &m); err != nil {
		return shapeError("SQS message: %v", err)
	}
	if m.MessageId == "" {
		return shapeError("an SQS message has no messageId")
	}
	var told Batch
	var s shape
	err := json.Unmarshal([]byte(m.Body), &s)
	if err == nil {
		told, err = parsed(s, []byte(m.Body), m.MessageId)
	}
	if err != nil {
		b.Unread = append(b.Unread, Unread{m.MessageId, err})
		return nil
	}
	times, _ := strconv.Atoi(m.Attributes["ApproximateReceiveCount"]) // 0 where it is not given
	for i := range told.Changes {
		told.Changes[i].Message, told.Changes[i].Redelivered = m.MessageId, times > 1
	}
	b.Changes = append(b.Changes, told.Changes...)
	b.Unread = append(b.Unread, told.Unread...)
	return nil
}

// parsed is a notification or an event of EventBridge, by its shape. Both come
// in a message or without one.
func parsed(s shape, payload []byte, message string) (Batch, error) {
	switch {
	case s.Records != nil:
		return notification(*s.Records, message)
	case s.Event == "s3:TestEvent":
		return Batch{}, nil
	case s.Source == "aws.s3":
		return bridged(s, payload)
	case s.Source != "":
		return Batch{}, shapeError("an EventBridge event of %q", s.Source)
	}
	return Batch{}, shapeError("neither Records nor source")
}

// sourceOf is the one service that all records are of.
func sourceOf(records []json.RawMessage) (string, error) {
	source := ""
	for _, record := range records {
		var of struct{ EventSource string }
		if err := json.Unmarshal(record, &of); err != nil {
			return "", shapeError("record: %v", err)
		}
		if of.EventSource == "" || source != "" && of.EventSource != source {
			return "", shapeError("a record of %q among those of %q", of.EventSource, source)
		}
		source = of.EventSource
	}
	return source, nil
}

// changing are the S3 events after which the content of an object is another.
// S3 User Guide, "Supported event types".
var changing = []string{"ObjectCreated:", "ObjectRemoved:", "LifecycleExpiration:"}

// notification is an S3 event notification.
func notification(records []json.RawMessage, message string) (Batch, error) {
	source, err := sourceOf(records)
	if err != nil {
		return Batch{}, err
	}
	if source != "aws:s3" && len(records) > 0 {
		return Batch{}, shapeError("records of %q", source)
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

// detail is what S3's events of EventBridge have in their detail. The key is
// as it is there: EventBridge encodes nothing.
type detail struct {
	Bucket struct{ Name string }
	Object struct {
		Key       string
		VersionID string `json:"version-id"`
		Sequencer string
	}
}

// bridged is an event of EventBridge.
func bridged(s shape, payload []byte) (Batch, error) {
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
		// The time has whole seconds, of which this is the end.
		Bucket: d.Bucket.Name, Key: d.Object.Key, Time: e.Time.Add(time.Second - time.Nanosecond),
		Sequencer: d.Object.Sequencer, Event: s.DetailType, Version: d.Object.VersionID,
	}}}, nil
}
