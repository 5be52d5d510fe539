package files

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"
)

// form is how a file is written.
type form string

const (
	formDelimited form = "delimited text"
	formJSONLines form = "JSON lines"
	formParquet   form = "Parquet"
)

// forms are the forms by the ending of a file's name.
var forms = map[string]form{
	".csv": formDelimited, ".tsv": formDelimited, ".txt": formDelimited,
	".jsonl": formJSONLines, ".ndjson": formJSONLines,
	".parquet": formParquet,
}

const taken = ".csv, .tsv or .txt (delimited text), .jsonl or .ndjson (JSON lines), .parquet"

// file is a file of the source.
type file struct {
	name  string // its path within the folder, with slashes
	path  string
	form  form
	size  int64
	mtime int64 // nanoseconds since 1970
}

// folder is what is found in the source's folder.
type folder struct {
	root  string
	files []file // by name
	notes []string
}

// discover lists the files to take: those in the folder and in the folders directly below. What is left aside is noted.
func discover(c Config) (*folder, error) {
	info, err := os.Stat(c.Path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s does not exist: make the folder, or correct the source's path", c.Path)
	}
	if err != nil {
		return nil, fmt.Errorf("look into %s: %w", c.Path, err)
	}
	f := &folder{root: c.Path}
	if info.IsDir() {
		err = f.list(c, "")
	} else {
		f.root = filepath.Dir(c.Path)
		err = f.take(c, filepath.Base(c.Path), false)
	}
	if err != nil {
		return nil, err
	}
	slices.SortFunc(f.files, func(a, b file) int { return strings.Compare(a.name, b.name) })
	if len(f.files) == 0 {
		return nil, fmt.Errorf("%s holds no file to read%s: put files there that end in %s, and name them after canonical entities (accounts.csv, invoice_lines.csv and so on) or map them by staging models",
			c.Path, f.aside(), taken)
	}
	return f, nil
}

func (f *folder) aside() string {
	if len(f.notes) == 0 {
		return ""
	}
	return " (" + strings.Join(f.notes, "; ") + ")"
}

// list takes what is in the folder, or in the one below it that within names.
func (f *folder) list(c Config, within string) error {
	entries, err := os.ReadDir(filepath.Join(f.root, within))
	if err != nil {
		return fmt.Errorf("list the files in %s: %w", filepath.Join(f.root, within), err)
	}
	for _, entry := range entries {
		if err := f.take(c, path.Join(within, entry.Name()), within == ""); err != nil {
			return err
		}
	}
	return nil
}

// take adds an entry of the folder. Folders are entered only where below is set.
func (f *folder) take(c Config, name string, below bool) error {
	base := path.Base(name)
	if strings.HasPrefix(base, ".") {
		f.note(name, "it is hidden")
		return nil
	}
	if !utf8.ValidString(name) {
		return fmt.Errorf("the file name %q is not UTF-8: rename the file", name)
	}
	at := filepath.Join(f.root, filepath.FromSlash(name))
	if why, err := f.outside(at); why != "" || err != nil {
		f.note(name, why)
		return err
	}
	info, err := os.Stat(at)
	if err != nil {
		return fmt.Errorf("look at %s: %w", at, err)
	}
	kind, known := forms[strings.ToLower(path.Ext(base))]
	switch {
	case info.IsDir() && below:
		return f.list(c, name)
	case info.IsDir():
		f.note(name, "folders within folders are not read")
	case matches(c.Exclude, name) || len(c.Include) > 0 && !matches(c.Include, name):
		f.note(name, "include and exclude leave it out")
	case !known:
		f.note(name, "its ending is none of those that are read")
	case !info.Mode().IsRegular():
		f.note(name, "it is no regular file")
	default:
		f.files = append(f.files, file{name: name, path: at, form: kind, size: info.Size(), mtime: info.ModTime().UnixNano()})
	}
	return nil
}

func (f *folder) note(name, why string) {
	if why != "" {
		f.notes = append(f.notes, name+" is left aside: "+why)
	}
}

// outside says why a link is not followed: a folder that someone fills must not give away what lies elsewhere.
func (f *folder) outside(at string) (why string, err error) {
	info, err := os.Lstat(at)
	if err != nil || info.Mode()&fs.ModeSymlink == 0 {
		return "", err
	}
	target, err := filepath.EvalSymlinks(at)
	if err != nil {
		return "it is a link that leads nowhere", nil
	}
	root, err := filepath.EvalSymlinks(f.root)
	if err != nil {
		return "", fmt.Errorf("look into %s: %w", f.root, err)
	}
	if inside, err := filepath.Rel(root, target); err != nil || !filepath.IsLocal(inside) {
		return "it is a link to outside the folder", nil
	}
	return "", nil
}
