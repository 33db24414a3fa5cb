// Command lcs finds longest common subsequences of two token streams, tokens being equal when their
// canonical forms are.
package main

import (
	"fmt"
	"os"
	"strconv"
)

const vocabulary = 512

type random struct{ state uint32 }

func (r *random) below(bound uint32) uint32 {
	r.state = r.state*1664525 + 1013904223
	return (r.state >> 16) % bound
}

// fillTable leaves in table[i*width+j] the length of the longest common subsequence of the first i tokens
// of left and the first j of right.
func fillTable(table []uint32, left, right, canonical []uint32) {
	width := len(right) + 1
	for i := 1; i <= len(left); i++ {
		token := canonical[left[i-1]]
		for j := 1; j <= len(right); j++ {
			if token == canonical[right[j-1]] {
				table[i*width+j] = table[(i-1)*width+j-1] + 1
			} else {
				table[i*width+j] = max(table[(i-1)*width+j], table[i*width+j-1])
			}
		}
	}
}

// foldPath walks one longest common subsequence back from its end and folds its tokens into the checksum.
func foldPath(checksum uint64, table []uint32, left, right, canonical []uint32) uint64 {
	width := len(right) + 1
	i, j := len(left), len(right)
	for i > 0 && j > 0 {
		token := canonical[left[i-1]]
		switch {
		case token == canonical[right[j-1]]:
			checksum = (checksum ^ uint64(token)) * 1099511628211
			i--
			j--
		case table[(i-1)*width+j] >= table[i*width+j-1]:
			i--
		default:
			j--
		}
	}
	return checksum
}

func argument(position int, fallback int) int {
	if position >= len(os.Args) {
		return fallback
	}
	value, err := strconv.Atoi(os.Args[position])
	if err != nil || value < 1 {
		fmt.Fprintln(os.Stderr, "usage: lcs [ROUNDS [TOKENS]]")
		os.Exit(2)
	}
	return value
}

func main() {
	rounds := argument(1, 120)
	tokens := argument(2, 1500)

	source := random{state: 2463534242}
	canonical := make([]uint32, vocabulary)
	for i := range canonical {
		canonical[i] = source.below(40)
	}
	left := make([]uint32, tokens)
	right := make([]uint32, tokens)
	for i := range left {
		left[i] = source.below(vocabulary)
		right[i] = source.below(vocabulary)
	}

	table := make([]uint32, (tokens+1)*(tokens+1))
	checksum := uint64(14695981039346656037)
	for round := 0; round < rounds; round++ {
		left[round%tokens] = source.below(vocabulary)
		fillTable(table, left, right, canonical)
		checksum = foldPath(checksum, table, left, right, canonical)
	}
	fmt.Printf("length %d\n", table[len(table)-1])
	fmt.Printf("checksum %016x\n", checksum)
}
