package reporting_test

import (
	"testing"

	"yiping/geo"
	"yiping/geo/city"
)

// Two districts have an office of the same short name, and one office is renamed
// on a day, then joins another.
func TestUnitsByDistrictAliasAndDay(t *testing.T) {
	d := newDesk(t)
	unit := func(code, district, name, aliases string, from, to geo.Date, successor string) geo.Edit {
		p := geo.Properties{"name": name}
		for k, v := range map[string]string{"district": district, "aliases": aliases, "successor": successor} {
			if v != "" {
				p[k] = v
			}
		}
		for k, v := range map[string]geo.Date{"valid_from": from, "valid_to": to} {
			if v != 0 {
				p[k] = v
			}
		}
		return create(city.Unit, code, p)
	}
	renamed, joined := geo.NewDate(2023, 2, 28), geo.NewDate(2023, 3, 31)
	d.apply(
		unit("CN", "310105", "长宁区建管委", "区重大办；重大办", 0, 0, ""),
		unit("PT", "310107", "区推进办", "区重大办；推进办", 0, renamed, "PT2"),
		unit("PT2", "310107", "区重大工程中心", "", renamed+1, joined, "PT3"),
		unit("PT3", "310107", "区城运中心", "", joined+1, 0, ""),
		unit("RING", "310107", "甲", "", 0, renamed, "RING2"), unit("RING2", "310107", "乙", "", 0, renamed, "RING"))
	desk, _ := d.open() // judged at 2023-03-20
	for _, tt := range []struct{ district, name, want string }{
		{"310107", "区重大办", "区重大工程中心"},
		{"310107", " 推进办 ", "区重大工程中心"},
		{"310107", "区推进办", "区重大工程中心"},
		{"310105", "区重大办", "长宁区建管委"},
		{"310107", "重大办", "重大办"},    // another district's
		{"", "重大办", "长宁区建管委"},       // asked of all
		{"310107", "建管委", "区建设管理委"}, // a unit of no district is one of all
		{"310107", "某公司", "某公司"},
	} {
		if got := desk.UnitName(tt.district, tt.name); got != tt.want {
			t.Errorf("%s in %q is %s, want %s", tt.name, tt.district, got, tt.want)
		}
	}
	if got := desk.UnitName("310107", "甲"); got != "甲" && got != "乙" {
		t.Errorf("units that name one another: %s", got)
	}
}
