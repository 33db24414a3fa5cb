module example.org/contract

go 1.23
