module example.com/growing-buffer

go 1.21
