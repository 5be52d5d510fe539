package oracle

import (
	"cmp"
	"slices"
)

// missingValue is the dimension value of an account without that attribute.
const missingValue = "(none)"

// named is the attribute of a dimension, and whether there is such a dimension.
func (a Attributes) named(dimension string) (string, bool) {
	switch dimension {
	case "segment":
		return a.Segment, true
	case "industry":
		return a.Industry, true
	case "country":
		return a.Country, true
	case "acquisition_channel":
		return a.AcquisitionChannel, true
	default:
		return "", false
	}
}

// sortByDay puts account versions and rates in the order of their days.
func (b *book) sortByDay() {
	for _, versions := range b.versions {
		slices.SortStableFunc(versions, func(x, y AccountVersion) int { return cmp.Compare(x.ValidFrom, y.ValidFrom) })
	}
	for _, rates := range b.rates {
		slices.SortStableFunc(rates, func(x, y Rate) int { return cmp.Compare(x.Day, y.Day) })
	}
}

// attributesOn are an account's attributes on a day: those of its latest version
// from that day or before, else of its earliest; without history, those of accounts.
func (b *book) attributesOn(accountID string, day Day) Attributes {
	versions := b.versions[accountID]
	if len(versions) == 0 {
		return b.attributes[accountID]
	}
	valid := versions[0]
	for _, version := range versions {
		if version.ValidFrom <= day {
			valid = version
		}
	}
	return valid.Attributes
}

// group is one row's place among the dimensions.
type group struct{ dimension, value string }

var everyone = group{"all", "all"}

// groupsOn are the groups an account belongs to on a day: all, and one per dimension.
func (b *book) groupsOn(accountID string, day Day) []group {
	attributes := b.attributesOn(accountID, day)
	groups := []group{everyone}
	for _, dimension := range b.settings.Dimensions {
		value, _ := attributes.named(dimension)
		groups = append(groups, group{dimension, cmp.Or(value, missingValue)})
	}
	return groups
}

func (g group) cells() Row { return Row{"dimension": g.dimension, "dimension_value": g.value} }
