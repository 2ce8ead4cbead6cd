package resize

import (
	"errors"

	"github.com/edgeresize/edgeresize/resize/pic"
)

// written returns the rooms of the formats to try for a variant, best first.
func (j *job) written(t table, req Request) []room {
	var rooms []room
	for _, name := range outputs(j.header, req.Formats, j.effects.like(j.header)) {
		room, ok := t.writer(name, j.header)
		switch {
		case !ok:
			j.pass(name, NotWritten, 0)
		case name == AVIF && !req.allowsAVIF(j.canvas.size):
			j.pass(name, TooManyPixels, 0)
		default:
			rooms = append(rooms, room)
		}
	}
	return rooms
}

// affordable returns the rooms that can make the variant within the limit of memory.
// memory is how many bytes decoding, resampling and encoding take in the room that
// takes the most; or with the buffers of all the rooms at once, if that is at most
// together bytes. If no room is within the limit, the error is the [*LimitError] of the
// one that takes the least.
func (j *job) affordable(req Request, rooms []room, b pic.Budget, together int64) (within []room, memory int64, err error) {
	before := j.decoding.Memory + j.resampleMemory() +
		j.effects.memory(j.view) + j.canvas.memory(j.decoding.Shape, j.view)
	all := before
	for _, room := range rooms {
		need := before + room.encoder.Memory(j.header, j.canvas.size.X, j.canvas.size.Y, b)
		if tooMuch := req.checkMemory(need); tooMuch != nil {
			if limit := (*LimitError)(nil); !errors.As(err, &limit) || need < limit.Got {
				err = tooMuch
			}
			j.pass(room.format, TooMuchMemory, 0)
			continue
		}
		within, memory = append(within, room), max(memory, need)
		all += need - before
	}
	if within != nil {
		err = nil
	}
	if all <= together && req.checkMemory(all) == nil {
		j.together, memory = true, all
	}
	return within, memory, err
}
