package main

import (
	"fmt"
	"path/filepath"
)

const (
	serviceNetwork = "10.96.0.0/16"
	serviceAddress = "10.96.0.1" // the first of it: where pods of a real cluster find the API server
)

func (cluster *supervisor) kubeletFile() string {
	return filepath.Join(cluster.options.data, "kwok.yaml")
}

// arguments are the flags with which a part starts, the first time and again after it has ended.
func (cluster *supervisor) arguments(part string) []string {
	kubeconfig := "--kubeconfig=" + cluster.access.kubeconfig(part)
	switch part {
	case partEtcd:
		return []string{
			"--data=" + filepath.Join(cluster.options.data, "etcd"),
			fmt.Sprintf("--port=%d", cluster.ports.etcd),
		}
	case partAPIServer:
		return cluster.apiServerArguments()
	case partControllerManager:
		return []string{
			kubeconfig,
			"--leader-elect=false",
			"--secure-port=0",
			"--use-service-account-credentials=true",
			"--service-account-private-key-file=" + cluster.access.path("service-account.key"),
			"--root-ca-file=" + cluster.access.path("ca.crt"),
			"--node-monitor-grace-period=8760h", // kwok says once that a node is ready, and no more
			"--kube-api-qps=500",
			"--kube-api-burst=1000",
		}
	case partScheduler:
		return []string{kubeconfig, "--leader-elect=false", "--secure-port=0", "--kube-api-qps=500", "--kube-api-burst=1000"}
	default:
		return []string{kubeconfig, "--config=" + cluster.kubeletFile(), "--v=WARN"}
	}
}

func (cluster *supervisor) apiServerArguments() []string {
	file := cluster.access.path
	flags := []string{
		fmt.Sprintf("--etcd-servers=http://127.0.0.1:%d", cluster.ports.etcd),
		fmt.Sprintf("--etcd-compaction-interval=%v", cluster.options.compactionInterval),
		"--bind-address=127.0.0.1",
		"--advertise-address=127.0.0.1",
		fmt.Sprintf("--secure-port=%d", cluster.ports.apiServer),
		"--permit-port-sharing=true", // the supervisor keeps the port for us
		"--endpoint-reconciler-type=none",
		"--service-cluster-ip-range=" + serviceNetwork,
		"--authorization-mode=RBAC",
		"--client-ca-file=" + file("ca.crt"),
		"--token-auth-file=" + file("tokens.csv"),
		"--tls-cert-file=" + file("server.crt"),
		"--tls-private-key-file=" + file("server.key"),
		"--service-account-issuer=https://kubernetes.default.svc",
		"--service-account-key-file=" + file("service-account.key"),
		"--service-account-signing-key-file=" + file("service-account.key"),
	}
	return append(flags, cluster.options.apiServerFlags...)
}
