package pgtest

import (
	"errors"
	"io"
	"net"
	"sync"
	"testing"
)

// Proxy stands between clients and a server and cuts connections.
type Proxy struct {
	Port int

	mu      sync.Mutex
	up      int64 // bytes to let through to the server before the cut; negative is no cut
	down    int64 // and from it
	cut     bool
	forGood bool // whether connections after the cut are refused
	sent    int64
	got     int64
	listen  net.Listener
	backend string
	open    map[net.Conn]bool
}

// NewProxy starts a proxy before a server. It ends with the test.
func NewProxy(t testing.TB, s *Server) *Proxy {
	t.Helper()
	listen, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &Proxy{listen: listen, Port: listen.Addr().(*net.TCPAddr).Port, backend: s.address(), open: map[net.Conn]bool{}}
	p.Cut(-1, -1, false)
	go p.serve()
	t.Cleanup(func() {
		_ = listen.Close()
		p.mu.Lock()
		defer p.mu.Unlock()
		p.hangUp()
	})
	return p
}

// Cut has all connections cut, once, when so many bytes went to the server or came from it; a negative number is none.
// Those that come after it are refused when forGood.
func (p *Proxy) Cut(up, down int64, forGood bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.up, p.down, p.cut, p.forGood, p.sent, p.got = up, down, false, forGood, 0, 0
}

// Seen tells how many bytes went to the server and came from it since Cut.
func (p *Proxy) Seen() (up, down int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.sent, p.got
}

func (p *Proxy) serve() {
	for {
		client, err := p.listen.Accept()
		if err != nil {
			return
		}
		p.mu.Lock()
		refused := p.cut && p.forGood
		p.mu.Unlock()
		server, err := net.Dial("tcp", p.backend)
		if err != nil || refused {
			_ = client.Close()
			if server != nil {
				_ = server.Close()
			}
			continue
		}
		p.mu.Lock()
		p.open[client], p.open[server] = true, true
		p.mu.Unlock()
		go p.pass(client, server, true)
		go p.pass(server, client, false)
	}
}

func (p *Proxy) pass(from, to net.Conn, up bool) {
	buf := make([]byte, 8<<10)
	for {
		n, err := from.Read(buf)
		if n > 0 && !p.let(to, buf[:n], up) {
			return
		}
		if err != nil {
			if errors.Is(err, io.EOF) {
				_ = to.(*net.TCPConn).CloseWrite()
			}
			return
		}
	}
}

// let passes bytes on, up to the cut.
func (p *Proxy) let(to net.Conn, piece []byte, up bool) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	count, limit := &p.got, p.down
	if up {
		count, limit = &p.sent, p.up
	}
	if limit >= 0 && !p.cut && *count+int64(len(piece)) >= limit {
		_, _ = to.Write(piece[:limit-*count])
		*count = limit
		p.cut = true
		p.hangUp()
		return false
	}
	*count += int64(len(piece))
	_, err := to.Write(piece)
	return err == nil
}

func (p *Proxy) hangUp() {
	for conn := range p.open {
		_ = conn.Close()
	}
	clear(p.open)
}
