package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync/atomic"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
	"golang.org/x/term"

	"lastro/pipelines"
)

// watcher draws a bar for each stage of a run on a terminal, and nothing where the output goes elsewhere.
type watcher struct {
	bars  *mpb.Progress
	bar   *mpb.Bar
	stage string
	item  atomic.Value
}

func (t *terminal) watch() *watcher {
	if !isTerminal(t.err) {
		return &watcher{}
	}
	return &watcher{bars: mpb.New(mpb.WithOutput(t.err), mpb.WithWidth(40))}
}

func isTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

func (w *watcher) notify(event pipelines.Event) {
	if w.bars == nil {
		return
	}
	if event.Stage != w.stage {
		w.end()
		w.stage = event.Stage
		w.item.Store("")
		w.bar = w.bars.AddBar(int64(max(event.Total, 1)),
			mpb.BarRemoveOnComplete(),
			mpb.PrependDecorators(decor.Name(event.Stage, decor.WC{W: 10, C: decor.DindentRight})),
			mpb.AppendDecorators(
				decor.Any(func(decor.Statistics) string { item, _ := w.item.Load().(string); return item }),
			))
	}
	w.item.Store(progressText(event))
	w.bar.SetTotal(int64(max(event.Total, event.Finished, 1)), false)
	w.bar.SetCurrent(int64(event.Finished))
}

// progressText says how far a stage has come: of an API's stream how many records came, how fast, and how many requests the
// API still allows.
func progressText(event pipelines.Event) string {
	if !event.Records {
		return strings.TrimSpace(fmt.Sprintf("%d/%d %s", event.Finished, event.Total, event.Item))
	}
	text := event.Item + " " + count(int64(event.Finished))
	if event.Total > 0 {
		text += "/" + count(int64(event.Total))
	}
	text += " records"
	if event.Rate > 0 {
		text += fmt.Sprintf(", %s/s", count(int64(event.Rate+0.5)))
	}
	if event.Quota != nil {
		text += fmt.Sprintf(", %s requests left", count(*event.Quota))
	}
	return text
}

func (w *watcher) end() {
	if w.bar != nil {
		w.bar.Abort(true)
		w.bar = nil
	}
}

func (w *watcher) close() {
	w.end()
	if w.bars != nil {
		w.bars.Wait()
	}
}
