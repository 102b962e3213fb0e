// Writes Netflix's BetterTLS suites (path building, name constraints) as x509-limbo test cases,
// one JSON object a line, to the file named by the only argument. Keys are fresh on every run:
// the verdicts are a property of the shapes, not of the keys.
package main

import (
	"bufio"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net"
	"os"
	"time"

	"github.com/Netflix/bettertls/test-suites/certutil"
	"github.com/Netflix/bettertls/test-suites/nameconstraints"
	"github.com/Netflix/bettertls/test-suites/pathbuilding"
	testcase "github.com/Netflix/bettertls/test-suites/test-case"
)

type peerName struct {
	Kind  string `json:"kind"`
	Value string `json:"value"`
}

type limboCase struct {
	ID                     string   `json:"id"`
	Features               []string `json:"features"`
	ValidationKind         string   `json:"validation_kind"`
	ValidationTime         string   `json:"validation_time"`
	TrustedCerts           []string `json:"trusted_certs"`
	UntrustedIntermediates []string `json:"untrusted_intermediates"`
	PeerCertificate        string   `json:"peer_certificate"`
	ExtendedKeyUsage       []string `json:"extended_key_usage"`
	ExpectedResult         string   `json:"expected_result"`
	ExpectedPeerName       peerName `json:"expected_peer_name"`
}

// The certificates are for a year from now; the file may be kept for longer.
var written = time.Now().UTC().Format(time.RFC3339)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: bettertls OUTPUT.jsonl")
		os.Exit(2)
	}
	if err := write(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func write(path string) error {
	root, key, err := certutil.GenerateSelfSignedCert("bettertls_trust_root")
	if err != nil {
		return err
	}
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer file.Close()
	buffered := bufio.NewWriter(file)
	lines := json.NewEncoder(buffered)
	for _, suite := range []testcase.TestCaseProvider{
		nameconstraints.NewTestCaseProvider(),
		pathbuilding.NewTestCaseProvider(),
	} {
		count, err := suite.GetTestCaseCount()
		if err != nil {
			return err
		}
		for number := uint(0); number < count; number++ {
			one, err := suite.GetTestCase(number)
			if err != nil {
				return err
			}
			chain, err := one.GetCertificates(root, key)
			if err != nil {
				return err
			}
			if err := lines.Encode(asLimbo(suite.Name(), number, one, chain.Certificate, root)); err != nil {
				return err
			}
		}
	}
	return buffered.Flush()
}

// A soft expectation counts like a hard one, as in the limbo suite and in Go's own test.
func asLimbo(suite string, number uint, one testcase.TestCase, chain [][]byte, root *x509.Certificate) limboCase {
	expected := "FAILURE"
	switch one.ExpectedResult() {
	case testcase.EXPECTED_RESULT_PASS, testcase.EXPECTED_RESULT_SOFT_PASS:
		expected = "SUCCESS"
	}
	kind := "DNS"
	if net.ParseIP(one.GetHostname()) != nil {
		kind = "IP"
	}
	intermediates := []string{}
	for _, der := range chain[1:] {
		intermediates = append(intermediates, pemOf(der))
	}
	return limboCase{
		ID:                     fmt.Sprintf("bettertls::%s::tc%d", suite, number),
		Features:               []string{},
		ValidationKind:         "SERVER",
		ValidationTime:         written,
		TrustedCerts:           []string{pemOf(root.Raw)},
		UntrustedIntermediates: intermediates,
		PeerCertificate:        pemOf(chain[0]),
		ExtendedKeyUsage:       []string{"serverAuth"},
		ExpectedResult:         expected,
		ExpectedPeerName:       peerName{Kind: kind, Value: one.GetHostname()},
	}
}

func pemOf(der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}
