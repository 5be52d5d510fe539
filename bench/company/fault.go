package company

// fault is what is wrong with a row. Every row still has values of its columns' types, so that the plain readers that
// Lastro is measured against read the same files.
type fault int

const (
	sound fault = iota
	noAccount
	strangeKind
	endsBeforeStart
	strangeCurrency
	lessThanNothing
	faults

	// otherwise is a row that is well formed, and contradicts the one of the same key.
	otherwise
)

// soiled writes a line as it is, and now and then broken, or twice, or a second time with other content.
func (s *subscription) soiled(at moment, write func([]byte, fault) []byte) {
	chance := dice(mix(s.tie() + 0xd127))
	broken := sound
	if chance.odds(1) {
		broken = fault(1 + chance.under(int(faults)-1))
	}
	s.lines.add(at, s.tie(), func(text []byte) []byte { return write(text, broken) })
	switch later := at + 3600; {
	case chance.odds(2): // the next page of the export began a little early
		s.lines.add(later, s.tie(), func(text []byte) []byte { return write(text, broken) })
	case broken == sound && chance.under(100_000) == 0:
		s.lines.add(later, s.tie(), func(text []byte) []byte { return write(text, otherwise) })
	}
}
