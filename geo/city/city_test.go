package city_test

import (
	"testing"

	"yiping/geo/city"
)

func TestCoreDeclarationsAreSound(t *testing.T) {
	for _, l := range city.Layers() {
		if err := l.Check(); err != nil {
			t.Error(err)
		}
	}
}
