package pipelines

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Status is how a run stands.
type Status string

// A run ends in one of these. Crashed and Unreadable are never written: they are what List makes of a row that says
// running while no process holds the lock for it, and of a file that holds no row.
const (
	StatusRunning     Status = "running"
	StatusDone        Status = "done"
	StatusUnchanged   Status = "unchanged"
	StatusPartial     Status = "partial" // some streams could not be read, see Run.FailedStreams
	StatusFailed      Status = "failed"
	StatusCheckFailed Status = "check_failed"
	StatusInterrupted Status = "interrupted"
	StatusCrashed     Status = "crashed"
	StatusUnreadable  Status = "unreadable"
)

// Run is one row of the ledger.
type Run struct {
	ID       string `json:"id"`
	Command  string `json:"command"`
	Pipeline string `json:"pipeline"`
	Status   Status `json:"status"`
	// StartedAt and EndedAt are UTC; EndedAt is zero while the run goes on.
	StartedAt     time.Time   `json:"started_at"`
	EndedAt       time.Time   `json:"ended_at,omitzero"`
	AsOf          string      `json:"as_of"`
	AsKnown       string      `json:"as_known,omitempty"`
	PolicyVersion string      `json:"policy_version"`
	CodeVersion   string      `json:"code_version"`
	Streams       []StreamRow `json:"streams"`
	// FailedStreams could not be read by this run; StaleStreams are those whose records the tables have as they were
	// read before.
	FailedStreams []FailedStream `json:"failed_streams,omitempty"`
	StaleStreams  []StaleStream  `json:"stale_streams,omitempty"`
	// Staged are the rows of the user's staging models, judged by the rules of their entities.
	Staged  []StreamRow `json:"staged,omitempty"`
	Models  []ModelRow  `json:"models"`
	Checks  []CheckRow  `json:"checks"`
	Targets []TargetRow `json:"targets"`
	// InputsFingerprint tells whether a run has anything new to work on.
	InputsFingerprint string `json:"inputs_fingerprint,omitempty"`
	Published         bool   `json:"published"`
	// Error and Warnings are redacted before they are written.
	Error    string   `json:"error,omitempty"`
	Warnings []string `json:"warnings,omitempty"`
}

// StreamRow counts the records of one stream: read = accepted + dropped (exact copies) + quarantined.
type StreamRow struct {
	Source      string `json:"source"`
	Stream      string `json:"stream"`
	Read        int64  `json:"read"`
	Accepted    int64  `json:"accepted"`
	Dropped     int64  `json:"dropped"`
	Quarantined int64  `json:"quarantined"`
	// Reported is how many records the API said there are; nil when it said nothing.
	Reported *int64 `json:"reported,omitempty"`
}

// ModelRow is one model that was built.
type ModelRow struct {
	Name    string  `json:"name"`
	Seconds float64 `json:"seconds"`
	Rows    int64   `json:"rows"`
}

// CheckRow is one check that was run. Severity is error or warn.
type CheckRow struct {
	Name     string `json:"name"`
	Severity string `json:"severity"`
	Failures int64  `json:"failures"`
}

// TargetRow is one target: what it shows now, in words.
type TargetRow struct {
	Name   string `json:"name"`
	Status string `json:"status"`
}

// ErrNoRun says that the ledger has no run of an id.
var ErrNoRun = errors.New("no such run: see lastro runs for those there are")

// Ledger holds the runs of a state folder, a file each. Only the process with the lock may write it; anyone may read.
type Ledger struct {
	state    string
	redactor *Redactor
}

// NewLedger opens the ledger of a state folder, which need not exist yet. redactor may be nil.
func NewLedger(state string, redactor *Redactor) *Ledger {
	return &Ledger{state: state, redactor: redactor}
}

// NewID makes the id of a run that starts now: the UTC second and 6 hexadecimal digits of random. Ids sort by time:
// when the clock went back, or two runs start within a second, the id is still later than each there is.
func (l *Ledger) NewID(now time.Time, random io.Reader) (string, error) {
	ids, err := l.ids()
	if err != nil {
		return "", err
	}
	var digits [3]byte
	if _, err := io.ReadFull(random, digits[:]); err != nil {
		return "", fmt.Errorf("make run id: %w", err)
	}
	id := runID(now, digits)
	if len(ids) == 0 || id > ids[0] {
		return id, nil
	}
	last, err := time.Parse(runIDTime, ids[0][:len(runIDTime)])
	if err != nil {
		return "", fmt.Errorf("read the time of run %s: %w", ids[0], err)
	}
	return runID(last.Add(time.Second), digits), nil
}

const runIDTime = "20060102T150405Z"

func runID(at time.Time, digits [3]byte) string {
	return fmt.Sprintf("%s-%x", at.UTC().Format(runIDTime), digits)
}

// Start writes the row of a run that begins, with status running. It refuses an id that is there already.
func (l *Ledger) Start(run Run) error {
	if !runIDForm.MatchString(run.ID) {
		return fmt.Errorf("start run %q: not a run id", run.ID)
	}
	if _, err := os.Stat(l.path(run.ID)); err == nil {
		return fmt.Errorf("start run %s: the ledger has this run already", run.ID)
	}
	run.Status = StatusRunning
	return l.write(run)
}

// Update rewrites the row of a run that goes on, with what it has done so far.
func (l *Ledger) Update(run Run) error {
	run.Status = StatusRunning
	return l.write(run)
}

// Finish writes the row of a run that ended.
func (l *Ledger) Finish(run Run) error {
	if run.Status == StatusRunning || run.Status == "" {
		return fmt.Errorf("finish run %s: its status is still %q", run.ID, run.Status)
	}
	return l.write(run)
}

func (l *Ledger) write(run Run) error {
	run.Command, run.Error = l.redactor.Text(run.Command), l.redactor.Text(run.Error)
	run.Warnings = slices.Clone(run.Warnings)
	for i, warning := range run.Warnings {
		run.Warnings[i] = l.redactor.Text(warning)
	}
	content, err := json.MarshalIndent(run, "", "  ")
	if err != nil {
		return fmt.Errorf("encode ledger row of run %s: %w", run.ID, err)
	}
	if err := writeAtomically(l.path(run.ID), append(content, '\n')); err != nil {
		return fmt.Errorf("write ledger row of run %s: %w", run.ID, err)
	}
	return nil
}

// Get gives one run, and ErrNoRun when there is none of that id.
func (l *Ledger) Get(id string) (Run, error) {
	if !runIDForm.MatchString(id) {
		return Run{}, fmt.Errorf("run %q: %w", id, ErrNoRun)
	}
	run, err := l.read(id)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Run{}, fmt.Errorf("run %s: %w", id, ErrNoRun)
	case err != nil:
		return Run{}, err
	}
	if run.Status == StatusRunning {
		run.Status = l.statusOfRunning(run.ID)
	}
	return run, nil
}

// List gives every run, the newest first. A row that cannot be read is listed as unreadable.
func (l *Ledger) List() ([]Run, error) {
	ids, err := l.ids()
	if err != nil {
		return nil, err
	}
	runs := make([]Run, 0, len(ids))
	for _, id := range ids {
		run, err := l.Get(id)
		if err != nil {
			run = Run{ID: id, Status: StatusUnreadable, Error: err.Error()}
		}
		runs = append(runs, run)
	}
	return runs, nil
}

// statusOfRunning is crashed when the process of a run is gone. Where that cannot be found out, the row is believed.
func (l *Ledger) statusOfRunning(id string) Status {
	holder, held, err := CurrentHolder(l.state)
	// A holder that has not written its name yet has only begun: it is not the process of a row that is there.
	if err == nil && (!held || holder.RunID != id) {
		return StatusCrashed
	}
	return StatusRunning
}

func (l *Ledger) read(id string) (Run, error) {
	content, err := os.ReadFile(l.path(id))
	if err != nil {
		return Run{}, fmt.Errorf("read ledger row of run %s: %w", id, err)
	}
	var run Run
	if err := json.Unmarshal(content, &run); err != nil {
		return Run{}, fmt.Errorf("read ledger row of run %s: %w", id, err)
	}
	if run.ID != id {
		return Run{}, fmt.Errorf("read ledger row of run %s: it is of run %q", id, run.ID)
	}
	return run, nil
}

// ids lists the ids in the ledger, the newest first.
func (l *Ledger) ids() ([]string, error) {
	entries, err := os.ReadDir(filepath.Join(l.state, "runs"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("list the ledger: %w", err)
	}
	var ids []string
	for _, entry := range entries {
		if id, ok := strings.CutSuffix(entry.Name(), ".json"); ok && runIDForm.MatchString(id) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	slices.Reverse(ids)
	return ids, nil
}

func (l *Ledger) path(id string) string { return filepath.Join(l.state, "runs", id+".json") }
