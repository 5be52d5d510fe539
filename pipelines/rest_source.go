package pipelines

import (
	"strings"

	"lastro/extract/rest"
	"lastro/extract/rest/fetch"
	"lastro/extract/rest/records"
)

// openRest opens a source of kind rest for the streams to read.
func openRest(config *Config, source Source, streams []string, options Options) (*rest.Source, error) {
	return openRestWith(config, source, streams, options, nil)
}

// openRestWith opens it with what asks the API; nil is what runs use.
func openRestWith(config *Config, source Source, streams []string, options Options, client func(fetch.Options) (fetch.Fetcher, error)) (*rest.Source, error) {
	settings := map[string]string{}
	for name, value := range source.Rest.Settings {
		settings[name] = value
	}
	for name, value := range source.Rest.Secrets {
		settings[name] = value.Reveal()
	}
	o := rest.Options{
		Connector: source.Rest.Spec, Settings: settings, Streams: streams, Masks: source.Rest.masks(), Drift: source.Rest.Drift,
		Start: source.Rest.Start, FullRefresh: options.Extraction.FullRefresh, Now: options.Now, Log: options.Log, Client: client,
	}
	var err error
	if start := options.Extraction.Start; start != "" {
		if o.From, err = Moment(start); err != nil {
			return nil, err
		}
	}
	if end := options.Extraction.End; end != "" {
		if o.Until, err = Moment(end); err != nil {
			return nil, err
		}
	}
	opened, err := rest.New(source.Name, o)
	if err != nil {
		return nil, config.Secrets.Error(err)
	}
	return opened, nil
}

// masks gives the rules as those who write records take them: by column, or by path of a field that no column takes.
func (r *Rest) masks() map[string]map[string]records.Mask {
	masks := map[string]map[string]records.Mask{}
	for stream, columns := range r.Mask {
		masks[stream] = map[string]records.Mask{}
		for column, rule := range columns {
			mask := records.Mask{Rule: rule}
			if rule == maskHash {
				mask.Key = []byte(r.MaskKey.Reveal())
			}
			masks[stream][strings.TrimPrefix(column, extraPath)] = mask
		}
	}
	return masks
}
