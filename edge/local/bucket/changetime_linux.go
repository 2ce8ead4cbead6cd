package bucket

import (
	"io/fs"
	"syscall"
	"time"
)

// changeTime returns when a file was last changed in any way. Nothing can set
// it back.
func changeTime(info fs.FileInfo) time.Time {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		return time.Unix(stat.Ctim.Unix())
	}
	return info.ModTime()
}
