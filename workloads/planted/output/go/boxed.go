//go:build planted && boxed

package main

import "io"

type unbuffered struct{ io.Writer }

func (unbuffered) Flush() error { return nil }

// A value: printing through it puts it on the heap for every line, a second cost beside the write.
func newOutput(target io.Writer) unbuffered {
	return unbuffered{target}
}
