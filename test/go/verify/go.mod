module certwright.test/verify

go 1.23
