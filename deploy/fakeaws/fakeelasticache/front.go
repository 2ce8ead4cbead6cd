// Package fakeelasticache fakes what ElastiCache Serverless adds to Valkey: TLS, and
// passwords that are tokens of IAM. Behind it is a real Valkey or Redis, or, where neither
// is installed, a stand-in: see [Server].
package fakeelasticache

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
)

// Front connects clients to a server, which lets in those with a valid token. Its
// fields are set before Serve.
type Front struct {
	Verifier *Verifier
	Server   *Server
	// TLS has the certificate.
	TLS *tls.Config

	mu                    sync.Mutex
	connections, accepted int
	refused               []error
}

// Connections returns the number of connections so far.
func (f *Front) Connections() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.connections
}

// Accepted returns the number of accepted tokens.
func (f *Front) Accepted() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.accepted
}

// Refused returns the errors of the refused tokens.
func (f *Front) Refused() []error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.refused
}

// Serve accepts connections until the listener is closed.
func (f *Front) Serve(listener net.Listener) {
	for {
		plain, err := listener.Accept()
		if err != nil {
			return
		}
		f.mu.Lock()
		f.connections++
		f.mu.Unlock()
		go func() {
			client := tls.Server(plain, f.TLS)
			defer client.Close()
			server, err := f.Server.dial()
			if err != nil {
				return
			}
			defer server.Close()
			go func() {
				defer client.Close()
				_, _ = io.Copy(client, server) // ends with either connection
			}()
			_ = f.forward(client, server) // ends with either connection
		}()
	}
}

// forward forwards commands, and authenticates the tokens in them.
func (f *Front) forward(client io.Reader, server io.Writer) error {
	in := bufio.NewReader(client)
	for {
		words, err := readCommand(in)
		if err != nil {
			return err
		}
		if user, token := credentialsIn(words); token != nil {
			f.authenticate(*user, token)
		}
		if _, err := server.Write(command(words)); err != nil {
			return err
		}
	}
}

// authenticate adds a valid token to the user's passwords, and replaces an invalid one
// by a wrong password. It removes no password, because another connection may be about
// to use it.
func (f *Front) authenticate(user string, token *string) {
	err := f.Verifier.Verify(user, *token)
	if err == nil {
		err = f.Server.AddPassword(user, *token)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if err != nil {
		f.refused = append(f.refused, err)
		*token = "refused"
		return
	}
	f.accepted++
}

// credentialsIn returns the user and the password in AUTH, or in HELLO with AUTH.
func credentialsIn(words []string) (user, password *string) {
	at := -1
	switch strings.ToUpper(words[0]) {
	case "AUTH":
		at = 0
	case "HELLO":
		for i, word := range words {
			if strings.EqualFold(word, "AUTH") {
				at = i
			}
		}
	}
	if at < 0 || at+2 >= len(words) {
		return nil, nil
	}
	return &words[at+1], &words[at+2]
}

// maxWord is the maximum length of a word in a command, in bytes, and maxWords the
// maximum number of words.
const (
	maxWord  = 1 << 20
	maxWords = 1 << 16
)

// readCommand reads an array of bulk strings. Valkey documentation, "Serialization
// protocol specification".
func readCommand(in *bufio.Reader) ([]string, error) {
	n, err := readLength(in, '*', maxWords)
	if err != nil {
		return nil, err
	}
	words := make([]string, n)
	for i := range words {
		length, err := readLength(in, '$', maxWord)
		if err != nil {
			return nil, err
		}
		word := make([]byte, length+len("\r\n"))
		if _, err := io.ReadFull(in, word); err != nil {
			return nil, err
		}
		words[i] = string(word[:length])
	}
	return words, nil
}

// readLength reads a length, at most most, after the byte kind.
func readLength(in *bufio.Reader, kind byte, most int) (int, error) {
	line, err := in.ReadString('\n')
	if err != nil {
		return 0, err
	}
	n, err := strconv.Atoi(strings.TrimSuffix(line[1:], "\r\n"))
	if err != nil || line[0] != kind || n < 0 || n > most || kind == '*' && n == 0 {
		return 0, fmt.Errorf("fakeelasticache: %.80q is no length after %c", line, kind)
	}
	return n, nil
}

// command returns words in the form that readCommand reads.
func command(words []string) []byte {
	b := fmt.Appendf(nil, "*%d\r\n", len(words))
	for _, word := range words {
		b = fmt.Appendf(b, "$%d\r\n%s\r\n", len(word), word)
	}
	return b
}
