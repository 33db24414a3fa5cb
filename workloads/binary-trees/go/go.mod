module example.com/binary-trees

go 1.21
