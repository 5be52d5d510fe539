package transform

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/array"
	"pgregory.net/rapid"
)

// idleEngine is an engine for steps in Go that make nothing.
type idleEngine struct{}

func (idleEngine) Expose(context.Context, Stream) error                          { return nil }
func (idleEngine) Exec(context.Context, string) error                            { return nil }
func (idleEngine) Describe(context.Context, string) ([]Column, error)            { return nil, nil }
func (idleEngine) Read(context.Context, string) (array.RecordReader, error)      { return nil, nil }
func (idleEngine) ReadTable(context.Context, string) (array.RecordReader, error) { return nil, nil }
func (idleEngine) Rows(context.Context, string) (int64, error)                   { return 0, nil }
func (idleEngine) Close() error                                                  { return nil }

// log is what happened to models, in order, and how many ran at once.
type runLog struct {
	mu            sync.Mutex
	done          []string
	running, most int
	early         []string // models that ran before one that they read
}

func (l *runLog) begin(name string, needs []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.running++
	l.most = max(l.most, l.running)
	for _, need := range needs {
		if !slices.Contains(l.done, need) {
			l.early = append(l.early, name)
		}
	}
}

func (l *runLog) end(name string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.running--
	l.done = append(l.done, name)
}

// Every selected model is built once, after those that it reads, at most so many at once; after a failure no more begin,
// and what is done and what isn't are all of them.
func TestScheduleOfAnyGraph(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		models, edges := drawModels(t, true)
		limit := rapid.IntRange(1, 4).Draw(t, "limit")
		failing := rapid.SampledFrom([]string{"", "m00", "m03"}).Draw(t, "failing")
		log := &runLog{}
		for i := range models {
			name := models[i].Name
			models[i].Go = func(context.Context, Engine) error {
				log.begin(name, edges[name])
				defer log.end(name)
				if name == failing {
					return fmt.Errorf("%s fails", name)
				}
				return nil
			}
		}
		project, err := Load(namesParser{}, LoadOptions{Generated: models})
		if err != nil {
			t.Fatal(err)
		}
		selection, err := project.Select(nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		builder := Builder{Project: project, Selection: selection, Engine: idleEngine{}, Limit: limit}
		report, err := builder.Run(context.Background())
		if len(log.early) > 0 || log.most > limit || log.running != 0 {
			t.Fatalf("built too early: %v; %d at once with limit %d; %d never ended", log.early, log.most, limit, log.running)
		}
		checkReport(t, report, err, log, edges, failing)
	})
}

func checkReport(t *rapid.T, report Report, err error, log *runLog, edges map[string][]string, failing string) {
	_, mustFail := edges[failing]
	var notBuilt []string
	var failure *BuildError
	if errors.As(err, &failure) {
		notBuilt = failure.NotBuilt
		if failure.Model != failing {
			t.Fatalf("%s failed, not %s", failure.Model, failing)
		}
	}
	if (err != nil) != mustFail || len(report.Built)+len(notBuilt) != len(edges) {
		t.Fatalf("error %v; built %v, not built %v of %v", err, report.Built, notBuilt, edges)
	}
	if err == nil && len(log.done) != len(edges) {
		t.Fatalf("ran %v of %v", log.done, edges)
	}
	for _, name := range notBuilt {
		if name != failing && slices.ContainsFunc(report.Built, func(m ModelReport) bool { return m.Name == name }) {
			t.Fatalf("%s is built and not built", name)
		}
	}
}
