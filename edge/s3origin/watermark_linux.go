package s3origin

import "syscall"

// setLowWater sets how many bytes make a socket readable (socket(7),
// SO_RCVLOWAT). The end of the data and errors always do.
func setLowWater(conn syscall.RawConn, size int) (err error) {
	outer := conn.Control(func(fd uintptr) {
		err = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_RCVLOWAT, size)
	})
	if outer != nil {
		return outer
	}
	return err
}
