package main

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// reservePort takes a port of 127.0.0.1 (0: a free one) for as long as the process lives: bound here
// but not listening, so that connections are refused while the part that serves it is away, and
// nobody else can have it meanwhile. The part binds it as well, by SO_REUSEPORT.
func reservePort(wanted int) (int, error) {
	socket, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return 0, err
	}
	if err := unix.SetsockoptInt(socket, unix.SOL_SOCKET, unix.SO_REUSEPORT, 1); err != nil {
		return 0, err
	}
	address := &unix.SockaddrInet4{Port: wanted, Addr: [4]byte{127, 0, 0, 1}}
	if err := unix.Bind(socket, address); err != nil {
		return 0, fmt.Errorf("cannot take port %d of 127.0.0.1: %w", wanted, err)
	}
	bound, err := unix.Getsockname(socket)
	if err != nil {
		return 0, err
	}
	return bound.(*unix.SockaddrInet4).Port, nil
}
