// Command sign signs a canonical URL, as an example for servers in Go. Beside it are
// the same for Node, Python and PHP.
//
//	go run ./edge/viewerrequest/sign KEYS '/photo.jpg?width=500&height=300' 1893456000
//
// KEYS is a file of `go run ./deploy signing-keys`, and the last argument the Unix time
// at which the URL expires. `go run ./deploy sign` signs any spelling of a URL instead.
package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"os"
	"strings"
)

// sign returns url, which must be canonical, with its expiry and signature.
func sign(key, url, expires string) string {
	message := url + "&expires=" + expires
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte(message))
	return message + "&signature=" + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: sign KEYS '/photo.jpg?width=500&height=300' EXPIRES")
		os.Exit(2)
	}
	keys, err := os.ReadFile(os.Args[1])
	if err != nil || len(strings.Fields(string(keys))) == 0 {
		fmt.Fprintln(os.Stderr, "sign: no keys:", err)
		os.Exit(1)
	}
	fmt.Println(sign(strings.Fields(string(keys))[0], os.Args[2], os.Args[3]))
}
