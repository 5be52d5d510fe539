package pipelines

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"lastro/extract/lake"
)

// ForgetRequest says who is to be forgotten: an account, or a person.
type ForgetRequest struct {
	// Account is an account's id as the tables name it, or as <source>:<id>.
	Account string
	// Email is a person's address.
	Email  string
	DryRun bool
}

// The states of a receipt.
const (
	ForgetBegun   = "begun"   // the records are about to go: a run that ends here was cut off, and can be repeated
	ForgetDone    = "done"    // they are gone
	ForgetNothing = "nothing" // there was nothing to remove
	ForgetDryRun  = "dry_run" // nothing was removed, and no receipt is kept
)

// Receipt is what a forget did. It names the subject by a hash alone.
type Receipt struct {
	RunID  string    `json:"run_id"`
	At     time.Time `json:"at"`
	Status string    `json:"status"`
	// Kind is account or email. Subject is the SHA-256 of the kind, a colon and what was asked for, an address in small
	// letters: who knows that can find the receipt, and none can read it from the receipt.
	Kind    string `json:"kind"`
	Subject string `json:"subject_sha256"`
	// SourceIDs counts the ids that the account has, by source.
	SourceIDs map[string]int `json:"source_ids,omitempty"`
	lake.ForgetReport
	// Builds are files of tables made before, which hold the subject until the next run; Targets show such tables, and
	// keep what they keep of earlier ones.
	Builds  []string `json:"builds"`
	Targets []string `json:"targets"`
	// Mentions are other files of the state that name the subject.
	Mentions []string `json:"mentions"`
	// Next says what is left to do.
	Next []string `json:"next"`
	// File is where the receipt is kept.
	File string `json:"file,omitempty"`
}

// Forget removes an account or a person from the lake: from every batch of every stream, the quarantine, and readings under
// way. The answer is the receipt, which is also kept in the state.
func Forget(ctx context.Context, config *Config, options Options, request ForgetRequest) (Receipt, error) {
	if err := request.check(); err != nil {
		return Receipt{}, err
	}
	var receipt Receipt
	_, err := do(ctx, config, options, func(ctx context.Context, j *job) (err error) {
		receipt, err = j.forget(ctx, request)
		return err
	})
	return receipt, err
}

// check refuses what names nobody. What was asked for is not repeated in errors, which are kept.
func (r *ForgetRequest) check() error {
	r.Account, r.Email = strings.TrimSpace(r.Account), strings.TrimSpace(r.Email)
	at := strings.LastIndex(r.Email, "@")
	switch {
	case (r.Account == "") == (r.Email == ""):
		return &FlagError{Flag: "--account", Problem: "give one of --account ID and --email ADDRESS"}
	case r.Email != "" && (at < 1 || at == len(r.Email)-1 || strings.ContainsAny(r.Email, " \t<>,;\"'\\")):
		return &FlagError{Flag: "--email", Value: r.Email, Problem: "is no address, as ana@acme.com"}
	case strings.ContainsAny(r.Account, "\x00\r\n"):
		return &FlagError{Flag: "--account", Value: r.Account, Problem: "is no id"}
	}
	return nil
}

// subject gives the kind and the hash of who is asked for.
func (r *ForgetRequest) subject() (kind, hash string) {
	kind, text := "account", r.Account
	if r.Email != "" {
		kind, text = "email", strings.ToLower(r.Email)
	}
	sum := sha256.Sum256([]byte(kind + ":" + text))
	return kind, hex.EncodeToString(sum[:])
}

func (j *job) forget(ctx context.Context, request ForgetRequest) (Receipt, error) {
	run := j.outcome.Run
	kind, hash := request.subject()
	receipt := Receipt{RunID: run.ID, At: run.StartedAt, Kind: kind, Subject: hash, Builds: []string{}, Targets: []string{}, Mentions: []string{}, Next: []string{}}
	limit, err := memoryLimit(ctx, j.config, 0)
	if err != nil {
		return receipt, err
	}
	o := lake.ForgetOptions{Subject: j.config.subjectOf, Mark: "forgotten-" + hash[:12], DryRun: request.DryRun, MemoryLimit: limit}
	names := []string{request.Email}
	if request.Email != "" {
		o.Emails = j.config.disguises(request.Email)
	} else {
		if o.Accounts, err = j.idsOf(ctx, request.Account); err != nil {
			return receipt, err
		}
		receipt.SourceIDs = map[string]int{}
		names = nil
		for source, ids := range o.Accounts {
			receipt.SourceIDs[source] = len(ids)
			names = append(names, ids...)
		}
	}
	file := filepath.Join(j.config.State, "receipts", run.ID+".json")
	write := func(report lake.ForgetReport, status string) error {
		receipt.ForgetReport, receipt.Status, receipt.File = report, status, file
		text, err := json.MarshalIndent(receipt, "", "  ")
		if err != nil {
			return err
		}
		return writeAtomically(file, append(text, '\n'))
	}
	if err := j.leftElsewhere(&receipt, names); err != nil {
		return receipt, err
	}
	o.Ready = func(report lake.ForgetReport, done bool) error {
		if done {
			return write(report, ForgetDone)
		}
		return write(report, ForgetBegun)
	}
	report, err := j.lake.Forget(ctx, o)
	if err != nil {
		return receipt, err
	}
	switch receipt.ForgetReport = report; {
	case request.DryRun:
		receipt.Status = ForgetDryRun
	case !report.Changes() && len(report.Spools) == 0:
		return receipt, write(report, ForgetNothing)
	}
	return receipt, nil
}

// leftElsewhere says what of the state and the targets holds the subject when the lake has forgotten it.
func (j *job) leftElsewhere(receipt *Receipt, names []string) error {
	files, err := filepath.Glob(filepath.Join(j.builds.dir, "*.duckdb"))
	if err != nil {
		return err
	}
	for _, file := range files {
		receipt.Builds = append(receipt.Builds, filepath.Base(file))
	}
	all, err := openTargets(j.config)
	if err != nil {
		return err
	}
	for _, target := range all {
		receipt.Targets = append(receipt.Targets, target.Name())
	}
	if receipt.Mentions, err = mentions(j.config.State, names); err != nil {
		return err
	}
	receipt.Next = append(receipt.Next,
		"remove it in the sources too: what they send again is kept again",
		"lastro run: the tables are made anew without it, and every target shows them; until then builds and targets hold it",
	)
	if len(all) > 0 {
		receipt.Next = append(receipt.Next, "earlier tables that a target keeps beside the present ones, and backups, hold it until they are removed")
	}
	if len(receipt.Mentions) > 0 {
		receipt.Next = append(receipt.Next, "remove the files under mentions, or what they say of it")
	}
	return nil
}

// subjectOf gives the columns by which a stream's records are somebody's: those that the connector names, and for files those of
// the canonical entities.
func (c *Config) subjectOf(id lake.StreamID) lake.Subject {
	for _, source := range c.Sources {
		if source.Name != id.Source || source.Rest == nil || source.Rest.Spec == nil {
			continue
		}
		for _, resource := range source.Rest.Spec.Resources {
			if resource.Name == id.Stream {
				return lake.Subject{Account: resource.Subject.Account, Emails: resource.Subject.Emails, People: resource.Subject.People}
			}
		}
	}
	return lake.Subject{Account: "account_id", Emails: []string{"email", "respondent_id"}, People: []string{"comment"}}
}

// disguises gives an address as it may stand in the lake: itself, and what the masks of the sources made of it.
func (c *Config) disguises(email string) []string {
	all := []string{email}
	for _, source := range c.Sources {
		if source.Rest == nil || source.Rest.MaskKey.IsZero() {
			continue
		}
		for _, text := range []string{email, strings.ToLower(email)} {
			all = append(all, maskedText(source.Rest.MaskKey, text))
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// errNoAccount says that neither the map nor the lake can tell whose records are meant.
var errNoAccount = errors.New("no account of this id is in account_map of the last build: give an id that it has, or <source>:<id>")

// errSeveralAccounts says that an id is one of several accounts.
func errSeveralAccounts(sources []string) error {
	return fmt.Errorf("the id is that of accounts of several sources (%s), which are not one: give it as <source>:<id>", strings.Join(sources, ", "))
}
