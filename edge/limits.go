package edge

import "time"

const (
	// processMemory is how many bytes the process takes beside an original and
	// the pixels of its resize: measured, 10 MB at rest and as much again for TLS
	// and for a response of 1 MB as bytes, base64 and JSON; doubled for what is
	// not collected yet.
	processMemory = 40 << 20
	// oneCPU is the memory, in bytes, at which Lambda gives a function one
	// processor's time; it is in proportion below (Lambda Developer Guide,
	// "Configure Lambda function memory").
	oneCPU = 1769 << 20
	// To hand a response back takes this long on a machine that is busy with
	// other functions, and this much of a processor's time.
	answerTime, answerCPU = 500 * time.Millisecond, 20 * time.Millisecond
	// A resize whose time is over has this long to notice and to say how far it
	// got, for the log. It comes out of answerTime, of which it is a small part.
	handOverTime = 20 * time.Millisecond
)

// resizeMemory is how many bytes a resize may work with in a function of so
// many bytes; 0 is no limit, and where that is not known.
func resizeMemory(function int64) int64 {
	if function == 0 {
		return 0
	}
	return max(1, function-processMemory)
}

// keptMemory is how many bytes of buffers may be kept from one resize to the next in
// a function of so many bytes; 0 for no more than is always kept. What a resize does
// not take of them it takes beside them.
func keptMemory(function int64) int64 { return resizeMemory(function) / 16 }

// deadlineMargin is how long before Lambda's deadline an answer goes out in a
// function of so many bytes, 0 where that is not known.
func deadlineMargin(function int64) time.Duration {
	share := 1.0
	if function > 0 {
		share = min(1, float64(function)/oneCPU)
	}
	return answerTime + time.Duration(float64(answerCPU)/share)
}
