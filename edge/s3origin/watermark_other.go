//go:build !linux

package s3origin

import (
	"errors"
	"syscall"
)

// setLowWater is for systems whose readers are woken for every byte.
func setLowWater(syscall.RawConn, int) error { return errors.ErrUnsupported }
