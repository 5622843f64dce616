package main

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // CronJobs name time zones, whatever the machine has installed

	"github.com/spf13/pflag"
	"go.etcd.io/etcd/server/v3/embed"
	"k8s.io/component-base/cli"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllermanager "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
	kwokconfig "sigs.k8s.io/kwok/pkg/config"
	kwok "sigs.k8s.io/kwok/pkg/kwok/cmd"
	kwoklog "sigs.k8s.io/kwok/pkg/log"
)

const (
	partEtcd              = "etcd"
	partAPIServer         = "kube-apiserver"
	partControllerManager = "kube-controller-manager"
	partScheduler         = "kube-scheduler"
	partKwok              = "kwok"
)

// parts are what a child of the supervisor becomes: `cluster kube-apiserver FLAGS`. Each finds its
// own name and flags in os.Args and returns the exit code of the process.
var parts = map[string]func() int{
	partEtcd:              runEtcd,
	partAPIServer:         func() int { return cli.Run(apiserver.NewAPIServerCommand()) },
	partControllerManager: func() int { return cli.Run(controllermanager.NewControllerManagerCommand()) },
	partScheduler:         func() int { return cli.Run(scheduler.NewSchedulerCommand()) },
	partKwok:              runKwok,
}

// runEtcd serves one member on 127.0.0.1, without fsync: the data outlives the process, which is
// all a test asks for, and not the machine.
func runEtcd() int {
	flags := pflag.NewFlagSet(partEtcd, pflag.ExitOnError)
	folder := flags.String("data", "", "folder of the database")
	port := flags.Int("port", 0, "port for clients")
	_ = flags.Parse(os.Args[1:])

	config := embed.NewConfig()
	config.Dir = *folder
	config.UnsafeNoFsync = true
	config.LogLevel = "warn"
	config.SocketOpts.ReusePort = true // the supervisor keeps the port for us
	clients := []url.URL{{Scheme: "http", Host: fmt.Sprintf("127.0.0.1:%d", *port)}}
	peers := []url.URL{{Scheme: "http", Host: "127.0.0.1:0"}} // there are none
	config.ListenClientUrls, config.AdvertiseClientUrls = clients, clients
	config.ListenPeerUrls, config.AdvertisePeerUrls = peers, peers
	config.InitialCluster = config.InitialClusterFromName(config.Name)

	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, syscall.SIGINT)
	server, err := embed.StartEtcd(config)
	if err != nil {
		fmt.Fprintf(os.Stderr, "etcd: %v\n", err)
		return 1
	}
	defer server.Close()
	select {
	case <-stop:
		return 0
	case err := <-server.Err():
		fmt.Fprintf(os.Stderr, "etcd: %v\n", err)
		return 1
	}
}

// runKwok plays the kubelets of all nodes, as the file of --config says.
func runKwok() int {
	flags := pflag.NewFlagSet("global", pflag.ContinueOnError)
	flags.ParseErrorsAllowlist.UnknownFlags = true
	flags.Usage = func() {}
	ctx, _ := kwoklog.InitFlags(context.Background(), flags)
	ctx, err := kwokconfig.InitFlags(ctx, flags)
	if err != nil {
		fmt.Fprintf(os.Stderr, "kwok: %v\n", err)
		return 1
	}
	command := kwok.NewCommand(ctx)
	command.Version = "" // else cobra's --version collides with that of component-base
	command.PersistentFlags().AddFlagSet(flags)
	if err := command.ExecuteContext(ctx); err != nil {
		fmt.Fprintf(os.Stderr, "kwok: %v\n", err)
		return 1
	}
	return 0
}
