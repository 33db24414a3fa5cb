module example.com/int-width

go 1.21
