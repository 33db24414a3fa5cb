module example.com/dead-work

go 1.21
