package main

import (
	"encoding/json"
	"os"
	"path/filepath"

	"k8s.io/component-base/version"
)

// readyFile is what a test needs to know; every path is absolute.
type readyFile struct {
	Server             string         `json:"server"`
	Port               int            `json:"port"`
	Version            string         `json:"version"`
	CA                 string         `json:"ca"`
	Kubeconfig         string         `json:"kubeconfig"` // of an administrator, by client certificate
	TokenFile          string         `json:"token_file"` // of an administrator, for Authorization: Bearer
	WebhookCertificate string         `json:"webhook_certificate"`
	WebhookKey         string         `json:"webhook_key"`
	Logs               string         `json:"logs"`
	PID                int            `json:"pid"` // of the supervisor: SIGTERM, SIGUSR1, SIGUSR2
	PIDs               map[string]int `json:"pids"`
}

// writeReadyFile writes the file whole, by rename; again whenever a part has a new process id.
func (cluster *supervisor) writeReadyFile() error {
	pids := map[string]int{}
	for part, process := range cluster.running {
		pids[part] = process.child.Pid
	}
	text, err := json.MarshalIndent(readyFile{
		Server:             cluster.server(),
		Port:               cluster.ports.apiServer,
		Version:            version.Get().GitVersion,
		CA:                 cluster.access.path("ca.crt"),
		Kubeconfig:         cluster.access.kubeconfig("admin"),
		TokenFile:          cluster.access.path("admin.token"),
		WebhookCertificate: cluster.access.path("webhook.crt"),
		WebhookKey:         cluster.access.path("webhook.key"),
		Logs:               filepath.Join(cluster.options.data, "log"),
		PID:                os.Getpid(),
		PIDs:               pids,
	}, "", "  ")
	if err != nil {
		return err
	}
	unfinished := cluster.options.readyFile + ".unfinished"
	if err := os.WriteFile(unfinished, append(text, '\n'), 0o644); err != nil {
		return err
	}
	return os.Rename(unfinished, cluster.options.readyFile)
}
