//go:build !linux && !darwin

package bucket

import (
	"io/fs"
	"time"
)

// changeTime returns when a file was last changed, as far as the system says.
func changeTime(info fs.FileInfo) time.Time { return info.ModTime() }
