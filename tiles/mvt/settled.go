package mvt

import (
	"encoding/binary"
	"slices"
)

// Settled gives a size that the tile does not exceed, by little, and that is the
// same whatever the order of its features, which of the fickle texts stand where,
// and which features have the fickle key ("" for none), whose values are true or
// false. So one can tell by size how to draw a tile, and tell alike when these
// change. The tile is one that the Encoder wrote.
func Settled(tile []byte, texts []string, key string) int {
	size := 0
	for len(tile) > 0 {
		_, layer, rest := field(tile)
		size, tile = size+settledLayer(layer, texts, key), rest
	}
	return size
}

// field reads one field of a message that the Encoder wrote: its tag, and its
// content if it has a length.
func field(m []byte) (tag byte, content, rest []byte) {
	tag = m[0]
	switch tag & 7 {
	case 0:
		_, n := binary.Uvarint(m[1:])
		return tag, nil, m[1+n:]
	case 1:
		return tag, nil, m[9:]
	}
	length, n := binary.Uvarint(m[1:])
	end := 1 + n + int(length)
	return tag, m[1+n : end], m[end:]
}

func settledLayer(layer []byte, texts []string, key string) int {
	fickle := -1 // index of the key, if it is there
	size, count, values := 0, 0, len(texts)+2
	for m := layer; len(m) > 0; {
		tag, content, rest := field(m)
		length := len(m) - len(rest)
		switch m = rest; tag {
		case layerFeature:
		case layerKey:
			if string(content) == key {
				fickle = count
			} else {
				size += length
			}
			count++
		case layerValue:
			if !settledValue(content, texts) {
				size, values = size+length, values+1
			}
		default:
			size += length
		}
	}
	for _, s := range texts {
		size += 4 + len(s)
	}
	extra := 0
	if key != "" {
		extra = 1
		size += 2 + len(key)
	}
	if fickle >= 0 {
		count--
	}
	size += 1 + 5 + 2*4 // head of the layer, true and false
	pair := varintLen(uint64(count+extra)) + varintLen(uint64(values))
	for m := layer; len(m) > 0; {
		tag, content, rest := field(m)
		if m = rest; tag == layerFeature {
			size += settledFeature(content, pair, extra, fickle)
		}
	}
	return size
}

// settledValue reports whether a value is one of the fickle ones, or true or false.
func settledValue(value []byte, texts []string) bool {
	tag, text, _ := field(value)
	return tag == valueBool || tag == valueString && slices.Contains(texts, string(text))
}

// settledFeature gives the size of a feature if each pair of its tags takes as much
// as the largest, extra ones in place of the fickle.
func settledFeature(m []byte, pair, extra, fickle int) int {
	size, pairs := 0, extra
	for len(m) > 0 {
		tag, content, rest := field(m)
		if tag != featureTags {
			size += len(m) - len(rest)
		}
		for m = rest; tag == featureTags && len(content) > 0; {
			k, n := binary.Uvarint(content)
			_, n2 := binary.Uvarint(content[n:])
			if content = content[n+n2:]; int(k) != fickle {
				pairs++
			}
		}
	}
	if pairs > 0 {
		size += 1 + varintLen(uint64(pairs*pair)) + pairs*pair
	}
	return 1 + varintLen(uint64(size)) + size
}
