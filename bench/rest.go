package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// The targets of reading an API: on 2 processors that the server shares, whatever the number of records.
const (
	restPerSecond = 250_000 // records
	restMemory    = 400e6   // bytes
	restLimit     = 100     // requests a second, of the line that has a limit
)

// rest measures pages of JSON on their way to committed Parquet, the server being another process on the same machine.
func (b *bench) rest(ctx context.Context, scale float64) (results []result, err error) {
	work, err := os.MkdirTemp(b.cache, "rest-*")
	if err != nil {
		return nil, fmt.Errorf("make a folder to work in: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	pages := max(1, int(10_000*scale))
	read, err := b.restRead(ctx, work, pages)
	if err != nil {
		return nil, err
	}
	seconds := float64(read.rows) / restPerSecond
	results = append(results, read,
		result{name: "rest, rate", seconds: read.seconds, rows: read.rows, against: "250,000 a second", baseline: seconds, ratio: read.seconds / seconds, target: 1},
		result{name: "rest, memory", peak: read.peak, against: "400 MB", ratio: float64(read.peak) / restMemory, target: 1})
	limited, err := b.restLimited(ctx, work, min(pages, 10*restLimit))
	return append(results, limited), err
}

// restRead is the line of all records, read as fast as can be.
func (b *bench) restRead(ctx context.Context, work string, pages int) (r result, err error) {
	url, stop, err := b.servePages(ctx, pages)
	if err != nil {
		return result{}, err
	}
	defer func() { err = errors.Join(err, stop()) }()
	rows := int64(pages) * pageRecords
	dir := filepath.Join(work, "read")
	empty := func() error { return errors.Join(os.RemoveAll(dir), os.MkdirAll(dir, 0o700)) }
	return b.compare(ctx, line{
		name: "rest", rows: func() int64 { return rows }, against: "encoding/json, rows", target: 0.5,
		candidate: side{prepare: empty, process: func() (process, error) {
			return process{args: []string{b.self, childRest, url, dir, "0", strconv.FormatInt(rows, 10)}}, nil
		}},
		baseline: side{prepare: empty, process: func() (process, error) {
			return process{args: []string{b.self, childPlain, url, filepath.Join(dir, "plain.parquet")}}, nil
		}},
	})
}

// restLimited is the line of a limit: all of it is to be used, and never more.
func (b *bench) restLimited(ctx context.Context, work string, pages int) (r result, err error) {
	url, stop, err := b.servePages(ctx, pages)
	if err != nil {
		return result{}, err
	}
	defer func() { err = errors.Join(err, stop()) }()
	rows := int64(pages) * pageRecords
	took, err := b.side(ctx, side{
		prepare: func() error { return nil },
		process: func() (process, error) {
			return process{args: []string{b.self, childRest, url, filepath.Join(work, "limited"), strconv.Itoa(restLimit), strconv.FormatInt(rows, 10)}}, nil
		},
	})
	if err != nil {
		return result{}, err
	}
	b.say("%-21s %s", "rest, limit", took)
	var stats arrivalStats
	if err := getJSON(ctx, url+"/stats", &stats); err != nil {
		return result{}, err
	}
	if stats.Busiest > restLimit+1 { // both ends of a second may have one
		return result{}, fmt.Errorf("line rest, limit: %d requests came within one second, %d are allowed", stats.Busiest, restLimit)
	}
	allowed := float64(max(stats.Requests-1, 1)) / restLimit // seconds that so many need at least
	return result{
		name: "rest, limit", seconds: stats.Seconds, rows: rows, peak: took.peak, against: fmt.Sprintf("%d a second, used", restLimit),
		baseline: allowed, ratio: stats.Seconds / allowed, target: 1 / 0.95,
	}, nil
}

// servePages starts a server of pages and gives its address, and what ends it.
func (b *bench) servePages(ctx context.Context, pages int) (url string, stop func() error, err error) {
	server := exec.CommandContext(ctx, b.self, childPages, strconv.Itoa(pages))
	server.Stderr = os.Stderr
	in, err := server.StdinPipe()
	if err != nil {
		return "", nil, fmt.Errorf("start a server of pages: %w", err)
	}
	out, err := server.StdoutPipe()
	if err != nil {
		return "", nil, fmt.Errorf("start a server of pages: %w", err)
	}
	if err := server.Start(); err != nil {
		return "", nil, fmt.Errorf("start a server of pages: %w", err)
	}
	stop = func() error { return errors.Join(in.Close(), server.Wait()) }
	said, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return "", nil, fmt.Errorf("start a server of pages: %w", errors.Join(err, stop()))
	}
	return strings.TrimSpace(said), stop, nil
}

func getJSON(ctx context.Context, url string, into any) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }()
	return json.NewDecoder(answer.Body).Decode(into)
}
