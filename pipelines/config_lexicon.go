package pipelines

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"lastro/strictyaml"
)

// lexiconKeys are the keys of a lexicon file.
type lexiconKeys struct {
	NegationReach int                     `yaml:"negation_reach"`
	Languages     map[string]languageKeys `yaml:"languages"`
	Themes        []ast.Node              `yaml:"themes"`
}

type languageKeys struct {
	Negations []string `yaml:"negations"`
	Common    []string `yaml:"common"`
}

type themeKeys struct {
	Theme       string              `yaml:"theme"`
	Label       labelKeys           `yaml:"label"`
	WhenNegated string              `yaml:"when_negated"`
	Terms       map[string]termKeys `yaml:"terms"`
}

type termKeys struct {
	About []string `yaml:"about"`
	Good  []string `yaml:"good"`
	Bad   []string `yaml:"bad"`
}

// negationReach is the furthest that a negation may reach: the end of a clause stands for more words than that.
const negationReach = 8

// anyLanguage is the language of terms that mean the same in all.
const anyLanguage = "any"

var (
	languageCode = regexp.MustCompile(`^[a-z]{2,3}$`)
	themeName    = regexp.MustCompile(`^[a-z][a-z0-9_]{0,62}$`)
	// a term has one to six words; a * may stand at the end of any of them
	lexiconTerm = regexp.MustCompile(`^[\p{L}\p{N}'’-]+\*?( [\p{L}\p{N}'’-]+\*?){0,5}$`)
)

// lexiconRoot reads a lexicon file from its root.
func (d *decoder) lexiconRoot(root ast.Node) Lexicon {
	if root == nil {
		return Lexicon{}
	}
	keys := lexiconKeys{NegationReach: 3}
	d.Mapping(root, "", "the lexicon", &keys)
	lexicon := Lexicon{NegationReach: keys.NegationReach}
	if d.Has("negation_reach") && (keys.NegationReach < 0 || keys.NegationReach > negationReach) {
		d.Mistake("negation_reach", "negation_reach is "+d.Quote("negation_reach"), fmt.Sprintf("it must be a number of words from 0 to %d", negationReach))
	}
	for _, code := range slices.Sorted(maps.Keys(keys.Languages)) {
		at := "languages." + code
		if !languageCode.MatchString(code) || code == anyLanguage {
			d.Mistake(at, fmt.Sprintf("the language %q has no code of two or three small letters", code), "write it as pt or en")
		}
		language := keys.Languages[code]
		d.lexiconWords(at+".negations", language.Negations)
		d.lexiconWords(at+".common", language.Common)
		lexicon.Languages = append(lexicon.Languages, LexiconLanguage{Code: code, Negations: language.Negations, Common: language.Common})
	}
	for i, node := range keys.Themes {
		if d.Bare(node) != nil {
			lexicon.Themes = append(lexicon.Themes, d.theme(node, fmt.Sprintf("themes[%d]", i), lexicon))
		}
	}
	if len(lexicon.Languages) == 0 {
		d.Mistake("languages", "the lexicon has no languages", "write languages: {en: {negations: [not], common: [the, is]}}")
	}
	if len(lexicon.Themes) == 0 {
		d.Mistake("themes", "the lexicon has no themes", "write themes: [{theme: price, terms: {en: {bad: [expensive]}}}]")
	}
	return lexicon
}

func (d *decoder) theme(node ast.Node, at string, before Lexicon) Theme {
	keys := themeKeys{WhenNegated: "flip"}
	if d.Mapping(node, at, "a theme", &keys); !d.isMapping(node) {
		return Theme{}
	}
	d.require(at, "theme", "terms")
	d.matches(at+".theme", keys.Theme, themeName, "use small letters, digits and underscores, a letter first, as missing_features")
	if slices.ContainsFunc(before.Themes, func(other Theme) bool { return other.Name == keys.Theme && keys.Theme != "" }) {
		d.Mistake(at+".theme", fmt.Sprintf("the theme %s stands here a second time", d.Quote(at+".theme")), "keep one of the two")
	}
	d.oneOf(at+".when_negated", keys.WhenNegated, []string{"flip", "drop"})
	theme := Theme{Name: keys.Theme, LabelPT: keys.Label.PT, LabelEN: keys.Label.EN, WhenNegated: keys.WhenNegated}
	if theme.LabelPT == "" {
		theme.LabelPT = theme.Name
	}
	if theme.LabelEN == "" {
		theme.LabelEN = theme.Name
	}
	codes := []string{anyLanguage}
	for _, language := range before.Languages {
		codes = append(codes, language.Code)
	}
	for _, code := range slices.Sorted(maps.Keys(keys.Terms)) {
		path := at + ".terms." + code
		if !slices.Contains(codes, code) {
			d.Mistake(path, fmt.Sprintf("%s are terms of a language that languages does not have", path), strictyaml.Suggest(code, codes))
		}
		terms := keys.Terms[code]
		for _, group := range []struct {
			polarity string
			texts    []string
		}{{"about", terms.About}, {"good", terms.Good}, {"bad", terms.Bad}} {
			for i, text := range group.texts {
				d.matches(fmt.Sprintf("%s.%s[%d]", path, group.polarity, i), text, lexiconTerm,
					"write a word, a stem as pric*, or a phrase of at most six words, without other signs")
				theme.Terms = append(theme.Terms, LexiconTerm{Language: code, Polarity: group.polarity, Text: text})
			}
		}
	}
	return theme
}

// lexiconWords notes entries that are no single words.
func (d *decoder) lexiconWords(at string, words []string) {
	for i, word := range words {
		path := fmt.Sprintf("%s[%d]", at, i)
		if d.Has(path) && (strings.ContainsAny(word, " *") || !lexiconTerm.MatchString(word)) {
			d.Mistake(path, path+" is "+d.Quote(path), "write one whole word")
		}
	}
}
