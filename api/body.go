package api

import (
	"encoding/json"
	"errors"
	"io"
	"maps"
	"reflect"
	"slices"
	"strings"

	"yiping/geo"
)

// faultOf tells what is wrong with a body that could not be read into v, a pointer
// to a struct.
func (e *entry) faultOf(err error, v any) *problem {
	var kind *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	var told *geo.Error
	name, unknown := strings.CutPrefix(err.Error(), "json: unknown field ")
	switch {
	case errors.As(err, &kind) && kind.Field == "":
		return badBody("", "请求体应为 JSON 对象，而不是 "+kind.Value, "the body must be a JSON object, not a "+kind.Value)
	case errors.As(err, &kind):
		return badBody(kind.Field, "“"+kind.Field+"”的值类型不对："+kind.Value, "“"+kind.Field+"” cannot be a "+kind.Value)
	case unknown:
		name = strings.Trim(name, `"`)
		return badBody(name, "没有字段“"+name+"”", "there is no field “"+name+"”")
	case errors.As(err, &told):
		return badBody(e.member(v, told.Field), inChinese(told), inEnglish(told))
	case errors.Is(err, io.EOF):
		return badBody("", "请求体为空，应为 JSON 对象", "the body is empty; it must be a JSON object")
	case errors.Is(err, io.ErrUnexpectedEOF):
		return badBody("", "请求体的 JSON 没有写完", "the JSON of the body ends too early")
	case errors.As(err, &syntax):
		text := detailf("请求体第 %d 字节处不是合法的 JSON", "the body is no JSON at byte %d", syntax.Offset)
		return badBody("", text.ZH, text.EN+": "+syntax.Error())
	}
	return badBody(e.member(v, ""), "请求体不是所需的 JSON", "the body is not the JSON it should be: "+err.Error())
}

// member finds which member of the body a text is in that its type refuses, since
// encoding/json does not say; known is its name where the error has it.
func (e *entry) member(v any, known string) string {
	var members map[string]json.RawMessage
	if known != "" || json.Unmarshal(e.body, &members) != nil {
		return known
	}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		alone, err := json.Marshal(map[string]json.RawMessage{name: members[name]})
		if err == nil && json.Unmarshal(alone, reflect.New(reflect.TypeOf(v).Elem()).Interface()) != nil {
			return name
		}
	}
	return ""
}
