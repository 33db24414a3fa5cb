module example.com/sum-array

go 1.21
