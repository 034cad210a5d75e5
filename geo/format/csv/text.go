package csv

import (
	"bytes"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"yiping/geo"
)

const mark = "\uFEFF"

// codec gives the encoding a person names; nil is UTF-8.
func codec(name string) (encoding.Encoding, string, error) {
	switch n := strings.ToLower(strings.NewReplacer("-", "", "_", "", " ", "").Replace(name)); n {
	case "utf8", "utf8bom", "utf8sig":
		return nil, "utf-8", nil
	case "gb18030", "gbk", "gb2312", "cp936", "ansi", "936":
		return simplifiedchinese.GB18030, "gb18030", nil // each is a part of GB 18030
	case "utf16", "utf16le":
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), "utf-16", nil
	case "utf16be":
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM), "utf-16", nil
	}
	return nil, "", &geo.Error{Code: geo.Invalid, Field: "encoding", Message: "unknown encoding “" + name + "”", Mend: "use utf-8, gb18030 or utf-16"}
}

// detect reads the whole file: a text that is UTF-8 throughout is UTF-8, any
// other is taken for GB 18030, which Chinese Windows programs write.
func detect(r io.ReadSeeker) (string, error) {
	buf, keep, first := make([]byte, 64<<10), 0, true
	name := ""
	for name == "" {
		n, err := io.ReadFull(r, buf[keep:])
		b := buf[:keep+n]
		last := err == io.EOF || err == io.ErrUnexpectedEOF
		if err != nil && !last {
			return "", geo.Wrap(geo.Invalid, err, "cannot read the file")
		}
		if first && (bytes.HasPrefix(b, []byte{0xff, 0xfe}) || bytes.HasPrefix(b, []byte{0xfe, 0xff})) {
			name = "utf-16"
			break
		}
		first = false
		tail := 0
		if !last {
			tail = cut(b)
		}
		switch {
		case !utf8.Valid(b[:len(b)-tail]):
			name = "gb18030"
		case last:
			name = "utf-8"
		}
		keep = copy(buf, b[len(b)-tail:])
	}
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return "", geo.Wrap(geo.Invalid, err, "cannot read the file again")
	}
	return name, nil
}

// cut gives the length of a rune begun at the end of b, 0 where none is.
func cut(b []byte) int {
	for n := 1; n <= min(utf8.UTFMax, len(b)); n++ {
		if c := b[len(b)-n]; utf8.RuneStart(c) {
			if utf8.FullRune(b[len(b)-n:]) {
				return 0
			}
			return n
		}
	}
	return 0
}

// decoded gives the file as UTF-8 without byte order mark.
func decoded(r io.ReadSeeker, name string) (io.Reader, string, error) {
	if name == "" {
		found, err := detect(r)
		if err != nil {
			return nil, "", err
		}
		name = found
	}
	enc, name, err := codec(name)
	if err != nil {
		return nil, "", err
	}
	if enc != nil {
		return enc.NewDecoder().Reader(r), name, nil
	}
	return r, name, nil
}

// delimiter counts the usual ones outside quotes in the header line; the comma
// wins a tie.
func delimiter(header string) rune {
	best, most := ',', 0
	for _, d := range ",;\t|" {
		n, quoted := 0, false
		for _, c := range header {
			switch c {
			case '"':
				quoted = !quoted
			case d:
				if !quoted {
					n++
				}
			}
		}
		if n > most {
			best, most = d, n
		}
	}
	return best
}
