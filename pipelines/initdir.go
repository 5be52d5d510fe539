package pipelines

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

//go:embed all:template
var template embed.FS

// InitOptions are the choices of a new pipeline directory.
type InitOptions struct {
	// Name of the pipeline; "" makes one of the directory's name.
	Name string
}

// ErrName says that a name cannot be a pipeline's.
var ErrName = errors.New("not a name")

// ExistsError says which files a new pipeline directory would have overwritten. Nothing was written.
type ExistsError struct {
	Dir   string
	Files []string // relative to Dir, sorted
}

func (e *ExistsError) Error() string {
	return fmt.Sprintf("make pipeline directory %s: it has %s already: choose another directory, or move them away",
		e.Dir, strings.Join(e.Files, ", "))
}

// Init writes a pipeline that runs as it stands into dir, which it makes if need be: pipeline file, sample data,
// README, an example of a mapping. It gives the files it wrote, relative to dir and sorted.
// It overwrites nothing: where one of its files is there already it writes none and returns an *ExistsError.
func Init(dir string, options InitOptions) (written []string, err error) {
	name := options.Name
	if name == "" {
		absolute, err := filepath.Abs(dir)
		if err != nil {
			return nil, fmt.Errorf("find directory %s: %w", dir, err)
		}
		name = nameOf(filepath.Base(absolute))
	}
	if !pipelineName.MatchString(name) {
		return nil, fmt.Errorf("%w: pipeline name %q: use letters, digits, dots, dashes and underscores, a letter or digit first, at most 64", ErrName, name)
	}
	files, err := templateFiles()
	if err != nil {
		return nil, err
	}
	exists := &ExistsError{Dir: dir}
	for _, file := range files {
		if _, err := os.Lstat(filepath.Join(dir, filepath.FromSlash(file))); !errors.Is(err, fs.ErrNotExist) {
			exists.Files = append(exists.Files, file)
		}
	}
	if len(exists.Files) > 0 {
		return nil, exists
	}
	for _, file := range files {
		if err := writeTemplate(dir, file, name); err != nil {
			return written, fmt.Errorf("make pipeline directory %s: %w", dir, err)
		}
		written = append(written, file)
	}
	return written, nil
}

// templateFiles lists the files of the template by their paths in a pipeline directory, sorted.
func templateFiles() ([]string, error) {
	var files []string
	err := fs.WalkDir(template, "template", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			files = append(files, strings.TrimPrefix(name, "template/"))
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list the template: %w", err)
	}
	slices.Sort(files)
	return files, nil
}

// writeTemplate writes one file of the template, which must not be there.
func writeTemplate(dir, file, pipeline string) error {
	content, err := template.ReadFile(path.Join("template", file))
	if err != nil {
		return fmt.Errorf("read template: %w", err)
	}
	if file == "pipeline.yaml" {
		if strings.EqualFold(pipeline, "null") {
			pipeline = `"` + pipeline + `"` // bare, it would be no name to YAML
		}
		content = []byte(strings.Replace(string(content), "{{name}}", pipeline, 1))
	}
	to := filepath.Join(dir, filepath.FromSlash(file))
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return fmt.Errorf("make directory: %w", err)
	}
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return fmt.Errorf("make file: %w", err)
	}
	_, err = out.Write(content)
	if err := errors.Join(err, out.Close()); err != nil {
		return fmt.Errorf("write %s: %w", to, err)
	}
	return nil
}

var notInName = regexp.MustCompile(`[^A-Za-z0-9._-]+`)

// nameOf makes a pipeline name of a directory's name.
func nameOf(directory string) string {
	name := strings.TrimLeft(notInName.ReplaceAllString(directory, "-"), "._-")
	name = strings.TrimRight(name[:min(len(name), 64)], "._-")
	if name == "" {
		return "books"
	}
	return name
}
