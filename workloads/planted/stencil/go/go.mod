module example.com/stencil

go 1.21
