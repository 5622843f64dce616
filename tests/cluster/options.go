package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/spf13/pflag"
)

// options are what the command line of `cluster run` says.
type options struct {
	data               string // everything the cluster writes is under it
	readyFile          string
	port               int // of the API server; 0: a free one
	nodes              int
	noPods             bool // etcd and the API server alone: nothing reacts to what a client writes
	podReadyDelay      time.Duration
	podStopDelay       time.Duration
	outage             time.Duration // how long SIGUSR1 keeps the API server down
	hang               time.Duration // how long SIGUSR2 stops it
	compactionInterval time.Duration
	apiServerFlags     []string
	dieWithParent      bool
}

const nodesMax = 100

func readOptions(arguments []string) (options, error) {
	var wanted options
	flags := pflag.NewFlagSet("cluster run", pflag.ContinueOnError)
	flags.SortFlags = false
	flags.StringVar(&wanted.data, "data", "", "folder for everything the cluster writes (required); a restart on it keeps the state")
	flags.StringVar(&wanted.readyFile, "ready-file", "", "JSON file that appears when everything answers (required)")
	flags.IntVar(&wanted.port, "port", 0, "port of the API server on 127.0.0.1; 0 takes a free one")
	flags.IntVar(&wanted.nodes, "nodes", 3, "number of fake nodes")
	flags.BoolVar(&wanted.noPods, "no-pods", false, "etcd and the API server alone: no controllers, no scheduler, no nodes")
	flags.DurationVar(&wanted.podReadyDelay, "pod-ready-delay", 100*time.Millisecond, "from scheduled to Ready; a pod's annotation cluster/ready-delay overrides it")
	flags.DurationVar(&wanted.podStopDelay, "pod-stop-delay", 100*time.Millisecond, "from deleted to gone; a pod's annotation cluster/stop-delay overrides it")
	flags.DurationVar(&wanted.outage, "outage", 3*time.Second, "how long the API server stays dead after SIGUSR1")
	flags.DurationVar(&wanted.hang, "hang", 3*time.Second, "how long the API server hangs after SIGUSR2")
	flags.DurationVar(&wanted.compactionInterval, "etcd-compaction-interval", 5*time.Minute, "as of kube-apiserver; 3s lets continue tokens expire at will")
	flags.StringArrayVar(&wanted.apiServerFlags, "apiserver-flag", nil, "a further flag of kube-apiserver, as --apiserver-flag=--name=value (repeatable)")
	flags.BoolVar(&wanted.dieWithParent, "die-with-parent", false, "stop when the process that started this one ends")
	if err := flags.Parse(arguments); err != nil {
		return options{}, err
	}
	if flags.NArg() > 0 {
		return options{}, fmt.Errorf("there are only flags, not %q", flags.Arg(0))
	}
	return wanted.checked()
}

// checked refuses what cannot be run and makes the paths absolute: children and clients use them
// from other folders.
func (wanted options) checked() (options, error) {
	if wanted.data == "" || wanted.readyFile == "" {
		return options{}, errors.New("--data and --ready-file are required")
	}
	if wanted.nodes < 1 || wanted.nodes > nodesMax {
		return options{}, fmt.Errorf("--nodes is %d: it may be 1 to %d", wanted.nodes, nodesMax)
	}
	for _, path := range []*string{&wanted.data, &wanted.readyFile} {
		absolute, err := filepath.Abs(*path)
		if err != nil {
			return options{}, err
		}
		*path = absolute
	}
	return wanted, nil
}
