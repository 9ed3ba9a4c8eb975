package agent

import _ "embed"

// The examples say in their comments what can be configured.
var (
	//go:embed example.yaml
	exampleEnglish string
	//go:embed example.zh-CN.yaml
	exampleChinese string
)

// Example is a commented configuration, in Chinese or in English.
func Example(chinese bool) string {
	if chinese {
		return exampleChinese
	}
	return exampleEnglish
}
