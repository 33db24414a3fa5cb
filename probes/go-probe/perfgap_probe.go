// Added to package runtime/pprof of one build by `go build -overlay`; the user's sources are not touched.
//
// With PERFGAP_GO_PROBE=PREFIX in the environment the program writes PREFIX.json (runtime/metrics at its end) and,
// with PERFGAP_GO_PROBE_CPU=1, PREFIX.pprof (CPU profile). Without the variable it costs one look at the environment.
// Needs Go 1.23 for exit hooks; a program that ends by a signal or a panic writes nothing.
package pprof

import (
	"internal/runtime/exithook"
	"os"
	"runtime"
	"runtime/metrics"
	"strconv"
)

func init() {
	prefix := os.Getenv("PERFGAP_GO_PROBE")
	if prefix == "" {
		return
	}
	var profile *os.File
	if os.Getenv("PERFGAP_GO_PROBE_CPU") == "1" {
		if file, err := os.Create(prefix + ".pprof"); err == nil && StartCPUProfile(file) == nil {
			profile = file
		}
	}
	exithook.Add(exithook.Hook{RunOnFailure: true, F: func() {
		if profile != nil {
			StopCPUProfile()
			profile.Close()
		}
		perfgapWriteMetrics(prefix + ".json")
	}})
}

func perfgapWriteMetrics(path string) {
	descriptions := metrics.All()
	samples := make([]metrics.Sample, 0, len(descriptions))
	for _, description := range descriptions {
		samples = append(samples, metrics.Sample{Name: description.Name})
	}
	// Counts of objects lack those in each processor's cache until this call flushes it.
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	metrics.Read(samples)
	text := append(make([]byte, 0, 1<<14), `{"atExit":`...)
	text = perfgapAppendSamples(text, samples)
	text = append(text, `,"pauseTotalNs":`...)
	text = strconv.AppendUint(text, memory.PauseTotalNs, 10)
	// Times by class are only brought up to date by a collection, which in turn would change the counts above.
	runtime.GC()
	metrics.Read(samples)
	text = append(text, `,"afterCollection":`...)
	text = perfgapAppendSamples(text, samples)
	text = append(text, "}\n"...)
	os.WriteFile(path, text, 0o666)
}

func perfgapAppendSamples(text []byte, samples []metrics.Sample) []byte {
	text = append(text, '{')
	first := true
	for _, sample := range samples {
		var value []byte
		switch sample.Value.Kind() {
		case metrics.KindUint64:
			value = strconv.AppendUint(nil, sample.Value.Uint64(), 10)
		case metrics.KindFloat64:
			value = strconv.AppendFloat(nil, sample.Value.Float64(), 'g', -1, 64)
		case metrics.KindFloat64Histogram:
			value = perfgapAppendHistogram(nil, sample.Value.Float64Histogram())
		default:
			continue
		}
		if !first {
			text = append(text, ',')
		}
		first = false
		text = strconv.AppendQuote(text, sample.Name)
		text = append(text, ':')
		text = append(text, value...)
	}
	return append(text, '}')
}

// Buckets that hold something, as [upper bound, count]; the last bucket's bound can be infinite and is written as null.
func perfgapAppendHistogram(text []byte, histogram *metrics.Float64Histogram) []byte {
	text = append(text, '[')
	first := true
	for index, count := range histogram.Counts {
		if count == 0 {
			continue
		}
		if !first {
			text = append(text, ',')
		}
		first = false
		text = append(text, '[')
		if bound := histogram.Buckets[index+1]; bound > 1e300 {
			text = append(text, "null"...)
		} else {
			text = strconv.AppendFloat(text, bound, 'g', -1, 64)
		}
		text = append(text, ',')
		text = strconv.AppendUint(text, count, 10)
		text = append(text, ']')
	}
	return append(text, ']')
}
