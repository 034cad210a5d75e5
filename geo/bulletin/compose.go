package bulletin

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/overview"
	"yiping/geo/snapshot"
	"yiping/tiles/svg"
)

// Options say which bulletin. District and Month must be given.
type Options struct {
	District string   // code
	Month    geo.Date // its last day; the snapshot must be judged at it
	Number   string   // 文号
	Unit     string   // who issues it
	Issued   geo.Date // 0 = a draft, and said so
	Known    time.Time
}

// Size of the map in pixels of the SVG: as wide as the text of an A4 page.
const mapWidth, mapHeight = 1000, 860

// Compose writes the bulletin of a month. Errors: code NotFound for a district
// that is not there or has no projects in the month's year, Invalid for a
// snapshot judged at another day.
func Compose(s *snapshot.Snapshot, o Options) (*Document, error) {
	d, ok := s.District(o.District)
	if !ok {
		return nil, &geo.Error{Code: geo.NotFound, Field: "district", Message: "no district has the code “" + o.District + "”", ZH: "没有行政区“" + o.District + "”"}
	}
	if d.Date != o.Month {
		return nil, &geo.Error{Code: geo.Invalid, Field: "month", Message: fmt.Sprintf("the snapshot is judged at %s, not at %s", d.Date, o.Month),
			ZH: fmt.Sprintf("评价日是 %s，不是 %s", d.Date, o.Month)}
	}
	c := &composer{s: s, o: o, district: d}
	c.gather()
	board := overview.New(s)
	c.whole = board.Of(overview.Filter{District: o.District})
	c.part = board.Of(overview.Filter{District: o.District, Level: c.level})
	if len(c.all) == 0 {
		return nil, &geo.Error{Code: geo.NotFound, Field: "month", Message: fmt.Sprintf("%s has no project in the register of %d", d.Name, o.Month.Time().Year()),
			Mend: "choose a month of a year that is in the register", ZH: fmt.Sprintf("%s %d 年度清单中没有项目；请选清单所在年度的月份", d.Name, o.Month.Time().Year())}
	}
	c.doc = Document{
		Title:  fmt.Sprintf("关于%s%s重点项目推进情况的通报", d.Name, monthOf(o.Month)),
		Number: o.Number, Unit: cmp.Or(o.Unit, d.Name+"重点项目推进办公室"), Date: dayOf(cmp.Or(o.Issued, o.Month)),
	}
	if o.Issued == 0 {
		c.doc.Mark = "草稿"
	}
	c.opening()
	c.overall()
	c.categories()
	c.competition()
	c.warnings()
	c.lists()
	c.next()
	c.notes()
	return &c.doc, c.draw()
}

// composer holds what the parts are written from.
type composer struct {
	s        *snapshot.Snapshot
	o        Options
	district snapshot.District
	doc      Document

	all   []project // every project that has a place in the year's register, by category and code
	own   []project // those the categories and lists speak of: 区属 where levels are told apart
	city  []project // 市属
	level string
	made  bool // a report behind a light is 示意数据

	whole, part *overview.Overview // of all and of own
}

// project is a project with what the bulletin tells of it.
type project struct {
	item     snapshot.Item
	verdict  geo.Verdict
	standing geo.Standing
	state    state
	unit     string
	category string
}

// state is how a project stands to the year's goal, in the order of the tables.
type state int

const (
	done state = iota
	onPlan
	behind
	failed
	stopped
	unreported
	states
)

var stateNames = [states]string{"已完成", "正常推进", "滞后", "无法完成", "停止", "未填报"}

// stateOf goes by what was decided about the goal, else by the light.
func stateOf(i snapshot.Item, light geo.Light) state {
	switch i.Outcome() {
	case city.GoalDone:
		return done
	case city.GoalFailed:
		return failed
	case city.GoalStopped:
		return stopped
	}
	switch light {
	case geo.Green:
		return onPlan
	case geo.Yellow, geo.Red:
		return behind
	}
	return unreported
}

// outside are the statuses of what stands in no register of the year.
var outside = []string{"未列入", "调出", "已调出"}

func (c *composer) gather() {
	l, ok := c.s.Layer(city.Project)
	if !ok {
		return
	}
	for i := range l.All {
		if i.District() != c.o.District {
			continue
		}
		v := i.Verdict()
		if slices.Contains(outside, v.Status.ZH) {
			continue
		}
		c.made = c.made || slices.ContainsFunc(i.Reports(), func(r geo.Report) bool {
			return r.Date <= c.o.Month && r.Properties.Text("basis") == "示意数据"
		})
		c.all = append(c.all, project{item: i, verdict: v, standing: i.Standing(), state: stateOf(i, v.Light),
			unit: cmp.Or(i.Unit(), noUnit), category: cmp.Or(i.Text("category"), "未分类")})
	}
	first := map[string]int{}
	for k, p := range c.all {
		if _, ok := first[p.category]; !ok {
			first[p.category] = k
		}
	}
	slices.SortStableFunc(c.all, func(a, b project) int {
		return cmp.Or(cmp.Compare(first[a.category], first[b.category]), strings.Compare(a.item.Code(), b.item.Code()))
	})
	for _, p := range c.all {
		switch p.item.Text("level") {
		case "市属":
			c.city = append(c.city, p)
		default:
			c.own = append(c.own, p)
		}
	}
	if c.level = "区属"; len(c.city) == 0 {
		c.level = ""
	}
}

const noUnit = "未明确责任单位"

func (c *composer) heading(level int, text string) {
	c.doc.Blocks = append(c.doc.Blocks, Heading{level, text})
}

func (c *composer) paragraph(lead, format string, args ...any) {
	c.doc.Blocks = append(c.doc.Blocks, Paragraph{Lead: lead, Text: fmt.Sprintf(format, args...)})
}

func (c *composer) opening() {
	c.doc.Blocks = append(c.doc.Blocks, Paragraph{Text: "各街道（镇）、各有关单位：", Flush: true})
	split := ""
	if len(c.city) > 0 {
		split = fmt.Sprintf("，其中市属项目%d项、区属项目%d项", len(c.city), len(c.own))
	}
	c.paragraph("", "%d年，全区列入年度清单的重点项目共%d项%s。现将截至%s的推进情况通报如下。",
		c.o.Month.Time().Year(), len(c.all), split, dayOf(c.o.Month))
}

// tally counts projects by state and light.
type tally struct {
	n      int
	states [states]int
	lights [4]int
}

func tallyOf(ps []project) (t tally) {
	for _, p := range ps {
		t.n++
		t.states[p.state]++
		t.lights[p.verdict.Light]++
	}
	return t
}

// told lists the states that there are: 已完成43项、滞后27项.
func (t tally) told() string {
	var parts []string
	for s, n := range t.states {
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%s%d项", goalWords[s], n))
		}
	}
	return strings.Join(parts, "，")
}

var goalWords = [states]string{"已完成年度目标", "按计划正常推进", "推进滞后", "年度目标无法完成", "停止实施", "未填报"}

func (c *composer) overall() {
	c.heading(1, "一、总体情况")
	t := tallyOf(c.own)
	c.paragraph("（一）目标完成情况。", "%s项目%d项中，%s；年度目标完成率%s。", cmp.Or(c.level, "全部"), t.n, t.told(), percent(t.states[done], t.n))
	if len(c.city) > 0 {
		c.paragraph("", "市属项目%d项中，%s。", len(c.city), tallyOf(c.city).told())
	}
	lights := fmt.Sprintf("绿灯%d项、黄灯%d项、红灯%d项", t.lights[geo.Green], t.lights[geo.Yellow], t.lights[geo.Red])
	if t.lights[geo.None] > 0 {
		lights += fmt.Sprintf("，未亮灯%d项", t.lights[geo.None])
	}
	c.paragraph("（二）三色管理情况。", "%s项目%s。%s", cmp.Or(c.level, "全部"), lights, c.moved())
	if text := c.investment(); text != "" {
		c.paragraph("（三）投资完成情况。", "%s", text)
	}
}

// moved tells how the lights differ from those at the end of the month before.
func (c *composer) moved() string {
	if len(c.part.Month.Moved) == 0 {
		return "与上月末相比，灯色没有变化。"
	}
	var parts []string
	for _, m := range c.part.Month.Moved {
		parts = append(parts, fmt.Sprintf("%s转%s%d项", lightNames[m.From], lightNames[m.To], m.N))
	}
	return "与上月末相比，" + strings.Join(parts, "，") + "。"
}

var lightNames = [...]string{geo.None: "未亮灯", geo.Green: "绿灯", geo.Yellow: "黄灯", geo.Red: "红灯"}

// investment tells plan and actual of the year; "" where there is no plan.
func (c *composer) investment() string {
	v := c.whole.Investment
	if !v.Known {
		return ""
	}
	return fmt.Sprintf("年度计划投资%s亿元，累计完成%s亿元，占年度计划的%s。", money(v.Planned), money(v.Covered), share(v.Completion))
}

// categories is the table of kind by state, whose sums close, and the order of
// merit.
func (c *composer) categories() {
	c.heading(1, "二、分类推进情况")
	c.table(c.level+"项目分类推进情况（项）", "类别", func(p project) string { return p.category })
	groups, names := group(c.own, func(p project) string { return p.category })
	slices.SortStableFunc(names, func(a, b string) int {
		x, y := tallyOf(groups[a]), tallyOf(groups[b])
		return cmp.Compare(y.states[done]*x.n, x.states[done]*y.n)
	})
	var parts []string
	rank := 0
	for k, name := range names {
		t := tallyOf(groups[name])
		if k == 0 || t.states[done]*tallyOf(groups[names[k-1]]).n != tallyOf(groups[names[k-1]]).states[done]*t.n {
			rank = k + 1
		}
		parts = append(parts, fmt.Sprintf("第%d名%s（%d项完成%d项，%s）", rank, name, t.n, t.states[done], percent(t.states[done], t.n)))
	}
	c.paragraph("分类比拼。", "按年度目标完成率排名：%s。", strings.Join(parts, "，"))
}

// competition is the order of merit by completion of the year's plan of
// investment, where there are plans to rank by.
func (c *composer) competition() {
	if !c.whole.Investment.Known {
		return
	}
	t := Table{Caption: "项目竞赛排名（以年度计划投资为分母）", Columns: []Column{{"名次", 0.12, false}, {"类别", 0.37, true}, {"年度计划（亿元）", 0.18, false}, {"累计完成（亿元）", 0.18, false}, {"完成率", 0.15, false}}}
	for _, r := range c.whole.Categories {
		if r.Investment.Known {
			t.Rows = append(t.Rows, []string{fmt.Sprint(r.Place), cmp.Or(r.Name, "未分类"), money(r.Investment.Planned), money(r.Investment.Covered), share(r.Investment.Completion)})
		}
	}
	c.doc.Blocks = append(c.doc.Blocks, t)
}

// group gathers projects by a name, in order of first appearance.
func group(ps []project, by func(project) string) (map[string][]project, []string) {
	groups, names := map[string][]project{}, []string{}
	for _, p := range ps {
		k := by(p)
		if groups[k] == nil {
			names = append(names, k)
		}
		groups[k] = append(groups[k], p)
	}
	return groups, names
}

// table counts the states of the district's projects by a name, with a sum. The
// four states of the goal always have their column, others where there are any.
func (c *composer) table(caption, first string, by func(project) string) {
	groups, names := group(c.own, by)
	all := tallyOf(c.own)
	t := Table{Caption: caption, Columns: []Column{{first, 0.3, true}, {"合计", 0, false}}, Total: true}
	var shown []state
	for s := range states {
		if all.states[s] > 0 || s != onPlan && s != unreported {
			shown = append(shown, s)
			t.Columns = append(t.Columns, Column{Title: stateNames[s]})
		}
	}
	for k := range t.Columns[1:] {
		t.Columns[k+1].Width = 0.7 / float64(len(t.Columns)-1)
	}
	row := func(name string, n tally) {
		cells := []string{name, fmt.Sprint(n.n)}
		for _, s := range shown {
			cells = append(cells, fmt.Sprint(n.states[s]))
		}
		t.Rows = append(t.Rows, cells)
	}
	for _, name := range names {
		row(name, tallyOf(groups[name]))
	}
	row("合计", all)
	c.doc.Blocks = append(c.doc.Blocks, t)
}

func (c *composer) draw() error {
	var out bytes.Buffer
	if err := svg.Draw(&out, c.s, svg.Options{District: c.o.District, Width: mapWidth, Height: mapHeight, Theme: svg.Light}); err != nil {
		return err
	}
	c.doc.Picture = Picture{Caption: fmt.Sprintf("附图　%s重点项目三色管理图（%s）", c.district.Name, monthOf(c.o.Month)), SVG: out.Bytes(), Width: mapWidth, Height: mapHeight}
	return nil
}

func monthOf(d geo.Date) string {
	t := d.Time()
	return fmt.Sprintf("%d年%d月", t.Year(), t.Month())
}

func dayOf(d geo.Date) string {
	t := d.Time()
	return fmt.Sprintf("%d年%d月%d日", t.Year(), t.Month(), t.Day())
}

func percent(part, whole int) string {
	if whole == 0 {
		return "—"
	}
	return share(100 * float64(part) / float64(whole))
}

// share writes per cent with at most two decimals, as the documents do.
func share(x float64) string { return money(x) + "％" }

// money writes 亿元 with at most two decimals.
func money(x float64) string {
	return strings.TrimSuffix(strings.TrimSuffix(fmt.Sprintf("%.2f", x), "0"), ".0")
}
