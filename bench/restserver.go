package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"sync"
	"time"
)

// pageRecords is how many records a page of the API has, each of about 600 bytes.
const pageRecords = 100

// pageServer is an API of invoices: its pages were rendered before anyone asks, but for the ids in them.
type pageServer struct {
	pages  int // of the list
	bodies [][]byte
	ids    [][]int // where in a body the number of each record stands
	next   []int   // where the next cursor stands

	buffers  sync.Pool
	mu       sync.Mutex
	arrivals []time.Time
}

// numberWidth is that of numbers in ids and cursors.
const numberWidth = 12

// renderedPages is how many pages differ in more than their ids.
const renderedPages = 500

func newPageServer(pages int) *pageServer {
	s := &pageServer{pages: pages, buffers: sync.Pool{New: func() any { return new(bytes.Buffer) }}}
	for page := range min(pages, renderedPages) {
		var body bytes.Buffer
		var at []int
		body.WriteString(`{"object":"list","data":[`)
		for i := range pageRecords {
			if i > 0 {
				body.WriteByte(',')
			}
			at = append(at, appendInvoice(&body, page*pageRecords+i))
		}
		body.WriteString(`],"next":"`)
		s.next = append(s.next, body.Len())
		body.WriteString("000000000000\",\"url\":\"/v1/invoices\",\"more\":true }")
		s.bodies, s.ids = append(s.bodies, body.Bytes()), append(s.ids, at)
	}
	return s
}

// appendInvoice writes a record and gives the place of its number.
func appendInvoice(out *bytes.Buffer, n int) int {
	out.WriteString(`{"id":"in_`)
	at := out.Len()
	day := time.Date(2024, 1, 1, 12, 0, 0, 0, time.UTC).AddDate(0, 0, n%700)
	fmt.Fprintf(out, `000000000000","object":"invoice","customer":"cus_%08d","number":"INV-%06d","status":"%s","currency":"brl","amount_due":%d,`+
		`"amount_paid":%d.%02d,"created":%d,"due_date":"%s","paid":%t,"attempt_count":%d,"description":"Subscription of the month, plan %c",`+
		`"customer_email":"finance+%d@example.com","customer_name":"Company %d Ltda","recurring":{"interval":"month","interval_count":1},`+
		`"billing_reason":"subscription_cycle","collection_method":"charge_automatically","discount":null,"livemode":false,`+
		`"metadata":{"seller":"team-%d","region":"south"},"period_start":%d,"period_end":%d}`,
		n*7919%99991, n, []string{"paid", "open", "draft"}[n%3], n*31%100_000, n*17%1000, n%100, day.Unix(), day.Format(time.RFC3339), n%2 == 0, n%4,
		'A'+n%7, n*7919%99991, n*7919%99991, n%37, day.Unix(), day.AddDate(0, 1, 0).Unix())
	return at
}

func (s *pageServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/stats" {
		s.stats(w)
		return
	}
	s.mu.Lock()
	s.arrivals = append(s.arrivals, time.Now())
	s.mu.Unlock()
	page := 0
	if cursor := r.URL.Query().Get("cursor"); cursor != "" {
		var err error
		if page, err = strconv.Atoi(cursor); err != nil || page < 0 || page >= s.pages {
			http.Error(w, "no such cursor", http.StatusBadRequest)
			return
		}
	}
	kind := page % len(s.bodies)
	answer, _ := s.buffers.Get().(*bytes.Buffer)
	defer s.buffers.Put(answer)
	answer.Reset()
	answer.Write(s.bodies[kind])
	body := answer.Bytes()
	for i, at := range s.ids[kind] {
		putNumber(body[at:], page*pageRecords+i)
	}
	putNumber(body[s.next[kind]:], page+1)
	if page == s.pages-1 {
		copy(body[len(body)-len("true }"):], "false}")
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body) // who went away misses nothing
}

func putNumber(to []byte, n int) {
	for i := numberWidth - 1; i >= 0; i-- {
		to[i] = byte('0' + n%10)
		n /= 10
	}
}

// arrivalStats is how requests came in.
type arrivalStats struct {
	Requests int     `json:"requests"`
	Seconds  float64 `json:"seconds"` // from the first to the last
	// Busiest is the most that came within one second, any second.
	Busiest int `json:"busiest"`
}

func (s *pageServer) stats(w http.ResponseWriter) {
	s.mu.Lock()
	defer s.mu.Unlock()
	stats := arrivalStats{Requests: len(s.arrivals)}
	if n := len(s.arrivals); n > 0 {
		stats.Seconds = s.arrivals[n-1].Sub(s.arrivals[0]).Seconds()
	}
	from := 0
	for i, at := range s.arrivals {
		for at.Sub(s.arrivals[from]) >= time.Second {
			from++
		}
		stats.Busiest = max(stats.Busiest, i-from+1)
	}
	s.arrivals = nil
	_ = json.NewEncoder(w).Encode(stats)
}

// servePages serves on loopback until its input ends, and says where.
func servePages(ctx context.Context, pages string) error {
	n, err := strconv.Atoi(pages)
	if err != nil {
		return fmt.Errorf("pages %s: %w", pages, err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("serve pages: %w", err)
	}
	server := &http.Server{Handler: newPageServer(n), ReadHeaderTimeout: time.Minute}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	fmt.Printf("http://%s\n", listener.Addr())
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin) // it ends when the benchmark does
		_ = server.Close()
	}()
	select {
	case err = <-ended:
	case <-ctx.Done():
		err = errors.Join(server.Close(), ctx.Err())
	}
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}
