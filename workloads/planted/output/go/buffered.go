//go:build !planted

package main

import (
	"bufio"
	"io"
)

func newOutput(target io.Writer) *bufio.Writer {
	return bufio.NewWriterSize(target, 65536)
}
