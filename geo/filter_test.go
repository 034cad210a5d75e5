package geo_test

import (
	"testing"
	"time"

	"yiping/geo"
)

// “today” is a day in China: an expression that compares it with a moment late in
// the day by UTC turns on the days after the moment's day in China.
func TestAnExpressionTurnsOnTheDayOfAMomentInChina(t *testing.T) {
	seen := time.Date(2022, 12, 31, 20, 0, 0, 0, time.UTC) // 2023-01-01 04:00 in China
	rule := geo.LightRule{Kind: geo.FilterRule, RedWhen: "today > seen"}
	facts := &geo.Facts{Properties: geo.Properties{"seen": seen}, Holds: func(_ string, at geo.Date) bool { return at > geo.Today(seen) }}
	if v := rule.Judge(facts, day("2023-01-31")); v.Light != geo.Red || v.Since != day("2023-01-02") {
		t.Errorf("%s since %s", v.Light, v.Since)
	}
}
