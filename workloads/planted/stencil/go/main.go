// Command stencil smooths a row again and again: five loads and a store that wait for nothing, each with its check.
package main

import (
	"fmt"
	"os"
	"strconv"
)

const (
	cells  = 4096
	border = 2
)

func smooth(next, row []int32, n int) {
	for i := 0; i < n; i++ {
		next[i] = (row[i] + row[i+1]*2 + row[i+2]*3 + row[i+3]*2 + row[i+4]) >> 3
	}
}

func main() {
	rounds := 150000
	if len(os.Args) > 1 {
		value, err := strconv.Atoi(os.Args[1])
		if err != nil || value < 1 {
			fmt.Fprintln(os.Stderr, "usage: stencil [ROUNDS]")
			os.Exit(2)
		}
		rounds = value
	}
	row := make([]int32, cells+2*border)
	next := make([]int32, cells+2*border)
	for i := range row {
		row[i] = int32(i) * 7919 & 0xffff
	}
	for round := 0; round < rounds; round++ {
		smooth(next, row, cells)
		row, next = next, row
	}
	sum := int64(0)
	for _, value := range row {
		sum += int64(value)
	}
	fmt.Printf("sum %d\n", sum)
}
