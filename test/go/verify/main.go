// Verifies certificate chains with crypto/x509: one JSON question a line on stdin, one JSON answer a line on stdout.
package main

import (
	"bufio"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"time"
)

type question struct {
	Leaf          []byte   `json:"leaf"`
	Intermediates [][]byte `json:"intermediates"`
	Anchors       [][]byte `json:"anchors"`
	// Milliseconds since the epoch.
	At int64 `json:"at"`
	// Empty for none; an address may stand in its place.
	Name   string   `json:"name"`
	Usages []string `json:"usages"`
}

type answer struct {
	OK    bool   `json:"ok"`
	Error string `json:"error"`
	Go    string `json:"go"`
}

var usages = map[string]x509.ExtKeyUsage{
	"any":             x509.ExtKeyUsageAny,
	"serverAuth":      x509.ExtKeyUsageServerAuth,
	"clientAuth":      x509.ExtKeyUsageClientAuth,
	"codeSigning":     x509.ExtKeyUsageCodeSigning,
	"emailProtection": x509.ExtKeyUsageEmailProtection,
}

func main() {
	in := bufio.NewScanner(os.Stdin)
	// A question holds a hundred certificates at most, of 256 KiB at most.
	in.Buffer(nil, 64<<20)
	out := bufio.NewWriter(os.Stdout)
	answers := json.NewEncoder(out)
	for in.Scan() {
		var q question
		result := answer{Go: runtime.Version()}
		err := json.Unmarshal(in.Bytes(), &q)
		if err == nil {
			err = verify(q)
		}
		result.OK = err == nil
		if err != nil {
			result.Error = err.Error()
		}
		if err := answers.Encode(result); err != nil {
			fail(err)
		}
	}
	if err := in.Err(); err != nil {
		fail(err)
	}
	if err := out.Flush(); err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// Certificates other than the leaf that do not parse are left out, as AppendCertsFromPEM does.
func pool(ders [][]byte) *x509.CertPool {
	certificates := x509.NewCertPool()
	for _, der := range ders {
		if certificate, err := x509.ParseCertificate(der); err == nil {
			certificates.AddCert(certificate)
		}
	}
	return certificates
}

func verify(q question) error {
	leaf, err := x509.ParseCertificate(q.Leaf)
	if err != nil {
		return fmt.Errorf("parse: %w", err)
	}
	options := x509.VerifyOptions{
		DNSName:       q.Name,
		Intermediates: pool(q.Intermediates),
		Roots:         pool(q.Anchors),
		CurrentTime:   time.UnixMilli(q.At),
	}
	for _, name := range q.Usages {
		usage, known := usages[name]
		if !known {
			return fmt.Errorf("unknown usage %q", name)
		}
		options.KeyUsages = append(options.KeyUsages, usage)
	}
	_, err = leaf.Verify(options)
	return err
}
