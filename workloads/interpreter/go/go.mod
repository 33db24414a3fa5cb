module example.com/interpreter

go 1.21
