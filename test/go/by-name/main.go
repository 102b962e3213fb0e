// A net/http server that chooses its certificate by the client's server name, as ingress controllers do, and fails for
// every other name and for none:
//
//	by-name CERT KEY NAME
//
// A NAME of "-" is nobody's: it fails for all. It listens on a free port of 127.0.0.1 and prints the address as its first line.
package main

import (
	"crypto/tls"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
)

func main() {
	pair, err := tls.LoadX509KeyPair(os.Args[1], os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(listener.Addr())
	server := &http.Server{
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "ok") }),
		TLSConfig: &tls.Config{
			GetCertificate: func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
				if hello.ServerName != os.Args[3] {
					return nil, fmt.Errorf("no certificate for %q", hello.ServerName)
				}
				return &pair, nil
			},
		},
	}
	log.Fatal(server.ServeTLS(listener, "", ""))
}
