// Package connectors holds the connector files that come with Lastro, one a product.
package connectors

import "embed"

// Files are the connector files, NAME.yaml.
//
//go:embed *.yaml
var Files embed.FS
