module example.com/blur

go 1.21
