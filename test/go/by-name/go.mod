module certwright.test/by-name

go 1.24
