package main

import (
	"os"

	_ "time/tzdata"

	"github.com/spf13/pflag"
	"go.etcd.io/etcd/server/v3/embed"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/util/cert"
	"k8s.io/component-base/cli"
	_ "k8s.io/component-base/metrics/prometheus/clientgo"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	manager "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
	nodefast "sigs.k8s.io/kwok/kustomize/stage/node/fast"
	heartbeat "sigs.k8s.io/kwok/kustomize/stage/node/heartbeat-with-lease"
	podfast "sigs.k8s.io/kwok/kustomize/stage/pod/fast"
	kwokconfig "sigs.k8s.io/kwok/pkg/config"
	kwok "sigs.k8s.io/kwok/pkg/kwok/cmd"
)

var _ = []any{embed.StartEtcd, nodefast.DefaultNodeInit, heartbeat.DefaultNodeHeartbeatWithLease, podfast.DefaultPodReady, kwokconfig.InitFlags, kwok.NewCommand, kubernetes.NewForConfig, clientcmd.BuildConfigFromFlags, resource.MustParse, pflag.NewFlagSet, cert.NewPool, corev1.Node{}}

func main() {
	switch os.Args[1] {
	case "a":
		os.Exit(cli.Run(apiserver.NewAPIServerCommand()))
	case "b":
		os.Exit(cli.Run(manager.NewControllerManagerCommand()))
	case "c":
		os.Exit(cli.Run(scheduler.NewSchedulerCommand()))
	}
}
