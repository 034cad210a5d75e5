package bulletin

// Document is a bulletin as an office reads it: blocks in order, free of any
// format.
type Document struct {
	Title   string
	Mark    string // beside the title of what is not issued: 草稿
	Number  string // 文号; "" = none
	Blocks  []Block
	Unit    string // who issues it
	Date    string // 2022年12月31日
	Notes   []string
	Picture Picture
}

// Block is a heading, a paragraph or a table.
type Block interface{ block() }

// Heading is a title within the text: level 1 一、, level 2 （一）.
type Heading struct {
	Level int
	Text  string
}

// Paragraph is running text; Lead, set apart, begins it.
type Paragraph struct {
	Lead, Text string
	Flush      bool // no indent: who it is addressed to
}

// Table is a table with a caption above it. The last row is a sum where Total.
type Table struct {
	Caption string
	Columns []Column
	Rows    [][]string
	Total   bool
}

// Short reports that the table is to stand on one page.
func (t Table) Short() bool { return len(t.Rows) <= 12 }

// Column is a column of a table.
type Column struct {
	Title string
	Width float64 // share of the table's width; all sum to 1
	Left  bool    // texts stand left, numbers in the middle
}

// Picture is a map.
type Picture struct {
	Caption       string
	SVG           []byte
	Width, Height int // px
}

func (Heading) block()   {}
func (Paragraph) block() {}
func (Table) block()     {}
