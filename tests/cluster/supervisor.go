package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

const (
	startTimeout = 2 * time.Minute // two cores shared with a build
	stopTimeout  = 5 * time.Second
)

var errStopped = errors.New("stopped before it was ready")

// supervisor starts the parts, keeps them running, and ends them. All its methods run on the main
// thread; what waits elsewhere sends to one of its channels.
type supervisor struct {
	options options
	ports   ports
	access  *access
	config  *rest.Config
	client  *kubernetes.Clientset
	running map[string]*process
	exits   chan *process
	due     chan string // parts to be started again
	stop    chan os.Signal
	faults  chan os.Signal
}

type ports struct{ etcd, apiServer int }

// supervise runs the cluster until a signal says to stop.
func supervise(wanted options) error {
	unlock, err := prepareData(wanted.data)
	if err != nil {
		return err
	}
	defer unlock()
	cluster := &supervisor{
		options: wanted,
		running: map[string]*process{},
		exits:   make(chan *process),
		due:     make(chan string, len(parts)),
		stop:    make(chan os.Signal, 1),
		faults:  make(chan os.Signal, 1),
	}
	signal.Notify(cluster.stop, syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP)
	signal.Notify(cluster.faults, syscall.SIGUSR1, syscall.SIGUSR2)
	if wanted.dieWithParent {
		if err := unix.Prctl(unix.PR_SET_PDEATHSIG, uintptr(syscall.SIGTERM), 0, 0, 0); err != nil {
			return err
		}
	}
	_ = os.Remove(wanted.readyFile) // of an earlier run that was killed
	defer os.Remove(wanted.readyFile)
	defer cluster.end()
	if err := cluster.start(); err != nil {
		return err
	}
	return cluster.serve()
}

// prepareData makes the folder and locks it: two clusters on the same data destroy it.
func prepareData(data string) (unlock func(), err error) {
	if err := os.MkdirAll(filepath.Join(data, "log"), 0o755); err != nil {
		return nil, err
	}
	lock, err := os.OpenFile(filepath.Join(data, "lock"), os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	if err := unix.Flock(int(lock.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		lock.Close()
		return nil, fmt.Errorf("another cluster runs on %s", data)
	}
	return func() { lock.Close() }, nil
}

// start brings everything up and writes the ready file.
func (cluster *supervisor) start() error {
	if err := cluster.prepare(); err != nil {
		return err
	}
	if err := cluster.startParts(partEtcd); err != nil {
		return err
	}
	if err := cluster.await("etcd", cluster.etcdListens); err != nil {
		return err
	}
	if err := cluster.startParts(partAPIServer); err != nil {
		return err
	}
	if err := cluster.await("the API server", cluster.apiServerReady); err != nil {
		return err
	}
	if !cluster.options.noPods {
		if err := cluster.startParts(partControllerManager, partScheduler, partKwok); err != nil {
			return err
		}
		if err := cluster.await("the nodes", cluster.nodesExist); err != nil {
			return err
		}
		if err := cluster.await("a first pod", cluster.podRuns); err != nil {
			return err
		}
		if err := playCustomKinds(cluster.config, cluster.options.podReadyDelay); err != nil {
			return err
		}
	}
	return cluster.writeReadyFile()
}

// prepare writes what the parts read, and connects to where the API server will be.
func (cluster *supervisor) prepare() error {
	var err error
	if cluster.ports.etcd, err = reservePort(0); err != nil {
		return err
	}
	if cluster.ports.apiServer, err = reservePort(cluster.options.port); err != nil {
		return err
	}
	if cluster.access, err = openAccess(cluster.options.data, cluster.server()); err != nil {
		return err
	}
	if err := writeKubelet(cluster.kubeletFile(), cluster.options.podReadyDelay, cluster.options.podStopDelay); err != nil {
		return err
	}
	config, err := clientcmd.BuildConfigFromFlags("", cluster.access.kubeconfig("admin"))
	if err != nil {
		return err
	}
	config.QPS = -1 // polling is paced already
	cluster.config = config
	cluster.client, err = kubernetes.NewForConfig(config)
	return err
}

func (cluster *supervisor) server() string {
	return fmt.Sprintf("https://127.0.0.1:%d", cluster.ports.apiServer)
}

func (cluster *supervisor) startParts(names ...string) error {
	for _, part := range names {
		started, err := startProcess(part, cluster.arguments(part), cluster.options.data, cluster.exits)
		if err != nil {
			return err
		}
		cluster.running[part] = started
	}
	return nil
}

// await repeats a check until it is satisfied. During the start a part that ends is an error.
func (cluster *supervisor) await(what string, check func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	answered := make(chan error, 1)
	go func() { answered <- repeat(ctx, check) }()
	select {
	case err := <-answered:
		if err != nil {
			return fmt.Errorf("%s did not answer within %v: %w", what, startTimeout, err)
		}
		return nil
	case gone := <-cluster.exits:
		delete(cluster.running, gone.part)
		return fmt.Errorf("%s ended while it started: see %s", gone.part, logPath(cluster.options.data, gone.part))
	case <-cluster.stop:
		return errStopped
	}
}

// serve carries out faults, and starts again what has ended.
func (cluster *supervisor) serve() error {
	for {
		select {
		case <-cluster.stop:
			return nil
		case fault := <-cluster.faults:
			cluster.breakAPIServer(fault)
		case gone := <-cluster.exits:
			fmt.Fprintf(os.Stderr, "cluster: %s ended, starts again in %v\n", gone.part, gone.restartAfter)
			delete(cluster.running, gone.part)
			time.AfterFunc(gone.restartAfter, func() { cluster.due <- gone.part })
		case part := <-cluster.due:
			if err := cluster.startParts(part); err != nil {
				return err
			}
			if err := cluster.writeReadyFile(); err != nil { // with the new process id
				return err
			}
		}
	}
}

// breakAPIServer is what a test asks for by a signal: SIGUSR1 a crash, SIGUSR2 a hang.
func (cluster *supervisor) breakAPIServer(fault os.Signal) {
	server, up := cluster.running[partAPIServer]
	if !up {
		return
	}
	if fault == syscall.SIGUSR1 {
		server.restartAfter = cluster.options.outage
		_ = server.child.Kill()
		return
	}
	_ = server.child.Signal(syscall.SIGSTOP)
	time.AfterFunc(cluster.options.hang, func() { _ = server.child.Signal(syscall.SIGCONT) })
}

// end leaves no child behind. All but etcd hold nothing worth a farewell.
func (cluster *supervisor) end() {
	patience := time.After(stopTimeout)
	for part, process := range cluster.running {
		if part != partEtcd {
			_ = process.child.Kill()
		}
	}
	if etcd, up := cluster.running[partEtcd]; up {
		_ = etcd.child.Signal(syscall.SIGTERM)
		_ = etcd.child.Signal(syscall.SIGCONT) // a test may have stopped it
	}
	for len(cluster.running) > 0 {
		select {
		case gone := <-cluster.exits:
			delete(cluster.running, gone.part)
		case <-patience:
			for _, process := range cluster.running {
				_ = process.child.Kill()
			}
		}
	}
}
