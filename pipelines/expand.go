package pipelines

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// references resolves ${NAME}, ${NAME:-default} and ${file:path} in the values of a pipeline file. $$ stands for $.
type references struct {
	env func(name string) (string, bool)
	// dir is where relative paths of ${file:path} start.
	dir string
}

// expansion is a value with its references resolved.
type expansion struct {
	text string
	// referenced says that a part of it came from outside the pipeline file.
	referenced bool
	// secrets are the parts that are secret by where they came from: a file, or a variable with a telling name.
	secrets []string
}

// remark is a mistake that does not know its place yet.
type remark struct {
	problem, hint string
}

var (
	variableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
	// secretName tells names of settings and variables that hold secrets.
	secretName = regexp.MustCompile(`(?i)dsn|token|passw|secret|credential|private_?key|api_?key|(^|_)key$`)
)

// expand resolves the references in text, and says what is wrong with each that cannot be.
func (r references) expand(text string) (expansion, []remark) {
	var out expansion
	var remarks []remark
	var value strings.Builder
	for {
		at := strings.IndexByte(text, '$')
		if at < 0 || at == len(text)-1 {
			value.WriteString(text)
			break
		}
		value.WriteString(text[:at])
		text = text[at:]
		switch {
		case text[1] == '$':
			value.WriteByte('$')
			text = text[2:]
		case text[1] != '{':
			value.WriteByte('$')
			text = text[1:]
		default:
			inside, rest, closed := strings.Cut(text[2:], "}")
			if !closed {
				return out, append(remarks, remark{"${ without its }", "write ${NAME}, or $${ for the two characters themselves"})
			}
			got, secret, wrong := r.resolve(inside)
			if wrong != nil {
				remarks = append(remarks, *wrong)
			}
			if secret && got != "" {
				out.secrets = append(out.secrets, got)
			}
			_, fallback, hasFallback := strings.Cut(inside, ":-")
			out.referenced = out.referenced || !hasFallback || got != fallback
			value.WriteString(got)
			text = rest
		}
	}
	out.text = value.String()
	return out, remarks
}

// resolve gives the value of what stands between ${ and }, and whether that is a secret whatever it is used for.
func (r references) resolve(inside string) (value string, secret bool, wrong *remark) {
	if path, ok := strings.CutPrefix(inside, "file:"); ok {
		value, err := r.readSecret(path)
		if err != nil {
			return "", true, &remark{fmt.Sprintf("${file:%s} cannot be read: %v", path, err), "give the path of a file with the secret alone in it"}
		}
		return value, true, nil
	}
	name, fallback, hasFallback := strings.Cut(inside, ":-")
	if !variableName.MatchString(name) {
		return "", false, &remark{
			fmt.Sprintf("${%s} names no environment variable", inside),
			"write ${NAME}, ${NAME:-default} or ${file:path}, or $${ for the two characters themselves",
		}
	}
	secret = secretName.MatchString(name)
	if value, ok := r.env(name); ok && (value != "" || !hasFallback) {
		return value, secret, nil
	}
	if hasFallback {
		return fallback, false, nil
	}
	hint := fmt.Sprintf("set it, or write ${%s:-default}", name)
	if secret {
		hint = "set it, or name a file that holds it, as ${file:path}"
	}
	return "", false, &remark{fmt.Sprintf("the environment variable %s is not set", name), hint}
}

// secretFileLimit keeps a mistaken ${file:...} from reading a whole data file.
const secretFileLimit = 64 << 10

// readSecret reads a secret file, less the line break at its end.
func (r references) readSecret(path string) (string, error) {
	if path == "" {
		return "", errors.New("the path is missing")
	}
	if !filepath.IsAbs(path) {
		path = filepath.Join(r.dir, path)
	}
	// Asked before it is opened: opening a pipe that no one writes to would never return.
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return "", errors.New("not a file")
	}
	file, err := os.Open(path)
	if err != nil {
		return "", plainCause(err)
	}
	defer func() { _ = file.Close() }() // only read from
	content, err := io.ReadAll(io.LimitReader(file, secretFileLimit+1))
	switch {
	case err != nil:
		return "", plainCause(err)
	case len(content) > secretFileLimit:
		return "", fmt.Errorf("it has more than %d bytes", secretFileLimit)
	}
	return strings.TrimRight(string(content), "\r\n"), nil
}

// plainCause is what went wrong with a file, without the path, which the message around it names already.
func plainCause(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// References in a flow mapping, {path: ${OUT}/csv}, would end it: to YAML their braces are its own. So the file is
// parsed with each reference shifted, character by character, to a plane of Unicode that no one uses,
// and shifted back in what was parsed. Lines and columns stay as they are.
const shift = 0x10F000

var reference = regexp.MustCompile(`\$\{[^{}\r\n]*\}`)

// shiftReferences hides the references in a pipeline file from the YAML parser.
func shiftReferences(text string) string {
	return reference.ReplaceAllStringFunc(text, func(found string) string {
		return strings.Map(func(r rune) rune {
			if r < 0x80 {
				return r + shift
			}
			return r
		}, found)
	})
}

// unshift gives back what shiftReferences hid.
func unshift(text string) string {
	return strings.Map(func(r rune) rune {
		if isShifted(r) {
			return r - shift
		}
		return r
	}, text)
}

func isShifted(r rune) bool { return r >= shift && r < shift+0x80 }
