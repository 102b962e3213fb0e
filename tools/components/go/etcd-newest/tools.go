//go:build tools

// Package tools pins the etcd of the newest Kubernetes, for the nightly tests; go.sum keeps their hashes.
package tools

import (
	_ "go.etcd.io/etcd/etcdctl/v3"
	_ "go.etcd.io/etcd/etcdutl/v3"
	_ "go.etcd.io/etcd/server/v3"
)
