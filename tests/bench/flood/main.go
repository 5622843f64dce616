// The same flood as that of ../fleet.c, on another HTTP/2 client: that of Go's standard library.
//
//	flood --ca FILE --token-file FILE --at MILLISECONDS FILE
//
// FILE holds a line for each PATCH: its URL, a tab, its body. They begin at that instant (Unix time), 64 in flight on one
// connection; the process ends when all are answered, with 1 where one of them was not answered 200.
package main

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

const inFlight = 64

type patch struct{ url, body string }

func fail(err error) {
	fmt.Fprintln(os.Stderr, "flood:", err)
	os.Exit(1)
}

func read(path string) string {
	text, err := os.ReadFile(path)
	if err != nil {
		fail(err)
	}
	return string(text)
}

func readPatches(path string) []patch {
	var patches []patch
	lines := bufio.NewScanner(strings.NewReader(read(path)))
	for lines.Scan() {
		if address, body, found := strings.Cut(lines.Text(), "\t"); found {
			patches = append(patches, patch{address, body})
		}
	}
	return patches
}

// One question beforehand, so that the connection is there.
func connect(client *http.Client, first string) {
	address, err := url.Parse(first)
	if err != nil {
		fail(err)
	}
	response, err := client.Get("https://" + address.Host + "/version")
	if err != nil {
		fail(err)
	}
	io.Copy(io.Discard, response.Body)
	response.Body.Close()
	if response.ProtoMajor != 2 {
		fail(fmt.Errorf("the server speaks %s", response.Proto))
	}
}

func send(client *http.Client, token string, item patch) bool {
	request, err := http.NewRequest(http.MethodPatch, item.url, strings.NewReader(item.body))
	if err != nil {
		fail(err)
	}
	request.Header.Set("Authorization", "Bearer "+token)
	request.Header.Set("Content-Type", "application/merge-patch+json")
	response, err := client.Do(request)
	if err != nil {
		fail(err)
	}
	io.Copy(io.Discard, response.Body)
	response.Body.Close()
	return response.StatusCode == http.StatusOK
}

func main() {
	ca := flag.String("ca", "", "PEM file of the server's authority")
	tokenFile := flag.String("token-file", "", "bearer token")
	at := flag.Int64("at", 0, "when it begins, in milliseconds of Unix time")
	flag.Parse()
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM([]byte(read(*ca)))
	client := &http.Client{Transport: &http.Transport{
		ForceAttemptHTTP2: true,
		TLSClientConfig:   &tls.Config{RootCAs: roots},
	}}
	patches := readPatches(flag.Arg(0))
	token := strings.TrimSpace(read(*tokenFile))
	if len(patches) == 0 {
		fail(fmt.Errorf("%s holds nothing to send", flag.Arg(0)))
	}
	connect(client, patches[0].url)

	var next, refused atomic.Int64
	var hands sync.WaitGroup
	time.Sleep(time.Until(time.UnixMilli(*at)))
	for range inFlight {
		hands.Add(1)
		go func() {
			defer hands.Done()
			for i := next.Add(1) - 1; i < int64(len(patches)); i = next.Add(1) - 1 {
				if !send(client, token, patches[i]) {
					refused.Add(1)
				}
			}
		}()
	}
	hands.Wait()
	if refused.Load() > 0 {
		fail(fmt.Errorf("%d of %d were refused", refused.Load(), len(patches)))
	}
}
