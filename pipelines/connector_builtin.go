package pipelines

import "lastro/extract/connectors"

// builtinConnectors are the connector files that come with Lastro.
var builtinConnectors = connectors.Files
