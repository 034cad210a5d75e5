package bulletin

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/overview"
)

var levelNames = [...]string{"—", "提醒", "协调", "督办"}

func (c *composer) warnings() {
	c.heading(1, "三、预警情况")
	n := c.whole.Warnings
	if n.Total == 0 {
		c.paragraph("", "截至本月末，全区重点项目没有在办预警。")
		return
	}
	text := fmt.Sprintf("截至本月末，全区重点项目在办预警%d项，其中提醒%d项、协调%d项、督办%d项", n.Total, n.Remind, n.Coordinate, n.Supervise)
	if n.Proposed > 0 {
		text += fmt.Sprintf("；协调项目中有%d项达到督办条件，拟列入督办，待确认", n.Proposed)
	}
	c.paragraph("", "%s。各责任单位预警情况见下表。", text)
	units := slices.DeleteFunc(slices.Clone(c.whole.Units), func(r overview.Rank) bool { return r.Warnings.Total == 0 })
	slices.SortStableFunc(units, func(a, b overview.Rank) int {
		if (a.Name == "") != (b.Name == "") { // what has no unit comes last
			return cmp.Compare(b.Name, a.Name)
		}
		x, y := a.Warnings, b.Warnings
		return cmp.Or(cmp.Compare(y.Supervise, x.Supervise), cmp.Compare(y.Coordinate, x.Coordinate), cmp.Compare(y.Total, x.Total), cmp.Compare(a.Name, b.Name))
	})
	t := Table{Caption: "各责任单位预警情况（项）", Total: true,
		Columns: []Column{{"责任单位", 0.4, true}, {"合计", 0.12, false}, {"提醒", 0.12, false}, {"协调", 0.12, false}, {"督办", 0.12, false}, {"拟督办", 0.12, false}}}
	row := func(name string, n overview.Warnings) {
		t.Rows = append(t.Rows, []string{name, fmt.Sprint(n.Total), fmt.Sprint(n.Remind), fmt.Sprint(n.Coordinate), fmt.Sprint(n.Supervise), fmt.Sprint(n.Proposed)})
	}
	for _, u := range units {
		row(cmp.Or(u.Name, noUnit), u.Warnings)
	}
	row("合计", n)
	c.doc.Blocks = append(c.doc.Blocks, t)
}

// lists names what is red, one by one, and what is behind, by category.
func (c *composer) lists() {
	c.heading(1, "四、重点关注项目")
	var red []project
	for _, p := range c.all {
		if p.verdict.Light == geo.Red {
			red = append(red, p)
		}
	}
	slices.SortStableFunc(red, func(a, b project) int {
		return cmp.Or(cmp.Compare(b.standing.Level, a.standing.Level), cmp.Compare(a.standing.Bad, b.standing.Bad))
	})
	if len(red) == 0 {
		c.paragraph("", "本月没有红灯项目。")
	} else {
		t := Table{Caption: "红灯项目清单", Columns: []Column{{"序号", 0.07, false}, {"项目名称", 0.22, true}, {"责任单位", 0.16, true}, {"状态", 0.18, false}, {"原因", 0.25, true}, {"预警", 0.12, false}}}
		for k, p := range red {
			level := levelNames[p.standing.Level]
			if p.standing.Proposed {
				level = "拟督办"
			}
			t.Rows = append(t.Rows, []string{fmt.Sprint(k + 1), p.item.Name(), p.unit, "◆" + p.verdict.Status.ZH, p.verdict.Reason.ZH, level})
		}
		c.doc.Blocks = append(c.doc.Blocks, t)
	}
	for _, s := range []state{behind, failed, stopped} {
		c.list(s)
	}
}

// list names the projects in one state by category; those that the register has
// without a name of their own are counted.
func (c *composer) list(s state) {
	groups, names := group(c.own, func(p project) string { return p.category })
	var parts []string
	total := 0
	for _, name := range names {
		var of []string
		n, nameless := 0, 0
		for _, p := range groups[name] {
			if p.state != s {
				continue
			}
			if n++; p.item.Value("unnamed") == true {
				nameless++
			} else {
				of = append(of, p.item.Name())
			}
		}
		if nameless > 0 && len(of) > 0 {
			of = append(of, fmt.Sprintf("另有文件未列名%d项", nameless))
		} else if nameless > 0 {
			of = append(of, "文件未列名")
		}
		if n > 0 {
			total += n
			parts = append(parts, fmt.Sprintf("%s%d项：%s", name, n, strings.Join(of, "、")))
		}
	}
	if total > 0 {
		c.paragraph(fmt.Sprintf("%s项目名单（%d项）。", stateNames[s], total), "%s。", strings.Join(parts, "；"))
	}
}

// next asks for what is still to be done, from the projects' own next steps.
func (c *composer) next() {
	c.heading(1, "五、下阶段工作要求")
	n := 0
	ask := func(lead, format string, args ...any) {
		n++
		c.paragraph(fmt.Sprintf("（%s）%s", numerals[n], lead), format, args...)
	}
	t := tallyOf(c.all)
	if t.lights[geo.Red] > 0 {
		var steps []string
		for _, p := range c.all {
			if step := strings.TrimRight(p.item.Text("next_step"), "。；"); p.verdict.Light == geo.Red && step != "" {
				steps = append(steps, p.item.Name()+"："+step)
			}
		}
		text := fmt.Sprintf("对%d项红灯项目逐项明确处置意见和完成时限，由责任单位主要负责人牵头推进。", t.lights[geo.Red])
		if len(steps) > 0 {
			text += strings.Join(steps, "；") + "。"
		}
		ask("紧盯红灯项目。", "%s", text)
	}
	if t.lights[geo.Yellow] > 0 {
		ask("加快滞后项目。", "对%d项黄灯项目倒排节点、挂图作战，责任单位按月报送整改进展，连续两个月滞后的提级协调。", t.lights[geo.Yellow])
	}
	if late := late(c.all); len(late) > 0 {
		ask("按时填报月报。", "%s等%d项逾期未报，请责任单位即行补报。", strings.Join(late[:min(3, len(late))], "、"), len(late))
	}
	ask("做好信息更新。", "各责任单位应在每月报送期限前填报计划、进度和投资，已办结事项及时销项。")
}

func late(ps []project) []string {
	var names []string
	for _, p := range ps {
		if p.standing.Overdue {
			names = append(names, p.item.Name())
		}
	}
	return names
}

var numerals = [...]string{"", "一", "二", "三", "四", "五"}

// notes say what the numbers rest on.
func (c *composer) notes() {
	known := c.o.Known.In(geo.China)
	c.doc.Notes = []string{fmt.Sprintf("注：1. 灯色按%s的计划与实际判定；数据记录时点%s，其后的更正不影响本通报。", dayOf(c.o.Month), known.Format("2006年1月2日 15:04:05"))}
	if l, ok := c.s.Layer(city.Project); ok {
		limits := l.Decl().Light.Limits(c.s.Rulebook(), city.Project, c.o.District, c.o.Month)
		c.doc.Notes = append(c.doc.Notes, fmt.Sprintf("2. 三色标准：落后计划不超过%g个百分点为绿灯，超过%g个百分点为红灯，其间为黄灯；年度目标无法完成或停止为红灯。", limits.Yellow, limits.Red))
	}
	if c.made {
		c.doc.Notes = append(c.doc.Notes, fmt.Sprintf("%d. 部分月度计划与进度为示意数据，点位为示意位置。", len(c.doc.Notes)+1))
	}
}
