package pipelines

import "lastro/strictyaml"

// Mistake is one thing that is wrong in a pipeline file, and what would be right. It holds no value that came from the
// environment.
type Mistake = strictyaml.Mistake

// ConfigError holds every mistake of a pipeline file and of the files that it names.
type ConfigError = strictyaml.Error
