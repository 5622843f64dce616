package main

import (
	"fmt"
	"os"
	"strings"
	"time"

	nodeinitialize "sigs.k8s.io/kwok/kustomize/stage/node/fast"
	podstages "sigs.k8s.io/kwok/kustomize/stage/pod/fast"
)

// The parallelism must be said: a configuration file without it means none. There are no node leases:
// a kwok that starts again would wait for those of the one before to run out, and pods with it.
const kubeletSettings = `apiVersion: config.kwok.x-k8s.io/v1alpha1
kind: KwokConfiguration
options:
  cidr: 10.128.0.0/9
  manageAllNodes: true
  nodeLeaseDurationSeconds: 0
  nodePlayStageParallelism: 4
  podPlayStageParallelism: 16
  podsOnNodeSyncParallelism: 4
  enablePodsOnNodeSyncListPager: false
  enablePodsOnNodeSyncStreamWatch: true
`

// A pod with cluster/never-ready stays Pending; the annotation's value is the reason its
// containers wait for. Once the annotation is gone the pod becomes Ready like any other.
const podNeverReady = `apiVersion: kwok.x-k8s.io/v1alpha1
kind: Stage
metadata:
  name: pod-never-ready
spec:
  resourceRef:
    apiGroup: v1
    kind: Pod
  selector:
    matchExpressions:
    - key: '.metadata.deletionTimestamp'
      operator: 'DoesNotExist'
    - key: '.metadata.annotations["cluster/never-ready"]'
      operator: 'Exists'
    - key: '.status.phase'
      operator: 'In'
      values:
      - 'Pending'
    - key: '.status.containerStatuses.[].state.waiting.reason'
      operator: 'DoesNotExist'
  next:
    statusTemplate: |
      {{ $now := Now }}
      {{ $reason := index .metadata.annotations "cluster/never-ready" }}
      conditions:
      - lastTransitionTime: {{ $now | Quote }}
        status: "True"
        type: Initialized
      - lastTransitionTime: {{ $now | Quote }}
        reason: ContainersNotReady
        status: "False"
        type: Ready
      - lastTransitionTime: {{ $now | Quote }}
        reason: ContainersNotReady
        status: "False"
        type: ContainersReady
      containerStatuses:
      {{ range .spec.containers }}
      - image: {{ .image | Quote }}
        imageID: ""
        name: {{ .name | Quote }}
        ready: false
        restartCount: 0
        started: false
        state:
          waiting:
            reason: {{ $reason | Quote }}
      {{ end }}
      phase: Pending
`

// writeKubelet writes what kwok shall play: its own stages, with our delays and annotations.
func writeKubelet(path string, readyDelay, stopDelay time.Duration) error {
	ready := after(podstages.DefaultPodReady, readyDelay, "cluster/ready-delay")
	ready = strings.Replace(ready, "matchExpressions:\n", `matchExpressions:
    - key: '.metadata.annotations["cluster/never-ready"]'
      operator: 'DoesNotExist'
`, 1)
	documents := []string{
		kubeletSettings,
		nodeinitialize.DefaultNodeInit,
		ready,
		podNeverReady,
		after(podstages.DefaultPodComplete, 0, "cluster/run-time"),
		after(podstages.DefaultPodDelete, stopDelay, "cluster/stop-delay"),
	}
	return os.WriteFile(path, []byte(strings.Join(documents, "\n---\n")), 0o644)
}

// after puts a delay into a stage, which a pod's annotation overrides.
func after(stage string, delay time.Duration, annotation string) string {
	return strings.Replace(stage, "\n  next:", fmt.Sprintf(`
  delay:
    durationMilliseconds: %d
    durationFrom:
      expressionFrom: '.metadata.annotations["%s"]'
  next:`, delay.Milliseconds(), annotation), 1)
}
