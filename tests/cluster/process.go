package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// restartDelay is how long a part stays away that ended without our doing.
const restartDelay = time.Second

// process is one part of the control plane while it runs.
type process struct {
	part         string
	child        *os.Process
	restartAfter time.Duration // it has ended; a fault makes it longer
}

// startProcess starts this binary again as one of its parts, with output into the part's log.
// When the child has ended, it is sent to exits. To be called on the main thread only.
func startProcess(part string, arguments []string, data string, exits chan<- *process) (*process, error) {
	log, err := os.OpenFile(logPath(data, part), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	// The file may have been replaced by a newer build; /proc/self/exe is still this one.
	command := exec.Command("/proc/self/exe", append([]string{part}, arguments...)...)
	command.Args[0] = "cluster"
	command.Env = append(os.Environ(), "HOME="+data) // kwok reads ~/.kwok, clients ~/.kube
	command.Dir = data
	command.Stdout, command.Stderr = log, log
	command.SysProcAttr = &syscall.SysProcAttr{
		Setpgid:   true, // a Ctrl-C is for the supervisor alone
		Pdeathsig: syscall.SIGKILL,
	}
	if err := command.Start(); err != nil {
		return nil, fmt.Errorf("cannot start %s: %w", part, err)
	}
	started := &process{part: part, child: command.Process, restartAfter: restartDelay}
	go func() {
		_ = command.Wait() // how it ended stands in its log
		exits <- started
	}()
	return started, nil
}

func logPath(data, part string) string {
	return filepath.Join(data, "log", part+".log")
}
