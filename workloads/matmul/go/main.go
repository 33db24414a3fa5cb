// Command matmul multiplies square matrices of doubles, each product feeding the next.
package main

import (
	"fmt"
	"os"
	"strconv"
)

const modulus = 31

// multiply leaves the product of left and right in product, all of size n by n, row by row.
func multiply(product, left, right []float64, n int) {
	clear(product)
	for i := 0; i < n; i++ {
		row := product[i*n : (i+1)*n]
		for k := 0; k < n; k++ {
			factor := left[i*n+k]
			for j, value := range right[k*n : (k+1)*n] {
				row[j] += factor * value
			}
		}
	}
}

// reduce brings every entry back to a whole number below modulus, so that all arithmetic stays exact.
func reduce(matrix []float64) {
	for i, value := range matrix {
		matrix[i] = float64(uint32(value) % modulus)
	}
}

func fill(matrix []float64, state uint32) {
	for i := range matrix {
		state = state*1664525 + 1013904223
		matrix[i] = float64((state >> 16) % modulus)
	}
}

func argument(position int, fallback int) int {
	if position >= len(os.Args) {
		return fallback
	}
	value, err := strconv.Atoi(os.Args[position])
	if err != nil || value < 1 || value > 4096 {
		fmt.Fprintln(os.Stderr, "usage: matmul [PRODUCTS [SIZE]], each 1 to 4096")
		os.Exit(2)
	}
	return value
}

func main() {
	products := argument(1, 40)
	n := argument(2, 256)

	left := make([]float64, n*n)
	right := make([]float64, n*n)
	product := make([]float64, n*n)
	fill(left, 12345)
	fill(right, 54321)
	for i := 0; i < products; i++ {
		multiply(product, left, right, n)
		reduce(product)
		left, product = product, left
	}
	checksum := uint64(14695981039346656037)
	for _, value := range left {
		checksum = (checksum ^ uint64(value)) * 1099511628211
	}
	fmt.Printf("corner %d\n", uint32(left[n*n-1]))
	fmt.Printf("checksum %016x\n", checksum)
}
