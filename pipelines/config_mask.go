package pipelines

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"lastro/extract/rest/spec"
	"lastro/strictyaml"
)

// The rules of mask: what is done to a value before anything touches the disk.
const (
	maskHash   = "hash"   // a text by which equal values can be found and none can be read
	maskRedact = "redact" // the same text for every value
	maskDrop   = "drop"   // no value
)

var maskRules = []string{maskHash, maskRedact, maskDrop}

// extraPath begins the name of a field that no column takes, in mask: _extra.shipping.phone.
const extraPath = "_extra."

// leastMaskKey is the fewest characters of a mask_key: a short one could be found by trying.
const leastMaskKey = 16

// masks checks which columns are masked and how.
func (d *decoder) masks(at string, rest *Rest) {
	hashes := false
	for _, stream := range slices.Sorted(maps.Keys(rest.Mask)) {
		path := at + ".mask." + stream
		resource, ok := resourceOf(rest.Spec, stream)
		if !ok {
			d.Mistake(path, fmt.Sprintf("mask names %q, which is no stream of the connector %s", stream, rest.Spec.Connector), strictyaml.Suggest(stream, streamsOf(rest.Spec)))
			continue
		}
		if !slices.Contains(rest.Streams, stream) {
			d.Mistake(path, fmt.Sprintf("mask names %q, which streams leaves out", stream), "add it to streams, or remove its mask")
		}
		for _, column := range slices.Sorted(maps.Keys(rest.Mask[stream])) {
			rule := rest.Mask[stream][column]
			d.mask(path+"."+column, column, rule, resource)
			hashes = hashes || rule == maskHash
		}
	}
	switch key := at + ".mask_key"; {
	case hashes && rest.MaskKey.IsZero() && !d.Wrong[key]:
		d.MistakeAt(d.Around(at+".mask"), at+" masks by hash and has no mask_key",
			"give a secret of your own, as mask_key: ${MASK_KEY}: the same key gives the same text, in every source and run")
	case d.Has(key) && !rest.MaskKey.IsZero() && len(rest.MaskKey.Reveal()) < leastMaskKey:
		d.Mistake(key, key+" is too short", fmt.Sprintf("use at least %d random characters", leastMaskKey))
	case d.Has(key) && !hashes:
		d.Mistake(key, key+" is given and nothing is masked by hash", "remove it, or mask a column by hash")
	}
}

// mask checks the rule of one column.
func (d *decoder) mask(at, column, rule string, resource spec.Resource) {
	if rule == "" && !d.Has(at) {
		d.Mistake(at, at+" has no rule", strictyaml.OneOf(maskRules))
		return
	}
	d.oneOf(at, rule, maskRules)
	if d.Wrong[at] {
		return
	}
	if path, isExtra := strings.CutPrefix(column, extraPath); isExtra {
		if strings.Trim(path, ". ") == "" {
			d.Mistake(at, at+" names no field", "write its path, as _extra.shipping.phone")
		}
		return
	}
	known := resource.Columns[column]
	if columns := columnNames(resource); !slices.Contains(columns, column) {
		hint := "write " + extraPath + column + " for a field of the record that no column takes"
		if near, found := strictyaml.Nearest(column, columns); found {
			hint = "did you mean " + near + "? Or " + hint
		}
		d.Mistake(at, fmt.Sprintf("the stream %s has no column %q", resource.Name, column), hint)
		return
	}
	isKey := slices.Contains(resource.PrimaryKey, column)
	switch {
	case isKey && rule != maskHash:
		d.Mistake(at, fmt.Sprintf("%s is of the primary key of %s: without it records cannot be told apart", column, resource.Name), "mask it by hash")
	case rule != maskDrop && known.Type != "" && known.Type != "text":
		d.Mistake(at, fmt.Sprintf("%s of %s is of type %s, and %s makes text of it", column, resource.Name, known.Type, rule), "mask it by drop")
	}
}
