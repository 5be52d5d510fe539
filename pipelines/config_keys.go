package pipelines

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"

	"lastro/strictyaml"
)

// fileKeys are the keys of a pipeline file.
type fileKeys struct {
	Name         string     `yaml:"name"`
	Timezone     string     `yaml:"timezone"`
	Currency     string     `yaml:"currency"`
	AsOf         string     `yaml:"as_of"`
	Policy       ast.Node   `yaml:"policy"`
	Health       ast.Node   `yaml:"health"`
	Milestones   []ast.Node `yaml:"milestones"`
	Surveys      []ast.Node `yaml:"surveys"`
	Lexicon      string     `yaml:"lexicon"`
	State        string     `yaml:"state"`
	SQLDir       string     `yaml:"sql_dir"`
	MemoryLimit  string     `yaml:"memory_limit"`
	Threads      int        `yaml:"threads"`
	Sources      []ast.Node `yaml:"sources"`
	Targets      []ast.Node `yaml:"targets"`
	StaleStreams string     `yaml:"stale_streams"`
	Identity     ast.Node   `yaml:"identity"`
}

var pipelineName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)

// config fills config from the root of the file and notes every mistake in it.
func (d *decoder) config(root ast.Node, config *Config) {
	keys := fileKeys{State: "./state", StaleStreams: "refuse"}
	if _, ok := d.Bare(root).(*ast.MappingNode); !ok {
		d.MistakeAt(d.Place(root), "the pipeline file is no mapping", "begin it with name: and the name of the pipeline")
		return
	}
	d.Mapping(root, "", "the pipeline file", &keys)

	d.require("", "name", "timezone", "currency", "sources")
	d.matches("name", keys.Name, pipelineName, "use letters, digits, dots, dashes and underscores, as books")
	d.timezone(keys.Timezone, config)
	d.currency(keys.Currency)
	if problem := dateProblem(keys.AsOf); d.Has("as_of") && problem != "" {
		d.Mistake("as_of", fmt.Sprintf("as_of %s is %s", d.Quote("as_of"), problem), "write it as 2025-08-31")
	}
	if d.Has("threads") && (keys.Threads < 1 || keys.Threads > 1024) {
		d.Mistake("threads", "threads is "+d.Quote("threads"), "it must be a whole number from 1 to 1024")
	}
	config.Name, config.Currency, config.AsOfDate, config.Threads = keys.Name, keys.Currency, keys.AsOf, keys.Threads
	config.MemoryLimit = d.memoryLimit(keys.MemoryLimit)
	config.Policy = d.policy(keys.Policy)
	milestones := d.milestones(keys.Milestones)
	config.Policy.Customers = Customers{
		Health: d.health(keys.Health), Milestones: milestones, Surveys: d.surveys(keys.Surveys, milestones), Lexicon: d.lexicon(keys.Lexicon),
	}

	config.State = d.path("state", keys.State)
	if d.Has("sql_dir") {
		config.SQLDir = d.path("sql_dir", keys.SQLDir)
		d.existingDirectory("sql_dir", config.SQLDir)
	}
	config.Sources = d.sources(keys.Sources)
	d.oneOf("stale_streams", keys.StaleStreams, []string{"refuse", "allow"})
	config.AllowStale = keys.StaleStreams == "allow"
	config.Identity = d.identity(keys.Identity, config.Sources)
	config.Targets = d.targets(keys.Targets)
	d.places(config)
}

// require notes each of the keys that the mapping at path has no value for.
func (d *decoder) require(path string, keys ...string) {
	for _, key := range keys {
		if !d.Has(strictyaml.Join(path, key)) {
			within := ""
			if path != "" {
				within = " of " + path
			}
			d.MistakeAt(d.Around(path), fmt.Sprintf("the key %s%s is missing", key, within), requiredHints[key])
		}
	}
}

var requiredHints = map[string]string{
	"name":      "give it a name, as name: books",
	"timezone":  "say in which zone a day begins, as timezone: America/Sao_Paulo",
	"currency":  "say in which currency to report, as currency: BRL",
	"sources":   "list what to read, as sources: [{name: books, kind: files, path: ./data}]",
	"kind":      "say what kind it is, as kind: files for a source and kind: csv for a target",
	"path":      "say where it is, as path: ./data",
	"survey":    "say which survey it is, as survey: nps",
	"theme":     "give the theme a name, as theme: price",
	"terms":     "give the words that tell it, as terms: {en: {bad: [expensive]}}",
	"connector": "name one that is built in (see lastro sources), or a file, as connector: ./connectors/mine.yaml",
	"dsn":       "say where the database is, as dsn: ${PG_DSN}",
}

// matches notes a mistake when the value at path does not have the form.
func (d *decoder) matches(path, text string, form *regexp.Regexp, hint string) bool {
	if !d.Has(path) || form.MatchString(text) {
		return true
	}
	d.Mistake(path, path+" is "+d.Quote(path), hint)
	return false
}

var commonZones = []string{
	"America/Sao_Paulo", "America/Manaus", "America/Fortaleza", "America/Bahia", "America/Recife", "America/Argentina/Buenos_Aires",
	"America/Santiago", "America/Bogota", "America/Lima", "America/Montevideo", "America/Mexico_City", "America/New_York",
	"America/Chicago", "America/Denver", "America/Los_Angeles", "America/Toronto", "Europe/Lisbon", "Europe/London", "Europe/Madrid",
	"Europe/Paris", "Europe/Berlin", "Asia/Tokyo", "Asia/Kolkata", "Asia/Singapore", "Australia/Sydney", "UTC",
}

// timezone sets the zone. Local is none: the same file must mean the same days on every machine.
func (d *decoder) timezone(name string, config *Config) {
	if !d.Has("timezone") {
		return
	}
	location, err := time.LoadLocation(name)
	if err != nil || name == "" || name == "Local" {
		hint := "use an IANA name, as America/Sao_Paulo or UTC"
		if near, ok := strictyaml.Nearest(strings.ReplaceAll(name, " ", "_"), commonZones); ok {
			hint = "did you mean " + near + "?"
		}
		d.Mistake("timezone", fmt.Sprintf("timezone %s is no time zone", d.Quote("timezone")), hint)
		return
	}
	config.Timezone, config.Location = name, location
}

var currencyCode = regexp.MustCompile(`^[A-Z]{3}$`)

func (d *decoder) currency(code string) {
	hint := "use the three capitals of ISO 4217, as BRL"
	if upper := strings.ToUpper(code); currencyCode.MatchString(upper) {
		hint = "did you mean " + upper + "?"
		if d.Spots["currency"].Written != code { // never show what a variable holds
			hint = "write it in capitals"
		}
	}
	d.matches("currency", code, currencyCode, hint)
}

var isoDate = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`)

// dateProblem says why text is no ISO date, and "" when it is one.
func dateProblem(text string) string {
	if !isoDate.MatchString(text) {
		return "no ISO date"
	}
	if _, err := time.Parse(time.DateOnly, text); err != nil {
		return "a day that no calendar has"
	}
	return ""
}

var memorySize = regexp.MustCompile(`(?i)^([0-9]{1,9}(?:\.[0-9]{1,3})?) ?([KMGT]i?B)$`)

// leastMemory is what the engine cannot do without, in MB.
const leastMemory = 64

// memoryLimit gives the limit without blanks.
func (d *decoder) memoryLimit(text string) string {
	if !d.Has("memory_limit") {
		return ""
	}
	if parts := memorySize.FindStringSubmatch(text); parts != nil {
		megabytes := map[byte]float64{'k': 0.001, 'm': 1, 'g': 1e3, 't': 1e6}[strings.ToLower(parts[2])[0]]
		if number, err := strconv.ParseFloat(parts[1], 64); err == nil && number*megabytes >= leastMemory {
			return parts[1] + parts[2]
		}
	}
	d.Mistake("memory_limit", "memory_limit is "+d.Quote("memory_limit"), fmt.Sprintf("write a size of at least %dMB, as 512MB or 2GB", leastMemory))
	return ""
}

// path gives the path relative to the pipeline file as an absolute one, and "" after a mistake.
func (d *decoder) path(at, text string) string {
	switch {
	case strings.TrimSpace(text) == "":
		d.Mistake(at, at+" is empty", "give a path, absolute or relative to the pipeline file")
	case strings.ContainsAny(text, "\x00\r\n"):
		d.Mistake(at, at+" holds a line break or NUL", "write the path on one line")
	case text == "~" || strings.HasPrefix(text, "~/"):
		d.Mistake(at, at+" begins with ~, which only a shell resolves", "write ${HOME} in its place")
	case filepath.IsAbs(text):
		return filepath.Clean(text)
	default:
		return filepath.Join(d.references.dir, text)
	}
	return ""
}

func (d *decoder) existingDirectory(at, path string) {
	if path == "" {
		return
	}
	switch info, err := os.Stat(path); {
	case err != nil:
		d.Mistake(at, fmt.Sprintf("%s %s cannot be used: %v", at, d.Quote(at), plainCause(err)), "make the directory, or remove the key")
	case !info.IsDir():
		d.Mistake(at, fmt.Sprintf("%s %s is not a directory", at, d.Quote(at)), "give the directory that holds staging, marts and the like")
	}
}
