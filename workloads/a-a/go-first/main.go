// Command sieve counts primes in growing ranges; the same source stands twice in this workload.
package main

import (
	"fmt"
	"os"
	"strconv"
)

func countPrimes(composite []bool) int {
	clear(composite)
	primes := 0
	for n := 2; n < len(composite); n++ {
		if composite[n] {
			continue
		}
		primes++
		for multiple := n * n; multiple < len(composite); multiple += n {
			composite[multiple] = true
		}
	}
	return primes
}

func main() {
	rounds := 300
	if len(os.Args) > 1 {
		value, err := strconv.Atoi(os.Args[1])
		if err != nil || value < 1 {
			fmt.Fprintln(os.Stderr, "usage: sieve [ROUNDS]")
			os.Exit(2)
		}
		rounds = value
	}
	const size = 400000
	composite := make([]bool, size+rounds)
	total := 0
	for round := 0; round < rounds; round++ {
		total += countPrimes(composite[:size+round])
	}
	fmt.Printf("primes found %d\n", total)
}
