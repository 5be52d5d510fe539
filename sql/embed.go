// Package sql holds the models: plain SELECT files that turn a company's records into metric tables.
//
// They are read in folders by layer: intermediate (never published), marts (published), checks (rows are failures),
// and dialect (what an engine writes its own way); identity has those of pipelines with accounts in several sources. Staging and canonical models are made from what a pipeline's
// sources hold; a pipeline's sql_dir may override any of them by a file of the same path.
package sql

import "embed"

// Models are the built-in models and the macros that they need.
//
//go:embed dialect intermediate marts checks identity
var Models embed.FS

// Staging holds the staging models of the connectors that come with Lastro, as staging/<connector>/stg_<connector>__<entity>.sql.
// They are no part of Models: a pipeline has those of its sources alone, bound to the names of the sources.
//
//go:embed staging
var Staging embed.FS
