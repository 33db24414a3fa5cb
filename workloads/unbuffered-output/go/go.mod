module example.com/unbuffered-output

go 1.21
