module example.com/key-value

go 1.21
