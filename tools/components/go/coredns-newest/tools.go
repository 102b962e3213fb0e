//go:build tools

// Package tools pins CoreDNS, which resolves names in the tests' clusters; go.sum keeps its hashes.
package tools

import _ "github.com/coredns/coredns"
