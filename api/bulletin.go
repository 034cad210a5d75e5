package api

import (
	"bytes"
	"time"

	"yiping/geo"
	"yiping/geo/bulletin"
)

// bulletin gives a month's 通报, as a page to print or as a .docx to edit on. What
// was issued is read as it was recorded then; else it is a draft of what is
// recorded now.
func (s *server) bulletin(q *query) (any, error) {
	d, ok, err := q.district()
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, needed("district")
	}
	month, err := monthOf(q.text("month"))
	if err != nil {
		return nil, err
	}
	format, err := q.choice("format", "html", "docx")
	if err != nil {
		return nil, err
	}
	o, issued := bulletin.Issued(q.current, d.Code, month)
	c := clock{day: month}
	if issued {
		c.known = o.Known
	} else {
		o = bulletin.Options{District: d.Code, Month: month, Known: time.Now()}
	}
	snap, _, err := s.at(q.ctx, q.look, c)
	if err != nil {
		return nil, err
	}
	doc, err := bulletin.Compose(snap, o)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if format == "docx" {
		done, err := s.drawing.take(q.ctx)
		if err != nil {
			return nil, err
		}
		defer done()
		// Without a font the picture's pixels have no names; its SVG does.
		font, _ := s.font()
		err = doc.DOCX(&out, font)
		return newReply(typeDOCX, out.Bytes()), err
	}
	err = doc.HTML(&out)
	a := newReply(typeHTML, out.Bytes())
	a.policy = sheetPolicy(bulletin.StyleHash(), s.FrameAncestors)
	return a, err
}

// monthOf reads a month, and takes any day of it.
func monthOf(text string) (geo.Date, error) {
	if text == "" {
		return 0, needed("month")
	}
	day, err := geo.ParseDate(text)
	if err != nil || day < firstDay || day > lastDay {
		return 0, badParameter("month", detailf("“%s”不是月份；请写 2022-12", "“%s” is not a month; write 2022-12", shorten(text)))
	}
	return day.MonthEnd(), nil
}

func needed(name string) error {
	return badParameter(name, detailf("缺参数“%s”", "The parameter “%s” is missing", name))
}

type bulletinEntry struct {
	District string `json:"district"`
	Month    string `json:"month"`
	Number   string `json:"number,omitempty"` // 文号
	Unit     string `json:"unit,omitempty"`   // who issues it; "" = the district's office
}

type bulletinWritten struct {
	receipt
	Code  string    `json:"code"`
	Title string    `json:"title"`
	Known time.Time `json:"known"` // what was recorded by then is in it
}

// issueBulletin makes what is recorded now the bulletin of a month, for good.
func issueBulletin(e *entry) (outcome, error) {
	var in bulletinEntry
	if err := e.decode(&in); err != nil {
		return outcome{}, err
	}
	if in.District == "" {
		return outcome{}, missing("district")
	}
	month, err := monthOf(in.Month)
	if err != nil {
		return outcome{}, err
	}
	if err := e.covers(in.District, in.Unit); err != nil {
		return outcome{}, err
	}
	if err := bulletin.Issuable(e.snap, in.District, month); err != nil {
		return outcome{}, err
	}
	o := bulletin.Options{District: in.District, Month: month, Number: in.Number, Unit: in.Unit, Issued: geo.Today(e.now), Known: bulletin.Moment(e.now)}
	doc, err := bulletin.Compose(e.snap.At(month), o)
	if err != nil {
		return outcome{}, err
	}
	return outcome{edits: []geo.Edit{bulletin.Issue(doc, o, e.by.actor)}, note: "印发通报",
		answer: &bulletinWritten{Code: bulletin.Code(o.District, o.Month), Title: doc.Title, Known: o.Known}}, nil
}
