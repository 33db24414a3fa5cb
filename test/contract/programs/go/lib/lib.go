// Package lib holds what inlining and bounds checks act on.
package lib

// Twice is small enough to be inlined.
func Twice(x int) int { return x + x }

// Gather adds the values at places that only the data knows.
func Gather(values []int, places []int) int {
	sum := 0
	for _, place := range places {
		sum += values[place]
	}
	return sum
}

// Max has a branch that becomes a conditional move.
func Max(values []int) int {
	most := values[0]
	for _, value := range values {
		if value > most {
			most = value
		}
	}
	return most
}
