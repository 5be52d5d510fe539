package rundir

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"lastro/load"
	"lastro/load/disk"
)

// Stage implements load.Target. It removes what dead runs left here. Until Commit or Discard no other run can stage here.
func (t *Target) Stage(ctx context.Context, p load.Publication) (load.Staged, error) {
	s, err := t.stage(ctx, p)
	if err != nil {
		return nil, t.wrap("stage run "+p.RunID, err)
	}
	return s, nil
}

func (t *Target) stage(ctx context.Context, p load.Publication) (*staged, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := p.Validate(); err != nil {
		return nil, err
	}
	if _, err := t.current(); err != nil {
		return nil, err
	}
	claim, err := disk.TakeFolder(t.FS, t.runs, disk.FolderMode(t.Mode))
	if err != nil {
		return nil, err
	}
	s := &staged{Target: t, runID: p.RunID, claim: claim}
	if err = t.prepare(); err == nil {
		s.folder = filepath.Join(t.runs, building+p.RunID)
		err = t.write(ctx, s.folder, p)
	}
	if err != nil {
		if errLeft := s.discard(); errLeft != nil {
			err = fmt.Errorf("%w (%s stays until the next run, for it could not be removed: %w)", err, s.folder, errLeft)
		}
		return nil, err
	}
	return s, nil
}

// prepare puts the folder of the runs in order; the caller holds its claim.
func (t *Target) prepare() error {
	info, err := os.Stat(t.runs)
	if err != nil {
		return err
	}
	if mode := disk.FolderMode(t.Mode); info.Mode().Perm() != mode {
		if err := t.FS.Chmod(t.runs, mode); err != nil {
			return err
		}
	}
	return t.sweep()
}

// write fills a new folder and makes it durable.
func (t *Target) write(ctx context.Context, folder string, p load.Publication) error {
	if err := t.FS.Mkdir(folder, disk.FolderMode(t.Mode)); err != nil {
		return err
	}
	m := newManifest(p)
	for _, table := range p.Tables {
		file := table.Name + "." + t.format.Ext
		written, err := t.writeTable(ctx, filepath.Join(folder, file), table)
		if err != nil {
			return err
		}
		m.add(table, file, written)
	}
	if err := m.write(t.FS, folder, t.Mode); err != nil {
		return err
	}
	if err := t.FS.SyncDir(folder); err != nil {
		return err
	}
	if err := t.FS.SyncDir(t.runs); err != nil {
		return err
	}
	return ctx.Err()
}

func (t *Target) writeTable(ctx context.Context, path string, table load.Table) (disk.Written, error) {
	r, err := table.Read(ctx)
	if err != nil {
		return disk.Written{}, err
	}
	defer r.Release()
	w, err := disk.NewWriter(t.FS, path, t.Mode)
	if err != nil {
		return disk.Written{}, fmt.Errorf("write table %s: %w", table.Name, err)
	}
	if err := t.format.Encode(ctx, w, table, r); err != nil {
		w.Abandon()
		return disk.Written{}, fmt.Errorf("write table %s: %w", table.Name, err)
	}
	written, err := w.Finish()
	if err != nil {
		return disk.Written{}, fmt.Errorf("write table %s: %w", table.Name, err)
	}
	return written, nil
}
