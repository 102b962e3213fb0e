module certwright.test/mtls

go 1.24
