// Parses a fleet of certificates with crypto/x509 and prints the best rate per CPU-second of several passes.
package main

import (
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"os"
	"strconv"
	"syscall"
)

// cpu is user and system time of this process in seconds, all threads, garbage collection included.
func cpu() float64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	seconds := func(t syscall.Timeval) float64 { return float64(t.Sec) + float64(t.Usec)/1e6 }
	return seconds(usage.Utime) + seconds(usage.Stime)
}

// touch uses the same fields as the other side of the benchmark, so that neither can leave work out.
func touch(c *x509.Certificate) int {
	sum := sha256.Sum256(c.Raw)
	n := len(hex.EncodeToString(sum[:]))
	n += len(c.SerialNumber.Bytes())
	n += len(c.Issuer.CommonName) + len(c.Subject.CommonName)
	n += c.NotBefore.Year()&1 + c.NotAfter.Year()&1
	n += int(c.SignatureAlgorithm) & 1
	switch key := c.PublicKey.(type) {
	case *rsa.PublicKey:
		n += key.N.BitLen()
	case *ecdsa.PublicKey:
		n += key.Params().BitSize
	}
	n += len(c.DNSNames) + len(c.IPAddresses) + len(c.URIs)
	if c.IsCA {
		n++
	}
	n += int(c.KeyUsage) & 1
	n += len(c.ExtKeyUsage)
	n += len(c.SubjectKeyId) + len(c.AuthorityKeyId)
	return n
}

func main() {
	file, err := os.ReadFile(os.Args[1])
	if err != nil {
		panic(err)
	}
	passes, err := strconv.Atoi(os.Args[2])
	if err != nil {
		panic(err)
	}
	var ders [][]byte
	for at := 0; at < len(file); {
		length := int(binary.BigEndian.Uint32(file[at:]))
		ders = append(ders, file[at+4:at+4+length])
		at += 4 + length
	}
	best := 0.0
	total := 0
	for pass := 0; pass < passes; pass++ {
		start := cpu()
		for _, der := range ders {
			certificate, err := x509.ParseCertificate(der)
			if err != nil {
				panic(err)
			}
			total += touch(certificate)
		}
		best = max(best, float64(len(ders))/(cpu()-start))
	}
	fmt.Printf("{\"rate\":%.0f,\"total\":%d}\n", best, total)
}
