module certwright.example/bench/parse

go 1.24
