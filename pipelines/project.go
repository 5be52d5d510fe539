package pipelines

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"slices"

	"lastro/extract/lake"
	models "lastro/sql"
	"lastro/transform"
	"lastro/transform/duckdb"
	"lastro/transform/sbg"
)

// steps are the steps in Go that a model's header can name.
var steps = map[string]transform.Step{
	"sbg_fit": sbg.Step,
}

// parseProject reads the models with a parser of its own, before there is any table.
func parseProject(ctx context.Context, config *Config, streams []lake.StreamID) (*transform.Project, error) {
	parser, err := duckdb.NewParser(ctx)
	if err != nil {
		return nil, err
	}
	project, err := loadProject(config, parser, streams)
	return project, errors.Join(err, parser.Close())
}

// loadProject reads the built-in models and the user's over them, with the staging and canonical models that the
// streams of the sources call for.
func loadProject(config *Config, parser transform.Parser, streams []lake.StreamID) (*transform.Project, error) {
	options := transform.LoadOptions{Builtin: models.Models, Given: slices.Clone(givenTables), Steps: steps}
	for _, stream := range union(slices.Clone(streams), declaredStreams(config)) {
		options.Given = append(options.Given, stream.String())
	}
	if config.SQLDir != "" {
		options.User, options.UserLabel = os.DirFS(config.SQLDir), config.SQLDir
	}
	stagings, err := userStagings(config)
	if err != nil {
		return nil, err
	}
	builtin, err := builtinStagings(config, stagings)
	if err != nil {
		return nil, err
	}
	for _, model := range builtin {
		if !slices.Contains(stagings, model.Name) {
			stagings = append(stagings, model.Name)
		}
	}
	generated, err := canonicalModels(config, streams, stagings)
	if err != nil {
		return nil, err
	}
	options.Generated = append(generated, neededStagings(builtin, generated)...)
	return transform.Load(parser, options)
}

// userStagings lists the names of the user's staging models.
func userStagings(config *Config) ([]string, error) {
	if config.SQLDir == "" {
		return nil, nil
	}
	var names []string
	err := fs.WalkDir(os.DirFS(config.SQLDir), "staging", func(path string, entry fs.DirEntry, err error) error {
		if os.IsNotExist(err) && path == "staging" {
			return fs.SkipAll
		}
		if err == nil && !entry.IsDir() {
			if name, isSQL := cutSQL(entry.Name()); isSQL {
				names = append(names, name)
			}
		}
		return err
	})
	return names, err
}

func cutSQL(file string) (string, bool) {
	if len(file) > 4 && file[len(file)-4:] == ".sql" {
		return file[:len(file)-4], true
	}
	return "", false
}

func knownStreams(view *lake.View) []lake.StreamID {
	streams := view.Streams()
	ids := make([]lake.StreamID, len(streams))
	for i, stream := range streams {
		ids[i] = stream.ID
	}
	return ids
}

// chosen is what a run builds, what of it a person named, and the models that had to be built besides.
type chosen struct {
	built, named *transform.Selection
	also         []string
}

// selectModels gives the models that are named, and with them all that they need: the database of a run begins empty.
func selectModels(project *transform.Project, selects, excludes []string) (chosen, error) {
	named, err := project.Select(selects, excludes)
	if err != nil {
		return chosen{}, err
	}
	all := chosen{built: named.WithAncestors(), named: named}
	for _, model := range all.built.Models() {
		if !named.Has(model.Name) {
			all.also = append(all.also, model.Name)
		}
	}
	return all, nil
}
