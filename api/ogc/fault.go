package ogc

import (
	"errors"
	"fmt"

	"yiping/geo"
)

// Fault is a failure that the client is told of in its own language.
type Fault struct {
	Code      geo.Code // Invalid, NotFound, Unsupported
	Parameter string   // the parameter at fault, where one is
	Detail    geo.Text
}

// Error gives the English text.
func (f *Fault) Error() string { return f.Detail.EN }

func bad(parameter, zh, en string, args ...any) error {
	return &Fault{geo.Invalid, parameter, geo.Text{ZH: fmt.Sprintf(zh, args...), EN: fmt.Sprintf(en, args...)}}
}

func missing(parameter, zh, en string, args ...any) error {
	return &Fault{geo.NotFound, parameter, geo.Text{ZH: fmt.Sprintf(zh, args...), EN: fmt.Sprintf(en, args...)}}
}

// in names the parameter that an error of a filter or coordinate system is of.
func in(parameter string, err error) error {
	if err == nil {
		return nil
	}
	var e *geo.Error
	if errors.As(err, &e) {
		out := *e
		out.Code, out.Field, out.Layer = geo.Invalid, parameter, ""
		return &out
	}
	return bad(parameter, "参数“%s”有误：%v", "“%s” is wrong: %v", parameter, err)
}
