package sandbox

import (
	"fmt"
	"os"
	"path/filepath"
)

// sources is how a pipeline file says that it reads the sandbox. Keys lie in files beside it, as real ones may.
const sources = `sources:
  - name: crm
    kind: rest
    connector: hubspot
    config: {access_token: "${file:keys/hubspot}", base_url: "%s"}
  - name: billing
    kind: rest
    connector: stripe
    config: {api_key: "${file:keys/stripe}", base_url: "%s"}
  - name: surveys
    kind: rest
    connector: typeform
    config: {access_token: "${file:keys/typeform}", base_url: "%s"}
  - {name: books, kind: files, path: ./data}
identity: {order: [crm, billing, surveys]}
`

// Sources is the part of a pipeline file that names the sandbox's three APIs and the files beside them.
func (s *Server) Sources() string {
	return fmt.Sprintf(sources, s.HubSpotURL(), s.StripeURL(), s.TypeformURL())
}

// WriteBeside writes what the pipeline file of Sources needs beside it: the keys, and the files of what no API
// has, as known on the day that is shown.
func (s *Server) WriteBeside(dir string) error {
	keys := filepath.Join(dir, "keys")
	if err := os.MkdirAll(keys, 0o700); err != nil {
		return fmt.Errorf("make the folder of keys: %w", err)
	}
	for name, key := range map[string]string{"stripe": StripeKey, "hubspot": HubSpotToken, "typeform": TypeformToken} {
		if err := os.WriteFile(filepath.Join(keys, name), []byte(key+"\n"), 0o600); err != nil {
			return fmt.Errorf("write the key of %s: %w", name, err)
		}
	}
	return s.WriteFiles(filepath.Join(dir, "data"))
}
