package indicator

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/snapshot"
)

// The layers of tasks and of what they are linked to.
const (
	taskLayer    geo.LayerID = "task"
	projectLayer geo.LayerID = "project"
)

// Own states of a task that decide.
const (
	taskDone   = "已完成"
	taskBehind = "滞后"
)

// Task is a numbered item of an action plan with its light.
type Task struct {
	ID                                    geo.ID
	Code, District, Number, Part, Edition string
	Name, Summary, Period, State          string
	LeadUnits                             []string // the first leads
	Start, Due                            geo.Date
	Light                                 geo.Light
	Status, Reason                        geo.Text
	Indicators                            []Entry
	Projects                              []snapshot.Item
	Missing                               []string // codes it names that are not there
	Figures                               []string
	Document, Section, Note               string
}

// Tasks gives the tasks of a district, or of all (""), by district and number.
//
// A task that its office calls done is green. One past its day is red. Else it
// has the worst light of its indicators and projects, and is at least yellow
// where its office calls it behind.
func Tasks(b *Board, s *snapshot.Snapshot, district string) []Task {
	out := []Task{}
	l, ok := s.Layer(taskLayer)
	if !ok {
		return out
	}
	for i := range l.All {
		if district == "" || i.District() == district {
			out = append(out, taskOf(b, s, i))
		}
	}
	slices.SortStableFunc(out, func(a, b Task) int {
		return cmp.Or(strings.Compare(a.District, b.District), cmp.Compare(ordinal(a.Number), ordinal(b.Number)), strings.Compare(a.Code, b.Code))
	})
	return out
}

// ordinal reads the number of a task; those without one come last.
func ordinal(s string) int {
	if n, err := strconv.Atoi(s); err == nil {
		return n
	}
	return 1 << 30
}

func taskOf(b *Board, s *snapshot.Snapshot, i snapshot.Item) Task {
	t := Task{ID: i.ID(), Code: i.Code(), District: i.District(), Number: i.Text("number"), Part: i.Text("part"), Edition: i.Text("edition"),
		Name: i.Text("name"), Summary: i.Text("summary"), Period: i.Text("period"), State: i.Text("state"),
		LeadUnits: city.Split(i.Text("lead_units")), Start: date(i, "start"), Due: date(i, "due"), Figures: city.Split(i.Text("figures")),
		Document: i.Text("source"), Section: i.Text("section"), Note: i.Text("note")}
	for _, code := range city.Split(i.Text("indicators")) {
		if e, ok := b.Of(code); ok {
			t.Indicators = append(t.Indicators, e)
		} else {
			t.Missing = append(t.Missing, code)
		}
	}
	projects, ok := s.Layer(projectLayer)
	for _, code := range city.Split(i.Text("projects")) {
		if ok {
			if p, found := projects.ByCode(code); found {
				t.Projects = append(t.Projects, p)
				continue
			}
		}
		t.Missing = append(t.Missing, code)
	}
	t.judge(i.Day())
	return t
}

func (t *Task) judge(day geo.Date) {
	light, by := t.worst()
	switch {
	case t.State == taskDone:
		t.Light, t.Status = geo.Green, geo.Text{ZH: "已完成", EN: "Done"}
		t.Reason = geo.Text{ZH: "任务已完成", EN: "The task is done"}
	case t.Due != 0 && day > t.Due:
		t.Light, t.Status = geo.Red, geo.Text{ZH: "逾期未完成", EN: "Past due"}
		t.Reason = geo.Text{ZH: fmt.Sprintf("超过完成期限 %d 天（%s）", day-t.Due, t.Due), EN: fmt.Sprintf("%d days past its day %s", day-t.Due, t.Due)}
	case t.State == taskBehind && light < geo.Yellow:
		t.Light, t.Status = geo.Yellow, behind
		t.Reason = geo.Text{ZH: "牵头单位报滞后", EN: "Reported behind by its lead unit"}
	case light == geo.None:
		t.Status = geo.Text{ZH: cmp.Or(t.State, "未填报"), EN: "Nothing to judge by"}
		t.Reason = geo.Text{ZH: "没有可比的指标和项目", EN: "No indicator or project to judge by"}
	default:
		t.Light = light
		t.Status = map[geo.Light]geo.Text{geo.Green: onCourse, geo.Yellow: behind, geo.Red: farBehind}[light]
		t.Reason = by
	}
}

// worst gives the gravest light of what the task rests on, and what has it.
func (t *Task) worst() (geo.Light, geo.Text) {
	light, by := geo.None, geo.Text{}
	for i := range t.Indicators {
		if e := &t.Indicators[i]; e.Light > light {
			light, by = e.Light, geo.Text{ZH: "指标“" + e.Name + "”：" + e.Reason.ZH, EN: "Indicator " + e.Name + ": " + e.Reason.EN}
		}
	}
	for _, p := range t.Projects {
		if p.Light() > light {
			v := p.Verdict()
			light, by = p.Light(), geo.Text{ZH: "项目“" + p.Name() + "”：" + v.Reason.ZH, EN: "Project " + p.Name() + ": " + v.Reason.EN}
		}
	}
	return light, by
}
