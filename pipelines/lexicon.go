package pipelines

import (
	_ "embed"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// Lexicon tells the themes of what customers write. Its words become a table that the models read.
type Lexicon struct {
	// NegationReach is how many words after a negation it still turns what is said.
	NegationReach int
	Languages     []LexiconLanguage
	Themes        []Theme
}

// LexiconLanguage is a language of the lexicon.
type LexiconLanguage struct {
	Code string // as pt
	// Negations turn what follows them; Common are frequent words that tell the language of a comment.
	Negations, Common []string
}

// Theme is what a comment may be about.
type Theme struct {
	Name, LabelPT, LabelEN string
	// WhenNegated is flip, when a negation turns good and bad round, or drop, when it takes the theme away.
	WhenNegated string
	Terms       []LexiconTerm
}

// LexiconTerm is a word, a stem with * at its end, or a phrase of such words.
type LexiconTerm struct {
	Language string // a code, or any
	Polarity string // good, bad or about
	Text     string
}

// themesFile is the lexicon that holds where a pipeline file names none.
//
//go:embed themes.yaml
var themesFile []byte

// defaultLexicon is read when it is first asked for: most commands never do.
var defaultLexicon = sync.OnceValue(func() Lexicon {
	lexicon, _ := readThemes() // a test holds the built-in lexicon free of mistakes
	return lexicon
})

func readThemes() (Lexicon, []Mistake) {
	d := newDecoder("themes.yaml", ".", nothingSet)
	return d.lexiconRoot(d.Parse(themesFile)), d.Mistakes
}

// nothingSet is the environment of files that take nothing from it.
func nothingSet(string) (string, bool) { return "", false }

// lexicon reads the lexicon file that the pipeline file names. Its mistakes are told with their place in that file.
func (d *decoder) lexicon(text string) Lexicon {
	if !d.Has("lexicon") {
		return Lexicon{}
	}
	path := d.path("lexicon", text)
	if path == "" {
		return Lexicon{}
	}
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
		d.Mistake("lexicon", fmt.Sprintf("the lexicon %s is no file that can be read", d.Quote("lexicon")), "give the path of a YAML file of themes")
		return Lexicon{}
	}
	shown := path
	if relative, err := filepath.Rel(d.references.dir, path); err == nil && !strings.HasPrefix(relative, "..") {
		shown = filepath.Join(filepath.Dir(d.File), relative)
	}
	inner := newDecoder(shown, filepath.Dir(path), nothingSet)
	var lexicon Lexicon
	if root := inner.parseFile(path); root != nil {
		lexicon = inner.lexiconRoot(root)
	}
	d.Mistakes = append(d.Mistakes, inner.Mistakes...)
	return lexicon
}

// terms writes out what the lexicon says, one line a fact, for the version of the policy.
func (l Lexicon) terms() []string {
	lines := []string{fmt.Sprintf("reach %d", l.NegationReach)}
	for _, language := range l.Languages {
		lines = append(lines, fmt.Sprintf("language %q %q %q", language.Code, language.Negations, language.Common))
	}
	for _, theme := range l.Themes {
		lines = append(lines, fmt.Sprintf("theme %q %q %q %q %q", theme.Name, theme.LabelPT, theme.LabelEN, theme.WhenNegated, theme.Terms))
	}
	return lines
}
