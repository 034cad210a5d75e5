package geo_test

import (
	"errors"
	"fmt"
	"io"
	"testing"

	"yiping/geo"
)

func TestErrorTellsPlaceFaultAndMendInOneLine(t *testing.T) {
	for want, e := range map[string]*geo.Error{
		"no such layer": geo.Errorf(geo.NotFound, "no such %s", "layer"),
		"layer street: row 7: field width: value “x” is not of type int: strconv (write a whole number)": {
			Code: geo.Invalid, Layer: "street", Row: 7, Field: "width", Message: "value “x” is not of type int",
			Err: errors.New("strconv"), Mend: "write a whole number"},
		"store is away: EOF": geo.Wrap(geo.Unavailable, io.EOF, "store is %s", "away"),
	} {
		if e.Error() != want {
			t.Errorf("got  %s\nwant %s", e.Error(), want)
		}
	}
}

func TestCodeIsFoundThroughWraps(t *testing.T) {
	stale := geo.Errorf(geo.Conflict, "stale version")
	for name, c := range map[string]struct {
		err  error
		code geo.Code
	}{
		"nil":             {nil, ""},
		"foreign":         {io.EOF, geo.Internal},
		"bare":            {stale, geo.Conflict},
		"wrapped":         {fmt.Errorf("edit 3: %w", stale), geo.Conflict},
		"joined":          {errors.Join(io.EOF, stale), geo.Conflict},
		"without a code":  {&geo.Error{Message: "odd"}, geo.Internal},
		"outer code wins": {geo.Wrap(geo.Unavailable, stale, "apply"), geo.Unavailable},
	} {
		if got := geo.CodeOf(c.err); got != c.code {
			t.Errorf("%s: %q, want %q", name, got, c.code)
		}
	}
	if !errors.Is(geo.Wrap(geo.Internal, io.EOF, "read"), io.EOF) {
		t.Error("the cause is lost")
	}
}
