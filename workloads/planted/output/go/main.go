// Command output writes many short lines. With the build tag "planted" each line is a write of its own.
package main

import (
	"fmt"
	"os"
	"strconv"
)

func main() {
	lines := 300000
	if len(os.Args) > 1 {
		value, err := strconv.Atoi(os.Args[1])
		if err != nil || value < 1 {
			fmt.Fprintln(os.Stderr, "usage: output [LINES]")
			os.Exit(2)
		}
		lines = value
	}
	out := newOutput(os.Stdout)
	state := uint32(12345)
	for i := 0; i < lines; i++ {
		state = state*1664525 + 1013904223
		fmt.Fprintln(out, "reading", i, "value", state>>8)
	}
	if err := out.Flush(); err != nil {
		fmt.Fprintln(os.Stderr, "output:", err)
		os.Exit(1)
	}
}
