// Command word-count counts the words of the text on stdin, again and again, and prints the most frequent.
package main

import (
	"fmt"
	"io"
	"os"
	"sort"
	"strconv"
	"strings"
)

// count counts the words of text from the one at position skip on, without regard to case and punctuation.
func count(text string, skip int) map[string]uint32 {
	counts := make(map[string]uint32)
	for position, field := range strings.Fields(text) {
		if position >= skip {
			counts[strings.ToLower(strings.TrimRight(field, ".,"))]++
		}
	}
	return counts
}

// weigh folds counts into one number that does not depend on the map's order.
func weigh(counts map[string]uint32) uint64 {
	weight := uint64(0)
	for word, times := range counts {
		weight += uint64(times) * uint64(times) * uint64(len(word))
	}
	return weight
}

func main() {
	rounds := 40
	if len(os.Args) > 1 {
		value, err := strconv.Atoi(os.Args[1])
		if err != nil || value < 1 {
			fmt.Fprintln(os.Stderr, "usage: word-count [ROUNDS] < TEXT")
			os.Exit(2)
		}
		rounds = value
	}
	data, err := io.ReadAll(os.Stdin)
	if err != nil {
		fmt.Fprintln(os.Stderr, "word-count:", err)
		os.Exit(1)
	}

	text := string(data)
	checksum := uint64(14695981039346656037)
	var counts map[string]uint32
	for round := 0; round < rounds; round++ {
		counts = count(text, round)
		checksum = (checksum ^ weigh(counts)) * 1099511628211
	}

	words := make([]string, 0, len(counts))
	for word := range counts {
		words = append(words, word)
	}
	sort.Slice(words, func(i, j int) bool {
		if counts[words[i]] != counts[words[j]] {
			return counts[words[i]] > counts[words[j]]
		}
		return words[i] < words[j]
	})
	for _, word := range words[:min(10, len(words))] {
		fmt.Printf("%d %s\n", counts[word], word)
	}
	fmt.Printf("words %d\n", len(words))
	fmt.Printf("checksum %016x\n", checksum)
}
