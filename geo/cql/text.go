package cql

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// normal brings a text to NFC. Most texts are, and are given back as they are.
func normal(s string) string {
	if plain(s) {
		return s
	}
	return norm.NFC.String(s)
}

// plain reports that a text has only ASCII and the common Chinese characters,
// punctuation and full-width forms, which neither composition nor accents touch.
func plain(s string) bool {
	for _, r := range s {
		if r >= 0x80 && (r < 0x4E00 || r > 0x9FFF) && (r < 0x3000 || r > 0x3020) && (r < 0xFF01 || r > 0xFF5E) {
			return false
		}
	}
	return true
}

// folded applies CASEI or ACCENTI.
func folded(op string, text textOf) textOf {
	fold := foldCase
	if op == "accenti" {
		fold = stripAccents
	}
	return func(r Row) (string, bool) {
		s, ok := text(r)
		if !ok {
			return "", false
		}
		return fold(s), true
	}
}

// foldCase is full Unicode case folding: ß becomes ss.
func foldCase(s string) string {
	if !strings.ContainsFunc(s, mayHaveCase) {
		return s
	}
	return norm.NFC.String(cases.Fold().String(s))
}

func mayHaveCase(r rune) bool {
	if r < 0x80 {
		return 'A' <= r && r <= 'Z'
	}
	return r < 0x3000 || r > 0x9FFF
}

// stripAccents removes non-spacing marks, but for the Japanese voicing marks,
// without which a syllable is another.
func stripAccents(s string) string {
	if plain(s) {
		return s
	}
	return norm.NFC.String(strings.Map(func(r rune) rune {
		if stripped(r) {
			return -1
		}
		return r
	}, norm.NFD.String(s)))
}

func stripped(r rune) bool { return unicode.Is(unicode.Mn, r) && r != 0x3099 && r != 0x309A }

// like compiles LIKE; checkCall saw to it that the pattern is fixed.
func (c *compiler) like(e Call, args []value) (test, error) {
	text, ok := args[1].text(nil)
	if !args[1].fixed || !ok {
		return nil, invalid(e.Args[1], "LIKE 的模式应为文本", "the pattern of LIKE must be a text")
	}
	match := compilePattern(text)
	subject := args[0].text
	return func(r Row) truth {
		s, ok := subject(r)
		if !ok {
			return unknown
		}
		return truthOf(match(s))
	}, nil
}

// compilePattern reads % for any characters, _ for one and \ before either, or
// before itself, for what follows as such.
func compilePattern(pattern string) func(string) bool {
	parts, plain := cutPattern(pattern)
	if !plain {
		return func(s string) bool { return matchParts(parts, s) }
	}
	first, last := string(parts[0]), string(parts[len(parts)-1])
	switch len(parts) {
	case 1:
		return func(s string) bool { return s == first }
	case 2:
		return func(s string) bool {
			return len(s) >= len(first)+len(last) && strings.HasPrefix(s, first) && strings.HasSuffix(s, last)
		}
	case 3:
		if middle := string(parts[1]); first == "" && last == "" {
			return func(s string) bool { return strings.Contains(s, middle) }
		}
	}
	return func(s string) bool { return matchParts(parts, s) }
}

// anyRune stands for _ in the parts of a pattern.
const anyRune = -1

// cutPattern cuts a pattern at its %; plain reports that there is no _.
func cutPattern(pattern string) (parts [][]rune, plain bool) {
	part, plain := []rune{}, true
	runes := []rune(pattern)
	for i := 0; i < len(runes); i++ {
		switch r := runes[i]; {
		case r == '%':
			parts, part = append(parts, part), []rune{}
		case r == '_':
			part, plain = append(part, anyRune), false
		case r == '\\' && i+1 < len(runes) && strings.ContainsRune(`%_\`, runes[i+1]):
			i++
			part = append(part, runes[i])
		default:
			part = append(part, r)
		}
	}
	return append(parts, part), plain
}

// matchParts finds the parts one behind the other; the first must begin the
// text and the last must end it. Taking each at its first place is enough.
func matchParts(parts [][]rune, s string) bool {
	n, ok := matchAt(parts[0], s)
	if !ok {
		return false
	}
	s = s[n:]
	if len(parts) == 1 {
		return s == ""
	}
	for _, part := range parts[1 : len(parts)-1] {
		for {
			if n, ok = matchAt(part, s); ok {
				break
			}
			if s == "" {
				return false
			}
			_, size := utf8.DecodeRuneInString(s)
			s = s[size:]
		}
		s = s[n:]
	}
	return endsWith(parts[len(parts)-1], s)
}

// matchAt reports whether a part begins the text and how many bytes it takes.
func matchAt(part []rune, s string) (int, bool) {
	n := 0
	for _, want := range part {
		r, size := utf8.DecodeRuneInString(s[n:])
		if size == 0 || want != anyRune && want != r {
			return 0, false
		}
		n += size
	}
	return n, true
}

func endsWith(part []rune, s string) bool {
	for i := len(part) - 1; i >= 0; i-- {
		r, size := utf8.DecodeLastRuneInString(s)
		if size == 0 || part[i] != anyRune && part[i] != r {
			return false
		}
		s = s[:len(s)-size]
	}
	return true
}
