//go:build linux || darwin

// Added to package os by an overlay: writes to standard output are gathered and written in large pieces. Everything
// that could see the difference (another use of the descriptor, a child process) first gets what was gathered.

package os

import (
	"internal/runtime/exithook"
	"sync"
)

const perfgapCapacity = 64 << 10

var perfgapStdout struct {
	mutex  sync.Mutex
	buffer []byte
	// The file that the buffer was written to; nil while it is empty.
	file *File
	// Set once the descriptor is in other hands: from then on nothing is held back.
	off bool
}

func init() {
	// Hooks run last in, first out: what another hook prints is still written.
	exithook.Add(exithook.Hook{F: perfgapFlush, RunOnFailure: true})
}

// perfgapWrite reports taken = false for files that are not standard output.
func perfgapWrite(f *File, b []byte) (n int, err error, taken bool) {
	if f.pfd.Sysfd != 1 {
		return 0, nil, false
	}
	perfgapStdout.mutex.Lock()
	defer perfgapStdout.mutex.Unlock()
	if perfgapStdout.off {
		return 0, nil, false
	}
	if perfgapStdout.file != f || len(perfgapStdout.buffer)+len(b) > perfgapCapacity {
		if err := perfgapFlushLocked(); err != nil {
			return 0, err, true
		}
	}
	if len(b) >= perfgapCapacity {
		n, err := f.pfd.Write(b)
		return n, err, true
	}
	if perfgapStdout.buffer == nil {
		perfgapStdout.buffer = make([]byte, 0, perfgapCapacity)
	}
	perfgapStdout.file = f
	perfgapStdout.buffer = append(perfgapStdout.buffer, b...)
	return len(b), nil, true
}

func perfgapFlush() {
	perfgapStdout.mutex.Lock()
	defer perfgapStdout.mutex.Unlock()
	perfgapFlushLocked()
}

// perfgapRelease flushes, and ends buffering for good.
func perfgapRelease() {
	perfgapStdout.mutex.Lock()
	defer perfgapStdout.mutex.Unlock()
	perfgapFlushLocked()
	perfgapStdout.off = true
}

func perfgapFlushLocked() error {
	f := perfgapStdout.file
	if f == nil {
		return nil
	}
	perfgapStdout.file = nil
	b := perfgapStdout.buffer
	perfgapStdout.buffer = b[:0]
	if len(b) == 0 {
		return nil
	}
	_, err := f.pfd.Write(b)
	return err
}

// perfgapFlushIfStdout is called before other operations on the descriptor.
func perfgapFlushIfStdout(f *File) {
	if f != nil && f.file != nil && f.pfd.Sysfd == 1 {
		perfgapFlush()
	}
}

func perfgapReleaseIfStdout(f *File) {
	if f != nil && f.file != nil && f.pfd.Sysfd == 1 {
		perfgapRelease()
	}
}
