// Command cluster runs a real Kubernetes control plane for tests: etcd, kube-apiserver,
// kube-controller-manager, kube-scheduler and kwok (fake nodes), each a child process of this one
// binary, so that a test can kill, hang or measure one part alone.
package main

import (
	"errors"
	"fmt"
	"os"
	"runtime"

	"github.com/spf13/pflag"
)

// The kernel ends the children when the thread that started them ends (Pdeathsig). The main
// thread lives as long as the process, so everything is started from there.
func init() {
	runtime.LockOSThread()
}

func main() {
	if len(os.Args) < 2 {
		fail(2, errors.New("a command is missing: cluster run --data DIR --ready-file FILE [flags]"))
	}
	command := os.Args[1]
	if runPart, known := parts[command]; known {
		os.Args = os.Args[1:]
		os.Exit(runPart())
	}
	if command != "run" {
		fail(2, fmt.Errorf("there is no command %q: only run", command))
	}
	options, err := readOptions(os.Args[2:])
	if errors.Is(err, pflag.ErrHelp) {
		os.Exit(0)
	}
	if err != nil {
		fail(2, err)
	}
	if err := supervise(options); err != nil {
		fail(1, err)
	}
}

func fail(code int, err error) {
	fmt.Fprintf(os.Stderr, "cluster: %v\n", err)
	os.Exit(code)
}
