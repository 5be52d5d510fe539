package lake

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// publication is a change of the lake that is ready: files to move into
// place, the manifest that names them, and files that it no longer names.
type publication struct {
	name    string // of its folder under tmp
	moves   []move
	removed []string // relative to the lake
	next    *manifest
}

// move takes a file from the temporary folder to its place in the lake.
type move struct {
	from string // absolute
	to   string // relative to the lake
}

// publish makes p the state of the lake. Everything the new manifest names is
// durable before the manifest is; until the manifest's rename the lake is as it
// was, and from then on it is as p says. ctx is obeyed up to that rename.
func (l *Lake) publish(ctx context.Context, p publication) error {
	data, err := p.next.encode()
	if err != nil {
		return err
	}
	temp := l.at(filepath.Join(tempFolder, p.name))
	for _, step := range []func() error{
		func() error { return l.secure(p.moves) },
		func() error { return l.declare(temp, p) },
		func() error { return l.moveAll(p.moves) },
		func() error {
			aside := filepath.Join(temp, pendingName)
			if err := l.fs.WriteFile(aside, data); err != nil {
				return fmt.Errorf("write the lake's manifest: %w", err)
			}
			return l.fs.Sync(aside)
		},
	} {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := step(); err != nil {
			return err
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := l.fs.Rename(filepath.Join(temp, pendingName), l.at(manifestName)); err != nil {
		return fmt.Errorf("put the lake's manifest in place: %w", err)
	}
	if err := l.fs.Sync(l.dir); err != nil {
		return fmt.Errorf("the lake's manifest is in place, but may not outlast a power cut: %w", err)
	}
	return nil
}

// secure makes the files that will be moved durable and private.
func (l *Lake) secure(moves []move) error {
	for _, m := range moves {
		if err := os.Chmod(m.from, filePerm); err != nil {
			return fmt.Errorf("close %s to other users: %w", m.from, err)
		}
		if err := l.fs.Sync(m.from); err != nil {
			return fmt.Errorf("make %s durable: %w", m.from, err)
		}
	}
	return nil
}

// declare writes down which files the change touches, for sweep.
func (l *Lake) declare(temp string, p publication) error {
	in := intent{Files: p.removed}
	for _, m := range p.moves {
		in.Files = append(in.Files, m.to)
	}
	if len(in.Files) == 0 {
		return nil
	}
	data, err := json.Marshal(in)
	if err != nil {
		return fmt.Errorf("declare the files of %s: %w", p.name, err)
	}
	file := filepath.Join(temp, intentName)
	if err := l.fs.WriteFile(file, data); err != nil {
		return fmt.Errorf("declare the files of %s: %w", p.name, err)
	}
	for _, path := range []string{file, temp} {
		if err := l.fs.Sync(path); err != nil {
			return fmt.Errorf("declare the files of %s: %w", p.name, err)
		}
	}
	return nil
}

// moveAll moves the files into place and makes their folders durable.
func (l *Lake) moveAll(moves []move) error {
	var folders []string
	seen := map[string]bool{}
	for _, m := range moves {
		folder := filepath.Dir(l.at(m.to))
		if seen[folder] {
			continue
		}
		seen[folder] = true
		folders = append(folders, folder)
		for _, dir := range []string{filepath.Dir(folder), folder} {
			if err := l.ownFolder(dir); err != nil {
				return err
			}
		}
	}
	for _, m := range moves {
		if err := l.fs.Rename(m.from, l.at(m.to)); err != nil {
			return fmt.Errorf("move a batch into the lake: %w", err)
		}
	}
	for _, folder := range folders {
		if err := l.fs.Sync(folder); err != nil {
			return fmt.Errorf("make %s durable: %w", folder, err)
		}
	}
	return nil
}
