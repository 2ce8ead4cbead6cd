package s3origin

import (
	"crypto/tls"
	"net"
	"syscall"
)

// waterMark says how many bytes must have arrived over a connection for a reader to
// be woken, where the system can hold it so long. Nil is that of no connection.
type waterMark struct {
	raw syscall.RawConn
	at  int
}

// waterMarkOf returns the mark of a connection, which is the lowest yet; nil where
// it is none of TCP, with TLS or without.
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

// raise moves the mark to size bytes, of which at least one counts. Where all that
// is to come may be less than that, its reader would wait for ever.
func (w *waterMark) raise(size int) {
	size = max(size, 1)
	if w == nil || w.at == size {
		return
	}
	if err := setLowWater(w.raw, size); err == nil {
		w.at = size
	}
}
