package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

const (
	pollInterval   = 50 * time.Millisecond
	attemptTimeout = 5 * time.Second
	probeName      = "ready-probe"
	probeWhere     = "kube-system" // never an environment
)

// repeat asks until the answer is nil; when the time is up it returns the last error.
func repeat(ctx context.Context, check func(context.Context) error) error {
	for {
		attempt, cancel := context.WithTimeout(ctx, attemptTimeout)
		err := check(attempt)
		cancel()
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(pollInterval):
		}
	}
}

func (cluster *supervisor) etcdListens(context.Context) error {
	connection, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", cluster.ports.etcd))
	if err != nil {
		return err
	}
	return connection.Close()
}

func (cluster *supervisor) apiServerReady(ctx context.Context) error {
	return cluster.client.RESTClient().Get().AbsPath("/readyz").Do(ctx).Error()
}

func (cluster *supervisor) nodesExist(ctx context.Context) error {
	for number := range cluster.options.nodes {
		name := fmt.Sprintf("node-%d", number)
		node := &corev1.Node{ObjectMeta: metav1.ObjectMeta{
			Name:   name,
			Labels: map[string]string{"kubernetes.io/hostname": name, "kubernetes.io/os": "linux"},
		}}
		_, err := cluster.client.CoreV1().Nodes().Create(ctx, node, metav1.CreateOptions{})
		if err != nil && !apierrors.IsAlreadyExists(err) {
			return err
		}
	}
	return nil
}

// podRuns is satisfied when all parts work together: the controller manager has made the service
// account, the scheduler has found a node, and kwok has said Ready.
func (cluster *supervisor) podRuns(ctx context.Context) error {
	pods := cluster.client.CoreV1().Pods(probeWhere)
	probe := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: probeName, Annotations: map[string]string{"cluster/ready-delay": "0s"}},
		Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "probe", Image: "none"}}},
	}
	seen, err := pods.Get(ctx, probeName, metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		seen, err = pods.Create(ctx, probe, metav1.CreateOptions{})
	}
	if err != nil {
		return err
	}
	for _, condition := range seen.Status.Conditions {
		if condition.Type == corev1.PodReady && condition.Status == corev1.ConditionTrue {
			return pods.Delete(ctx, probeName, *metav1.NewDeleteOptions(0))
		}
	}
	return errors.New("the pod is not ready")
}
