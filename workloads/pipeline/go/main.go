// A pipeline of three stages: numbers, their squares, the sum.
package main

import (
	"fmt"
	"os"
	"strconv"
)

func main() {
	count, capacity := argument(1, 1_500_000), argument(2, 128)
	numbers := make(chan uint64, capacity)
	squares := make(chan uint64, capacity)
	go func() {
		for i := uint64(0); i < count; i++ {
			numbers <- i
		}
		close(numbers)
	}()
	go func() {
		for number := range numbers {
			squares <- number * number % 1_000_003
		}
		close(squares)
	}()
	var sum uint64
	for square := range squares {
		sum += square
	}
	fmt.Println(sum)
}

func argument(place int, otherwise uint64) uint64 {
	if len(os.Args) <= place {
		return otherwise
	}
	value, err := strconv.ParseUint(os.Args[place], 10, 64)
	if err != nil || value < 1 {
		fmt.Fprintln(os.Stderr, "usage: pipeline [NUMBERS [PLACES]]")
		os.Exit(2)
	}
	return value
}
