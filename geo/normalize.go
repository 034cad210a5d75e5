package geo

import (
	"cmp"
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Normalize checks a feature against its layer and brings its values to the Go
// type of their fields, in a copy. The error names field, fault and mend.
func (l *Layer) Normalize(f Feature) (Feature, error) {
	f.Layer = l.ID
	if f.Code == "" || len(f.Code) > 200 || strings.TrimSpace(f.Code) != f.Code || !IsText(f.Code) {
		return f, &Error{Code: Invalid, Layer: l.ID, Field: "code", Message: "code " + quote(f.Code) + " is not usable",
			Mend: "give each feature a code of 1 to 200 bytes without surrounding blanks", ZH: "编码" + quote(f.Code) + "不可用：应为 1 至 200 字节，前后无空格"}
	}
	if f.ID > MaxID {
		return f, &Error{Code: Invalid, Layer: l.ID, Field: "id", Message: "id is over 2^53-1", ZH: "编号超过 2⁵³−1"}
	}
	if err := CheckGeometry(f.Geometry, f.Z); err != nil {
		return f, inLayer(err, l.ID)
	}
	if l.Geometry == NoGeometry && f.Geometry != nil {
		return f, &Error{Code: Invalid, Layer: l.ID, Field: "geom", Message: "the layer has no geometry", ZH: "图层" + l.named() + "没有几何"}
	}
	p, err := normalize(l.ID, l.Fields, f.Properties)
	f.Properties = p
	return f, err
}

// NormalizeReport does the same for a report.
func (l *Layer) NormalizeReport(r Report) (Report, error) {
	r.Layer = l.ID
	if len(l.Reports) == 0 {
		return r, &Error{Code: Invalid, Layer: l.ID, Message: "the layer takes no reports", ZH: "图层" + l.named() + "不收报告"}
	}
	if r.Date == 0 {
		return r, &Error{Code: Invalid, Layer: l.ID, Field: "date", Message: "report has no date", ZH: "报告没有日期"}
	}
	p, err := normalize(l.ID, l.Reports, r.Properties)
	r.Properties = p
	return r, err
}

func inLayer(err error, id LayerID) error {
	if e, ok := err.(*Error); ok && e.Layer == "" {
		e.Layer = id
	}
	return err
}

func normalize(layer LayerID, fields []Field, in Properties) (Properties, error) {
	out := make(Properties, len(in))
	for _, f := range fields {
		v, err := f.Value(in[f.Name])
		if err != nil {
			return nil, inLayer(err, layer)
		}
		if v != nil {
			out[f.Name] = v
		} else if f.Required {
			return nil, &Error{Code: Invalid, Layer: layer, Field: f.Name, Message: "value is missing", Mend: "the field is required",
				ZH: f.named() + "必须填写"}
		}
	}
	for name, v := range in {
		if v == nil {
			continue
		}
		if _, ok := find(fields, name); !ok {
			return nil, &Error{Code: Invalid, Layer: layer, Field: name, Message: "the layer has no such field",
				Mend: "declare it or leave it out", ZH: "没有字段" + quote(name) + "（先在图层中声明，或略去）"}
		}
	}
	return out, nil
}

// Value brings v to the Go type of the field (see FieldType). It reads what
// JSON, CSV and SQL give: "" and nil are absent, numbers may come as text.
func (f Field) Value(v any) (any, error) {
	if n, ok := v.(json.Number); ok {
		v = n.String()
	}
	if s, ok := v.(string); ok {
		if f.Type != TextField {
			s = strings.TrimSpace(s)
		}
		if s == "" {
			return nil, nil
		}
		v = s
	}
	if v == nil {
		return nil, nil
	}
	out, ok := f.convert(v)
	if !ok {
		return nil, &Error{Code: Invalid, Field: f.Name, Message: "value " + quote(shown(v)) + " is not of type " + string(f.Type),
			ZH: f.named() + "的值" + quote(shown(v)) + "不是" + typeNames[f.Type]}
	}
	return out, f.checkRange(out)
}

func shown(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return "?"
	}
	s := strings.Trim(string(b), `"`)
	if utf8.RuneCountInString(s) > 60 {
		s = string([]rune(s)[:60]) + "…"
	}
	return s
}

func (f Field) convert(v any) (any, bool) {
	switch f.Type {
	case TextField:
		return toText(v)
	case IntField:
		return toInt(v)
	case FloatField:
		x, ok := toFloat(v)
		return x, ok && !math.IsNaN(x) && !math.IsInf(x, 0)
	case BoolField:
		return toBool(v)
	case DateField:
		return toDate(v)
	case TimeField:
		return toTime(v)
	}
	return nil, false
}

func toText(v any) (any, bool) {
	switch v := v.(type) {
	case string:
		return v, IsText(v)
	case bool:
		return strconv.FormatBool(v), true
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), true
	case int64:
		return strconv.FormatInt(v, 10), true
	case Date:
		return v.String(), true
	}
	return nil, false
}

// IsText reports whether a store can hold it as text: UTF-8 without a zero character,
// which PostgreSQL has not.
func IsText(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }

func toInt(v any) (any, bool) {
	switch v := v.(type) {
	case int64:
		return v, true
	case int:
		return int64(v), true
	case float64:
		return int64(v), v == math.Trunc(v) && math.Abs(v) < 1<<53
	case string:
		n, err := strconv.ParseInt(v, 10, 64)
		if err == nil {
			return n, true
		}
		if x, err := strconv.ParseFloat(v, 64); err == nil {
			return toInt(x)
		}
	}
	return nil, false
}

func toFloat(v any) (float64, bool) {
	switch v := v.(type) {
	case float64:
		return v, true
	case int64:
		return float64(v), true
	case int:
		return float64(v), true
	case string:
		x, err := strconv.ParseFloat(v, 64)
		return x, err == nil
	}
	return 0, false
}

func toBool(v any) (any, bool) {
	switch v := v.(type) {
	case bool:
		return v, true
	case int64:
		return v == 1, v == 0 || v == 1
	case float64:
		return v == 1, v == 0 || v == 1
	case string:
		switch strings.ToLower(v) {
		case "true", "t", "1", "yes", "是":
			return true, true
		case "false", "f", "0", "no", "否":
			return false, true
		}
	}
	return nil, false
}

func toDate(v any) (any, bool) {
	switch v := v.(type) {
	case Date:
		return v, v != 0
	case time.Time:
		return DateOf(v), true
	case string:
		d, err := ParseDate(v)
		return d, err == nil
	}
	return nil, false
}

func toTime(v any) (any, bool) {
	switch v := v.(type) {
	case time.Time:
		return v.UTC().Truncate(time.Microsecond), true
	case string:
		for _, layout := range []string{time.RFC3339Nano, "2006-01-02 15:04:05", "2006-01-02T15:04:05"} {
			if t, err := time.Parse(layout, v); err == nil {
				return t.UTC().Truncate(time.Microsecond), true
			}
		}
	}
	return nil, false
}

func (f Field) checkRange(v any) error {
	if s, ok := v.(string); ok && len(f.Enum) > 0 && !slices.Contains(f.Enum, s) {
		return &Error{Code: Invalid, Field: f.Name, Message: "value " + quote(s) + " is not allowed",
			Mend: "use one of " + strings.Join(f.Enum, ", "), ZH: f.named() + "没有" + quote(s) + "一项（可用：" + strings.Join(f.Enum, "、") + "）"}
	}
	if x, ok := toFloat(v); ok && (f.Type == IntField || f.Type == FloatField) {
		if f.Min != nil && x < *f.Min || f.Max != nil && x > *f.Max {
			return &Error{Code: Invalid, Field: f.Name, Message: "value " + shown(x) + " is out of range", Mend: f.rangeText(),
				ZH: f.named() + " " + shown(x) + f.Unit + " 超出范围（" + f.rangeZH() + "）"}
		}
	}
	return nil
}

// typeNames are the types of fields in Chinese.
var typeNames = map[FieldType]string{TextField: "文字", IntField: "整数", FloatField: "数", BoolField: "是否", DateField: "日期", TimeField: "时间"}

// named gives a field as its readers know it.
func (f Field) named() string { return quote(cmp.Or(f.Title.ZH, f.Name)) }

func (l *Layer) named() string { return quote(cmp.Or(l.Title.ZH, string(l.ID))) }

func (f Field) rangeZH() string {
	switch {
	case f.Min != nil && f.Max != nil:
		return "应为 " + shown(*f.Min) + " 至 " + shown(*f.Max)
	case f.Min != nil:
		return "应不小于 " + shown(*f.Min)
	}
	return "应不大于 " + shown(*f.Max)
}

func (f Field) rangeText() string {
	switch {
	case f.Min != nil && f.Max != nil:
		return "allowed: " + shown(*f.Min) + " to " + shown(*f.Max)
	case f.Min != nil:
		return "allowed: " + shown(*f.Min) + " and more"
	}
	return "allowed: up to " + shown(*f.Max)
}
