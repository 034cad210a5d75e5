package ogc_test

import (
	"fmt"
	"testing"

	"yiping/api/ogc"
)

// counter is told how much is written at a time.
type counter struct{ total, most int }

func (c *counter) Write(b []byte) (int, error) {
	c.total, c.most = c.total+len(b), max(c.most, len(b))
	return len(b), nil
}

// A page is never held whole: a hundred thousand features, in the largest pages,
// leave in pieces of some tens of kilobytes.
func TestFeaturesAreWrittenAsTheyCome(t *testing.T) {
	const n, page = 100_000, 10_000
	service, s, all := ogc.New("test"), grid(t, n), counter{}
	for from := 0; from < n; from += page {
		a, err := service.Answer(request(s, fmt.Sprintf("limit=%d&after=%d", page, from)))
		if err != nil {
			t.Fatal(err)
		}
		if err := a.Write(&all); err != nil {
			t.Fatal(err)
		}
	}
	if all.most > 64<<10 || all.total < n*100 {
		t.Errorf("%d bytes in all, %d at a time", all.total, all.most)
	}
}
