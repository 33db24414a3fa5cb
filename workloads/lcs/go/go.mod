module example.com/lcs

go 1.21
