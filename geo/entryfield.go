package geo

import "strings"

// EntryPrefix leads the names of what a feature's entry of the yearly register
// says: entry_listed is field listed in the entry that is in force on the day.
const EntryPrefix = "entry_"

// EntryField finds the field that an entry's name stands for: entry_ and a field
// of the layer. False where the layer keeps no register by years, and for a name
// that the layer itself declares.
func (l *Layer) EntryField(name string) (Field, bool) {
	field, ok := strings.CutPrefix(name, EntryPrefix)
	if !ok || l.Light.Kind != ProgressRule || l.Light.Year == "" {
		return Field{}, false
	}
	if _, declared := l.Field(name); declared {
		return Field{}, false
	}
	return l.Field(field)
}
