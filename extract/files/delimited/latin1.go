package delimited

import "unicode/utf8"

// windows1252 is what stands at 0x80 to 0x9f in files that call themselves Latin-1: nearly always Windows wrote them,
// and true Latin-1 has control characters there. The five places that Windows leaves free are those.
var windows1252 = [32]rune{
	'€', 0x81, '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', 0x8d, 'Ž', 0x8f,
	0x90, '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', 0x9d, 'ž', 'Ÿ',
}

// FromLatin1 appends a text of Latin-1 as UTF-8.
func FromLatin1(to, text []byte) []byte {
	for _, b := range text {
		switch {
		case b < 0x80:
			to = append(to, b)
		case b < 0xa0:
			to = utf8.AppendRune(to, windows1252[b-0x80])
		default:
			to = utf8.AppendRune(to, rune(b))
		}
	}
	return to
}

// decodeLatin1 turns the record's fields into UTF-8.
func (r *Reader) decodeLatin1() {
	if isASCII(r.record.Raw) {
		return
	}
	// Fields of quoted records may lie in scratch, so the decoded ones need a place of their own.
	decoded := make([]byte, 0, 3*len(r.record.Raw))
	for i, field := range r.record.Fields {
		begin := len(decoded)
		decoded = FromLatin1(decoded, field)
		r.record.Fields[i] = decoded[begin:len(decoded):len(decoded)]
	}
}

func isASCII(text []byte) bool {
	for _, b := range text {
		if b >= 0x80 {
			return false
		}
	}
	return true
}
