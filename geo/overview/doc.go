// Package overview adds a city's projects up: by light and lifecycle, planned and
// made investment, goals reached, warnings, what moved since last month, the
// worst, and the rankings of 项目竞赛 · 分类比拼, for any part of the city.
//
// A Board is made for a snapshot, immutable, and follows it by Next, which equals
// making it anew to the last bit: money is added exactly (package exact).
//
// # What is counted
//
// Every project of the part counts by light and lifecycle: once in the part, and
// in each of its towns where those are told apart. Investment and goals
// are of the year of the day that the project is judged at: its entry of that
// year in the register (snapshot.Item.Entry), what its last report of that year
// says was made, in 亿元. The completion of investment is made ÷ planned for the
// year, not ÷ total investment, over the projects that have a plan; that of goals
// is 完成 ÷ all that have an entry in force. Rankings go by the former where the
// part has a plan of investment, else by the latter.
//
// # How it is kept
//
// A part that was asked for is kept as a view: its sums, its sums by unit,
// category and town, and its projects of concern in order. Next carries the views
// over, changing those that a changed project lies in; a part not asked for
// before is gathered in one pass. The views most lately asked for are kept.
package overview
