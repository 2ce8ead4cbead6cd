package s3origin

import (
	"crypto/tls"
	"net"
	"syscall"
)

// waterMark is the number of bytes that must have arrived over a connection to
// wake its reader, on systems that support it. nil stands for no connection.
type waterMark struct {
	raw syscall.RawConn
	at  int
}

// waterMarkOf returns the mark of a connection, at its lowest; nil unless conn
// is TCP, with or without TLS.
func waterMarkOf(conn net.Conn) *waterMark {
	if over, ok := conn.(*tls.Conn); ok {
		conn = over.NetConn()
	}
	plain, ok := conn.(*net.TCPConn)
	if !ok {
		return nil
	}
	raw, err := plain.SyscallConn()
	if err != nil {
		return nil
	}
	return &waterMark{raw: raw, at: 1}
}

// raise sets the mark to size bytes, at least one. If fewer bytes than that are
// still to come, the reader waits for ever.
func (w *waterMark) raise(size int) {
	size = max(size, 1)
	if w == nil || w.at == size {
		return
	}
	if err := setLowWater(w.raw, size); err == nil {
		w.at = size
	}
}
