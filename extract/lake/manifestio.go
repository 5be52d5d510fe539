package lake

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// loadManifest reads the manifest; a lake without one is empty.
func loadManifest(path string) (m *manifest, found bool, err error) {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return &manifest{Format: manifestFormat}, false, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("read the lake's manifest: %w", err)
	}
	m, err = decodeManifest(data)
	if err != nil {
		return nil, false, fmt.Errorf("read the lake's manifest %s: %w", path, err)
	}
	return m, true, nil
}

const damaged = "restore the state folder from a backup, or move the lake's folder away to read every source anew (earlier versions of records are lost then)"

func decodeManifest(data []byte) (*manifest, error) {
	m := &manifest{}
	if err := json.Unmarshal(data, m); err != nil {
		return nil, fmt.Errorf("it is damaged: %w; %s", err, damaged)
	}
	if m.Format > manifestFormat {
		return nil, fmt.Errorf("it has format %d, this lastro reads up to %d: use the newer lastro that wrote it", m.Format, manifestFormat)
	}
	if err := m.check(); err != nil {
		return nil, fmt.Errorf("it is damaged: %w; %s", err, damaged)
	}
	return m, nil
}

// check finds what no lastro has written.
func (m *manifest) check() error {
	if m.Format < 1 {
		return errors.New("it states no format")
	}
	order := m.commitOrder()
	if len(order) != len(m.Commits) {
		return errors.New("a run is committed twice")
	}
	for i, c := range m.Commits {
		if err := checkName("run id", c.RunID); err != nil {
			return err
		}
		if i > 0 && !c.At.After(m.Commits[i-1].At) {
			return fmt.Errorf("run %s does not come after the run before it", c.RunID)
		}
	}
	for _, b := range m.Batches {
		if _, ok := order[b.RunID]; !ok {
			return fmt.Errorf("a batch of %s belongs to no committed run", b.id())
		}
		if b.Schema < 0 || b.Schema >= len(m.Schemas) {
			return fmt.Errorf("a batch of %s has no columns", b.id())
		}
		if err := checkEntry(b.id(), b.Path); err != nil {
			return err
		}
	}
	for _, r := range m.Reads {
		if _, ok := order[r.RunID]; !ok {
			return fmt.Errorf("a read of %s belongs to no committed run", r.id())
		}
		if err := checkEntry(r.id(), r.Path); err != nil {
			return err
		}
	}
	return nil
}

func checkEntry(id StreamID, path string) error {
	if err := id.check(); err != nil || path == "" {
		return err
	}
	return checkFilePath(path)
}

func (m *manifest) encode() ([]byte, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(m); err != nil {
		return nil, fmt.Errorf("encode the lake's manifest: %w", err)
	}
	return out.Bytes(), nil
}
