package storetest

func valueCases() []testCase { return nil }
func modelCases() []testCase { return nil }
