package edge

import "time"

const (
	// processMemory is what the process takes in bytes, without an original and
	// the pixels of its resize. Measured: 10 MB at rest, and as much again for
	// TLS and for a response of 1 MB as bytes, base64 and JSON. It is doubled
	// for garbage that is not collected yet.
	processMemory = 40 << 20
	// oneCPU is the memory, in bytes, at which Lambda gives a function one
	// processor. Below that, the share is in proportion (Lambda Developer
	// Guide, "Configure Lambda function memory").
	oneCPU = 1769 << 20
	// answerTime is how long handing a response back takes on a machine that is
	// busy with other functions, and answerCPU the processor time that it
	// takes.
	answerTime, answerCPU = 500 * time.Millisecond, 20 * time.Millisecond
	// handOverTime is how long a resize whose time is over has to notice and to
	// report its progress for the log. It is a small part of answerTime.
	handOverTime = 20 * time.Millisecond
)

// resizeMemory returns how many of the function's memory bytes a resize may
// use. 0 means unknown, and no limit.
func resizeMemory(memory int64) int64 {
	if memory == 0 {
		return 0
	}
	return max(1, memory-processMemory)
}

// keptMemory returns how many of the function's memory bytes buffers may take
// that are kept from one resize to the next. 0 keeps only the minimum. Kept
// buffers that a resize does not use take memory beside it.
func keptMemory(memory int64) int64 { return resizeMemory(memory) / 16 }

// deadlineMargin returns how long before Lambda's deadline a function with
// memory bytes must answer; 0 means unknown.
func deadlineMargin(memory int64) time.Duration {
	share := 1.0
	if memory > 0 {
		share = min(1, float64(memory)/oneCPU)
	}
	return answerTime + time.Duration(float64(answerCPU)/share)
}
