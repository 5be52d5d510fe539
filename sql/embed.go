// Package sql holds the models: plain SELECT files that turn a company's records into metric tables.
//
// They are read in folders by layer: intermediate (never published), marts (published), checks (rows are failures),
// and dialect (what an engine writes its own way). Staging and canonical models are made from what a pipeline's
// sources hold; a pipeline's sql_dir may override any of them by a file of the same path.
package sql

import "embed"

// Models are the built-in models and the macros that they need.
//
//go:embed dialect intermediate marts checks
var Models embed.FS
