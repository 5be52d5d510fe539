package targettest

import (
	"errors"
	"fmt"
	"strings"
)

// ParseCSV reads CSV as the csv target describes it. Unlike encoding/csv it tells NULL from an empty text and takes no
// liberties.
func ParseCSV(text string) (lines [][]string, err error) {
	var line []string
	for text != "" {
		field, rest, err := nextField(text)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", len(lines)+1, err)
		}
		line = append(line, field)
		switch {
		case strings.HasPrefix(rest, "\n"):
			lines, line = append(lines, line), nil
		case !strings.HasPrefix(rest, ","):
			return nil, fmt.Errorf("line %d: after field %q comes neither a comma nor a line end", len(lines)+1, field)
		}
		text = rest[1:]
	}
	if line != nil {
		return nil, errors.New("the last line does not end")
	}
	return lines, nil
}

func nextField(text string) (field, rest string, err error) {
	if !strings.HasPrefix(text, `"`) {
		end := strings.IndexAny(text, ",\n\"\r")
		switch {
		case end < 0:
			return "", "", errors.New("the line does not end")
		case end == 0:
			return Null, text, nil
		}
		return text[:end], text[end:], nil
	}
	for rest = text[1:]; ; rest = rest[1:] {
		end := strings.IndexByte(rest, '"')
		if end < 0 {
			return "", "", errors.New("a quote is not closed")
		}
		field, rest = field+rest[:end], rest[end+1:]
		if !strings.HasPrefix(rest, `"`) {
			return field, rest, nil
		}
		field += `"`
	}
}
