package crs

import (
	"math"
	"strconv"
	"strings"
)

// node is one keyword of well-known text with what stands in its brackets, each
// kind in its order.
type node struct {
	key     string // in capitals
	texts   []string
	numbers []float64
	words   []string // other values without quotes
	nodes   []node
}

// maxDepth is twice what the deepest real definitions need.
const maxDepth = 24

// looksWKT reports whether s begins with a keyword and a bracket.
func looksWKT(s string) bool {
	i := strings.IndexAny(s, "[(")
	if i <= 0 {
		return false
	}
	key := strings.TrimSpace(s[:i])
	return key != "" && strings.Trim(key, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789") == ""
}

// parser reads well-known text of either version; either kind of bracket will do.
type parser struct {
	text string
	at   int
}

func parseWKT(text string) (node, error) {
	p := parser{text: text}
	n, err := p.node(0)
	if err != nil {
		return node{}, err
	}
	if p.space(); p.at < len(p.text) {
		return node{}, p.wrong("nothing may follow the last bracket")
	}
	return n, nil
}

func (p *parser) wrong(message string) error {
	return invalid(p.text, "%s (at byte %d)", message, p.at+1)
}

func (p *parser) space() {
	for p.at < len(p.text) && strings.IndexByte(" \t\r\n\x00", p.text[p.at]) >= 0 {
		p.at++
	}
}

// peek gives the next byte that is not blank; 0 at the end.
func (p *parser) peek() byte {
	if p.space(); p.at < len(p.text) {
		return p.text[p.at]
	}
	return 0
}

// bare reads a value without quotes, or a keyword.
func (p *parser) bare() string {
	p.space()
	from := p.at
	for p.at < len(p.text) && strings.IndexByte("[](),\" \t\r\n\x00", p.text[p.at]) < 0 {
		p.at++
	}
	return p.text[from:p.at]
}

func (p *parser) node(depth int) (node, error) {
	key := p.bare()
	if key == "" {
		return node{}, p.wrong("a keyword is missing")
	}
	if open := p.peek(); open != '[' && open != '(' {
		return node{}, p.wrong("a bracket is missing")
	}
	return p.rest(key, depth)
}

// rest reads from the opening bracket to the closing one.
func (p *parser) rest(key string, depth int) (node, error) {
	if depth > maxDepth {
		return node{}, p.wrong("brackets are nested too deep")
	}
	n := node{key: strings.ToUpper(key)}
	closing := byte(']')
	if p.text[p.at] == '(' {
		closing = ')'
	}
	p.at++
	for {
		if err := p.value(&n, depth); err != nil {
			return node{}, err
		}
		switch p.peek() {
		case ',':
			p.at++
		case closing:
			p.at++
			return n, nil
		case 0:
			return node{}, p.wrong("a closing bracket is missing")
		default:
			return node{}, p.wrong("a comma or the closing bracket is missing")
		}
	}
}

func (p *parser) value(n *node, depth int) error {
	if p.peek() == '"' {
		s, err := p.quoted()
		n.texts = append(n.texts, s)
		return err
	}
	word := p.bare()
	if word == "" {
		return p.wrong("a value is missing")
	}
	if c := p.peek(); c == '[' || c == '(' {
		child, err := p.rest(word, depth+1)
		n.nodes = append(n.nodes, child)
		return err
	}
	if v, err := strconv.ParseFloat(word, 64); err == nil && !math.IsInf(v, 0) && !math.IsNaN(v) {
		n.numbers = append(n.numbers, v)
	} else {
		n.words = append(n.words, word)
	}
	return nil
}

// quoted reads a text in which two quotes stand for one.
func (p *parser) quoted() (string, error) {
	var b strings.Builder
	p.at++
	for {
		i := strings.IndexByte(p.text[p.at:], '"')
		if i < 0 {
			return "", p.wrong("a closing quote is missing")
		}
		b.WriteString(p.text[p.at : p.at+i])
		p.at += i + 1
		if p.at >= len(p.text) || p.text[p.at] != '"' {
			return b.String(), nil
		}
		b.WriteByte('"')
		p.at++
	}
}

// name is the first text, by which most keywords are called.
func (n node) name() string {
	if len(n.texts) == 0 {
		return ""
	}
	return n.texts[0]
}

// child gives the first node of one of the keywords; the zero node if none.
func (n node) child(keys ...string) (node, bool) {
	for _, c := range n.nodes {
		for _, key := range keys {
			if c.key == key {
				return c, true
			}
		}
	}
	return node{}, false
}
