package format

import (
	"bufio"
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

// Decode gives a file as UTF-8 without byte order mark, from the encoding a
// person names, or "" to find it out. It tells which it was.
func Decode(r io.ReadSeeker, name string) (io.Reader, string, error) {
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
	text := io.Reader(r)
	if enc != nil {
		text = enc.NewDecoder().Reader(r)
	}
	buffered := bufio.NewReaderSize(text, 64<<10)
	if b, err := buffered.Peek(len(mark)); err == nil && string(b) == mark {
		_, _ = buffered.Discard(len(mark)) // what was peeked is there
	}
	return buffered, name, nil
}

// detect reads the whole file. Text with hardly a byte that is not UTF-8 is
// UTF-8, its faults to be told where they are; any other is taken for GB 18030,
// which Chinese Windows programs write.
func detect(r io.ReadSeeker) (string, error) {
	in := bufio.NewReaderSize(r, 64<<10)
	name := "utf-8"
	if b, _ := in.Peek(2); bytes.Equal(b, []byte{0xff, 0xfe}) || bytes.Equal(b, []byte{0xfe, 0xff}) {
		name = "utf-16"
	} else if good, bad, err := countRunes(in); err != nil {
		return "", geo.Wrap(geo.Invalid, err, "cannot read the file")
	} else if bad*20 > good {
		name = "gb18030"
	}
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return "", geo.Wrap(geo.Invalid, err, "cannot read the file again")
	}
	return name, nil
}

// countRunes counts runes of several bytes that are UTF-8, and bytes that are not.
func countRunes(in *bufio.Reader) (good, bad int, err error) {
	for {
		b, err := in.Peek(in.Size())
		if err != nil && err != io.EOF {
			return good, bad, err
		}
		last := err == io.EOF
		done := 0
		for done < len(b) {
			if b[done] < utf8.RuneSelf {
				done++
				continue
			}
			if !last && !utf8.FullRune(b[done:]) {
				break
			}
			c, size := utf8.DecodeRune(b[done:])
			if c == utf8.RuneError && size == 1 {
				bad++
			} else {
				good++
			}
			done += size
		}
		_, _ = in.Discard(done) // what was peeked is there
		if last {
			return good, bad, nil
		}
	}
}
