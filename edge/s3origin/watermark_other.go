//go:build !linux

package s3origin

import (
	"errors"
	"syscall"
)

// setLowWater fails: on these systems every byte wakes a reader.
func setLowWater(syscall.RawConn, int) error { return errors.ErrUnsupported }
