package main_test

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func read(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// What was issued says for ever what it said, whatever is corrected later; a
// draft follows the corrections.
func TestIssuedBulletinIsFrozen(t *testing.T) {
	stores(t, func(t *testing.T, url string, edit func(string)) {
		must(t, "seed", "--store", url, "putuo")
		print := func(name string, more ...string) []byte {
			file := filepath.Join(t.TempDir(), name)
			must(t, append([]string{"bulletin", "--store", url, "--district", "putuo", "--month", "2022-12", "-o", file}, more...)...)
			return read(t, file)
		}
		draft := print("draft.html")
		issued := print("issued.html", "--issue", "--number", "普推办〔2023〕2号", "--unit", "普陀区推进办")
		word := print("issued.docx")
		for _, want := range []string{"关于普陀区2022年12月重点项目推进情况的通报", "共87项，其中市属项目14项、区属项目73项", "已完成年度目标43项", "推进滞后27项", "无法完成2项", "停止实施1项",
			"<td class=\"left \">市政基础设施类</td><td class=\"\">12</td><td class=\"\">11</td>", "宝能西上海中心", "普推办〔2023〕2号"} {
			if !bytes.Contains(issued, []byte(want)) {
				t.Errorf("the bulletin does not say %s", want)
			}
		}
		if bytes.Contains(issued, []byte("草稿")) || !bytes.Contains(draft, []byte("草稿")) {
			t.Error("a draft is not told from what is issued")
		}
		checkWord(t, word)

		edit("UPDATE project SET goal_outcome = '完成', reason = NULL WHERE name = '宝能西上海中心'")
		edit("UPDATE threshold SET yellow = 40, red = 50")
		if again := print("again.html"); !bytes.Equal(again, issued) {
			t.Error("a correction changed the issued bulletin")
		}
		if again := print("again.docx"); !bytes.Equal(again, word) {
			t.Error("a correction changed the issued document")
		}
		if november := print("november.html", "--month", "2022-11"); !bytes.Contains(november, []byte("草稿")) {
			t.Error("November is taken for issued")
		}
		_, stderr, status := yiping(t, "bulletin", "--store", url, "--district", "310107", "--month", "2022-12", "--issue", "-o", filepath.Join(t.TempDir(), "twice.html"))
		if status != 1 || !strings.Contains(stderr, "was issued on") || strings.Count(stderr, "\n") != 1 {
			t.Errorf("issued twice: status %d, %s", status, stderr)
		}
	})
}

// The draft of a month follows what is recorded, and --known goes back.
func TestDraftBulletinFollowsCorrections(t *testing.T) {
	stores(t, func(t *testing.T, url string, edit func(string)) {
		must(t, "seed", "--store", url, "putuo")
		args := []string{"bulletin", "--store", url, "--district", "putuo", "--month", "2022-12", "-o", "-"}
		before := must(t, args...)
		known := before[strings.Index(before, "数据记录时点"):]
		known = known[len("数据记录时点"):strings.Index(known, "，")]
		edit("UPDATE project SET goal_outcome = '完成', reason = NULL WHERE name = '宝能西上海中心'")
		after := must(t, args...)
		if !strings.Contains(before, "已完成年度目标43项") || !strings.Contains(after, "已完成年度目标44项") {
			t.Error("the draft does not follow the correction")
		}
		at, err := time.ParseInLocation("2006年1月2日 15:04:05", known, time.FixedZone("", 8*60*60))
		if err != nil {
			t.Fatal(err)
		}
		if back := must(t, append(args, "--known", at.Format(time.RFC3339))...); !strings.Contains(back, "已完成年度目标43项") {
			t.Error("--known does not go back before the correction")
		}
	})
}

func TestBulletinFaultsAreOneLine(t *testing.T) {
	url := "gpkg:" + filepath.Join(t.TempDir(), "city.gpkg")
	must(t, "seed", "--store", url, "putuo")
	for _, c := range []struct {
		args   []string
		status int
		want   string
	}{
		{[]string{"--month", "2022-12"}, 2, "--district and --month are needed"},
		{[]string{"--district", "putuo", "--month", "12/2022"}, 1, "is not a date"},
		{[]string{"--district", "310999", "--month", "2022-12"}, 1, "no district has the code"},
		{[]string{"--district", "putuo", "--month", "2022-12", "-o", "b.pdf"}, 1, ".html or .docx"},
		{[]string{"--district", "putuo", "--month", "2022-12", "--known", "yesterday"}, 1, "is not a time"},
		{[]string{"--district", "putuo", "--month", "2022-12", "--known", "2023-01-01T00:00:00+08:00"}, 1, "no district has the code"},
		{[]string{"--district", "putuo", "--month", "2022-12", "--known", "2023-01-01T00:00:00+08:00", "--issue"}, 2, "cannot go with --issue"},
		{[]string{"--district", "putuo", "--month", "1999-12", "-o", "-"}, 1, "no project in the register of 1999"},
	} {
		_, stderr, status := yiping(t, append([]string{"bulletin", "--store", url}, c.args...)...)
		if status != c.status || !strings.Contains(stderr, c.want) || strings.Count(strings.TrimSpace(stderr), "\n") != 0 {
			t.Errorf("%v: status %d, %s", c.args, status, stderr)
		}
	}
}

func checkWord(t *testing.T, b []byte) {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	found := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if found[f.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Contains(found["word/document.xml"], []byte("宝能西上海中心")) || !bytes.HasPrefix(found["word/media/map.png"], []byte("\x89PNG")) || !bytes.Contains(found["word/media/map.svg"], []byte("宝能西上海中心")) {
		t.Error("the document lacks its text or its map")
	}
}
