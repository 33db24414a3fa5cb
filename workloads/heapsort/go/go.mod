module example.com/heapsort

go 1.21
