package api

import (
	"slices"

	"yiping/api/oas"
	"yiping/geo"
)

// headersOfAnswers say what the headers of answers are for, besides those of HTTP
// that speak for themselves.
var headersOfAnswers = map[string]geo.Text{
	"ETag":             {ZH: "内容的标记；要素的以其版本开头", EN: "Tag of the content; that of a feature begins with its version"},
	"Last-Modified":    {ZH: "制成时间", EN: "When it was made"},
	"Location":         {ZH: "所建要素或所往页面的地址", EN: "Address of what was made, or of where to go"},
	"Set-Cookie":       {ZH: "会话", EN: "The session"},
	"Yiping-Cursor":    {ZH: "答复依据的数据位置；在 since=、min-cursor= 中使用。看过去（known=）时没有", EN: "Where the data stands that the answer speaks of, for since= and min-cursor=; none of the past (known=)"},
	"Yiping-Revision":  {ZH: "本节点自启动以来的数据次序", EN: "How many times the data of this node has moved on"},
	"Yiping-Thinned":   {ZH: "瓦片中未单独画出的要素数", EN: "Features that the tile does not draw each for itself"},
	"Content-Language": {ZH: "文字的语言", EN: "Language of the texts"},
	"Content-Crs":      {ZH: "坐标的坐标系，轴序从其定义", EN: "System of the coordinates, in the axis order of its authority"},
	"Content-Range":    {ZH: "所答的字节范围与文件长度", EN: "Which bytes these are, of how many"},
	"Accept-Ranges":    {ZH: "可按字节范围读取", EN: "It can be read by ranges of bytes"},
	"Allow":            {ZH: "可用的方法", EN: "Methods there are"},
	"Accept-Patch":     {ZH: "修改所用的类型", EN: "Media type of changes"},
	"Retry-After":      {ZH: "几秒后再试", EN: "Try again after so many seconds"},
	"WWW-Authenticate": {ZH: "如何证明身份", EN: "How to say who one is"},
}

// headersOfProblem are those that a problem may have.
var headersOfProblem = []string{"ETag", "Content-Language", "Retry-After", "WWW-Authenticate", "Allow", "Yiping-Cursor", "Yiping-Revision", "Content-Range", "Accept-Ranges", "Last-Modified", "Set-Cookie"}

// numbersInHeaders are headers that hold a whole number.
var numbersInHeaders = []string{"Yiping-Revision", "Retry-After"}

func headerSchemas() object {
	out := object{}
	for name, words := range headersOfAnswers {
		schema := object{"type": "string"}
		if slices.Contains(numbersInHeaders, name) {
			schema = object{"type": "integer", "minimum": 0}
		}
		out[name] = object{"description": oas.Both(words), "schema": schema}
	}
	return out
}

// headersOfRequests are those that routes read, besides Authorization, Accept,
// Accept-Encoding and Accept-Language.
var headersOfRequests = map[string]geo.Text{
	"If-None-Match":     {ZH: "已有内容的 ETag：未变则答 304", EN: "ETag of what one has: 304 where it is unchanged"},
	"If-Match":          {ZH: "所读要素的 ETag，或所读报告的版本（如 \"3\"）：已被他人修改则拒绝（412）", EN: "ETag of the feature as read, or version of the report, as \"3\": refused (412) when others changed it meanwhile"},
	"If-Range":          {ZH: "文件的 ETag：已变则整份重发", EN: "ETag of the file: all of it where it is another by now"},
	"Range":             {ZH: "所要的字节范围", EN: "Which bytes are wanted"},
	"Idempotency-Key":   {ZH: "同一键重发只写一次；同键异文拒绝（422），最长 200 字节", EN: "Sent again under the same key it is done once; another request under it is refused (422). At most 200 bytes"},
	"Content-Crs":       {ZH: "请求体坐标的坐标系，尖括号内的 URI；没有为 CRS84（经度在前，度）", EN: "System of the body's coordinates, a URI in angle brackets; CRS84 without (longitude first, degrees)"},
	"Last-Event-ID":     {ZH: "收到的最后位置：从其后接续", EN: "Last cursor received: goes on behind it"},
	"Yiping-Min-Cursor": {ZH: "须已读到此位置再答，最多等一秒（否则 503）", EN: "Answer once this cursor has been reached, within a second (else 503)"},
}

func headerParameters() object {
	out := object{}
	for name, words := range headersOfRequests {
		schema := object{"type": "string"}
		if name == "Idempotency-Key" {
			schema["maxLength"] = keyBytes
		}
		out[name] = object{"name": name, "in": "header", "schema": schema, "description": oas.Both(words)}
	}
	return out
}
