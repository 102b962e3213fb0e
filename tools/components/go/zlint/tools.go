//go:build tools

// Package tools pins zlint, which the tests run on a certificate of every profile; go.sum keeps its hashes.
package tools

import _ "github.com/zmap/zlint/v3/cmd/zlint"
