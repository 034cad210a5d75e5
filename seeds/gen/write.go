package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"yiping/geo"
)

// write turns a sheet into import files, checking every feature and report
// against its layer on the way.
func write(out map[string][]byte, district string, layers []geo.Layer, s *sheet) error {
	for i := range layers {
		l := &layers[i]
		if fs := s.features[l.ID]; len(fs) > 0 {
			b, err := writeFeatures(l, fs)
			if err != nil {
				return err
			}
			out[district+"/"+string(l.ID)+".geojson"] = b
		}
		if rs := s.reports[l.ID]; len(rs) > 0 {
			b, err := writeReports(l, rs)
			if err != nil {
				return err
			}
			out[district+"/"+string(l.ID)+"_report.csv"] = b
		}
	}
	return nil
}

func writeFeatures(l *geo.Layer, fs []feature) ([]byte, error) {
	var b bytes.Buffer
	fmt.Fprintf(&b, `{"type":"FeatureCollection","name":%q,"features":[`, l.ID)
	seen := map[string]bool{}
	for i, f := range fs {
		if seen[f.code] {
			return nil, fmt.Errorf("layer %s: code %s is there twice", l.ID, f.code)
		}
		seen[f.code] = true
		n, err := l.Normalize(geo.Feature{Code: f.code, Geometry: f.geom.Geometry, Properties: f.prop})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.code, err)
		}
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString("\n")
		if err := writeFeature(&b, l, n); err != nil {
			return nil, err
		}
	}
	b.WriteString("\n]}\n")
	return b.Bytes(), nil
}

// writeFeature writes one line; properties stand in the order of declaration.
func writeFeature(b *bytes.Buffer, l *geo.Layer, f geo.Feature) error {
	b.WriteString(`{"type":"Feature","geometry":`)
	if err := writeGeometry(b, f.Geometry); err != nil {
		return err
	}
	b.WriteString(`,"properties":{"code":`)
	if err := writeValue(b, f.Code); err != nil {
		return err
	}
	for _, field := range l.Fields {
		if v := f.Properties[field.Name]; v != nil {
			fmt.Fprintf(b, ",%q:", field.Name)
			if err := writeValue(b, v); err != nil {
				return err
			}
		}
	}
	b.WriteString("}}")
	return nil
}

func writeGeometry(b *bytes.Buffer, g orb.Geometry) error {
	if g == nil {
		b.WriteString("null")
		return nil
	}
	return writeValue(b, geojson.NewGeometry(g))
}

func writeValue(b *bytes.Buffer, v any) error {
	enc := json.NewEncoder(b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return err
	}
	b.Truncate(b.Len() - 1) // the line feed of Encode
	return nil
}

func writeReports(l *geo.Layer, rs []report) ([]byte, error) {
	used := map[string]bool{}
	for _, r := range rs {
		for name := range r.prop {
			used[name] = true
		}
	}
	header := []string{"code", "date"}
	for _, f := range l.Reports {
		if used[f.Name] {
			header = append(header, f.Name)
		}
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	if err := w.Write(header); err != nil {
		return nil, err
	}
	for _, r := range rs {
		n, err := l.NormalizeReport(geo.Report{Date: r.date, Properties: r.prop})
		if err != nil {
			return nil, fmt.Errorf("report of %s: %w", r.code, err)
		}
		line := []string{r.code, r.date.String()}
		for _, name := range header[2:] {
			cell := ""
			switch v := n.Properties[name].(type) {
			case nil:
			case float64:
				cell = strconv.FormatFloat(v, 'f', -1, 64)
			case time.Time:
				cell = v.Format(time.RFC3339)
			default:
				cell = fmt.Sprint(v)
			}
			line = append(line, cell)
		}
		if err := w.Write(line); err != nil {
			return nil, err
		}
	}
	w.Flush()
	return b.Bytes(), w.Error()
}
