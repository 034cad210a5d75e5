package ogc_test

import (
	"io"
	"net/url"
	"testing"

	"yiping/api/ogc"
)

// BenchmarkPages asks for the first and the last page of 200,000 features.
func BenchmarkPages(b *testing.B) {
	s := grid(b, 200_000)
	service := ogc.New("test")
	for name, query := range map[string]string{
		"first": "limit=100", "last": "limit=100&after=199900", "back": "limit=100&before=199900",
		"filtered": "limit=100&filter=" + url.QueryEscape("n = 3"), "filtered last": "limit=100&after=199000&filter=" + url.QueryEscape("n = 3"),
		"sorted": "limit=100&sortby=-n",
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				a, err := service.Answer(request(s, query))
				if err != nil {
					b.Fatal(err)
				}
				if err := a.Write(io.Discard); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
