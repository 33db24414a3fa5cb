//go:build planted

package main

import (
	"os"
	"runtime/debug"
)

// A service that sets its own default and lets the environment overrule it.
func init() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(25)
	}
}
