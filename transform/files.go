package transform

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// files gives every model once, by path: the built-in and generated ones that the user's don't override, and the user's.
func (l *loader) files() ([]*Model, error) {
	user, err := l.tree(l.opts.User, l.opts.UserLabel, true)
	if err != nil {
		return nil, err
	}
	builtin, err := l.tree(l.opts.Builtin, l.opts.BuiltinLabel, false)
	if err != nil {
		return nil, err
	}
	overridden := map[string]bool{}
	for _, m := range user {
		overridden[m.Path] = true
	}
	var all []*Model
	for _, m := range builtin {
		if !overridden[m.Path] {
			all = append(all, m)
		}
	}
	for i := range l.opts.Generated {
		m := l.opts.Generated[i] // a copy: the caller's stays as it is
		if m.Path == "" {
			m.Path = path.Join(m.Layer, m.Name+".sql")
		}
		if m.File == "" {
			m.File = m.Path + " (generated)"
		}
		if !overridden[m.Path] {
			all = append(all, &m)
		}
	}
	return append(all, user...), nil // last, so that of two models of one name the user's is the one at fault
}

// tree reads the models of one tree. A user's SQL file outside of the layers is a mistake; a built-in one is something else's.
func (l *loader) tree(tree fs.FS, label string, isUser bool) ([]*Model, error) {
	if tree == nil {
		return nil, nil
	}
	var models []*Model
	err := fs.WalkDir(tree, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		base := path.Base(name)
		if name != "." && strings.HasPrefix(base, ".") {
			if entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if entry.IsDir() || !strings.EqualFold(path.Ext(base), ".sql") {
			return nil
		}
		file := path.Join(label, name)
		layer, _, inFolder := strings.Cut(name, "/")
		if name == DialectFile || !inFolder || !slices.Contains(l.opts.Layers, layer) {
			return l.other(tree, name, file, layer, isUser, inFolder)
		}
		text, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		models = append(models, &Model{
			Name: strings.TrimSuffix(base, path.Ext(base)), Layer: layer, Path: name, File: file,
			SQL: strings.TrimPrefix(string(text), "\ufeff"),
		})
		return nil
	})
	if err != nil && isUser && errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read models of %s: %w; create the folder, or leave sql_dir out of the pipeline file", label, err)
	}
	if err != nil {
		return nil, fmt.Errorf("read models of %s: %w", label, err)
	}
	return models, nil
}

// other takes a SQL file that is no model: the macros, or one in a folder that is no layer.
func (l *loader) other(tree fs.FS, name, file, folder string, isUser, inFolder bool) error {
	if name == DialectFile {
		text, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		macros := macroFile{file: file, sql: string(text)}
		if isUser { // after the built-in ones, so that they may replace some
			l.project.macros = append(l.project.macros, macros)
		} else {
			l.project.macros = append([]macroFile{macros}, l.project.macros...)
		}
		return nil
	}
	if !isUser {
		return nil
	}
	if !inFolder {
		l.wrong.add(file, 0, 0, "a model must lie in a folder of its layer: %s", strings.Join(l.opts.Layers, ", "))
		return nil
	}
	l.wrong.add(file, 0, 0, "%q is no layer of models%s", folder, didYouMeanOr(folder, l.opts.Layers, "move the file into one of "))
	return nil
}
