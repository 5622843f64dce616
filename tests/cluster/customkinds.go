package main

import (
	"context"
	"strconv"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
)

const lookAgain = 200 * time.Millisecond

var definitions = schema.GroupVersionResource{
	Group: "apiextensions.k8s.io", Version: "v1", Resource: "customresourcedefinitions",
}

// customKind is a kind of which the definition has the subresources scale and status. Nobody has
// its controller here, so it is played: the status of an object follows its spec.
type customKind struct {
	objects          dynamic.NamespaceableResourceInterface
	wanted, existing []string // paths of the replicas in spec and status
	generationIsText bool     // as in an Argo Rollout
	delay            time.Duration
}

// playCustomKinds plays each of them from the moment it is defined, as long as the process lives.
func playCustomKinds(config *rest.Config, delay time.Duration) error {
	client, err := dynamic.NewForConfig(config)
	if err != nil {
		return err
	}
	played := map[string]bool{}
	go follow(client.Resource(definitions), func(definition *unstructured.Unstructured) {
		kind := readDefinition(client, definition)
		if kind == nil || played[definition.GetName()] {
			return
		}
		played[definition.GetName()] = true
		kind.delay = delay
		go follow(kind.objects, func(object *unstructured.Unstructured) { go kind.settle(object) })
	})
	return nil
}

// follow shows every object, and each again whenever it changes. It never ends.
func follow(objects dynamic.NamespaceableResourceInterface, show func(*unstructured.Unstructured)) {
	for ; ; time.Sleep(lookAgain) {
		list, err := objects.List(context.Background(), metav1.ListOptions{})
		if err != nil {
			continue
		}
		for number := range list.Items {
			show(&list.Items[number])
		}
		changes, err := objects.Watch(context.Background(), metav1.ListOptions{ResourceVersion: list.GetResourceVersion()})
		if err != nil {
			continue
		}
		for change := range changes.ResultChan() {
			if object, is := change.Object.(*unstructured.Unstructured); is && change.Type != watch.Deleted {
				show(object)
			}
		}
	}
}

// readDefinition returns nil for a kind that cannot be scaled, or is not served yet.
func readDefinition(client dynamic.Interface, definition *unstructured.Unstructured) *customKind {
	group, _, _ := unstructured.NestedString(definition.Object, "spec", "group")
	plural, _, _ := unstructured.NestedString(definition.Object, "spec", "names", "plural")
	versions, _, _ := unstructured.NestedSlice(definition.Object, "status", "storedVersions")
	all, _, _ := unstructured.NestedSlice(definition.Object, "spec", "versions")
	for _, item := range all {
		version, _ := item.(map[string]any)
		wanted, _, _ := unstructured.NestedString(version, "subresources", "scale", "specReplicasPath")
		existing, _, _ := unstructured.NestedString(version, "subresources", "scale", "statusReplicasPath")
		_, hasStatus, _ := unstructured.NestedMap(version, "subresources", "status")
		if wanted == "" || !hasStatus || len(versions) == 0 || version["name"] != versions[0] {
			continue
		}
		generation, _, _ := unstructured.NestedString(version, "schema", "openAPIV3Schema", "properties",
			"status", "properties", "observedGeneration", "type")
		return &customKind{
			objects:          client.Resource(schema.GroupVersionResource{Group: group, Version: version["name"].(string), Resource: plural}),
			wanted:           strings.Split(wanted, ".")[1:],
			existing:         strings.Split(existing, ".")[1:],
			generationIsText: generation == "string",
		}
	}
	return nil
}

// settle waits as long as pods would take, and writes what a controller would have to say then. If
// the object changed meanwhile it is shown again.
func (kind *customKind) settle(object *unstructured.Unstructured) {
	wanted, found, _ := unstructured.NestedInt64(object.Object, kind.wanted...)
	existing, known, _ := unstructured.NestedInt64(object.Object, kind.existing...)
	ready, _, _ := unstructured.NestedInt64(object.Object, "status", "readyReplicas")
	shouldBeReady := wanted
	if _, never := object.GetAnnotations()["cluster/never-ready"]; never {
		shouldBeReady = 0
	}
	if !found || known && existing == wanted && ready == shouldBeReady && kind.hasSeen(object) {
		return
	}
	delay, err := time.ParseDuration(object.GetAnnotations()["cluster/ready-delay"])
	if err != nil || wanted == 0 {
		delay = kind.delay
	}
	time.Sleep(delay)
	changed := object.DeepCopy()
	status := map[string]any{"replicas": wanted, "readyReplicas": shouldBeReady, "availableReplicas": shouldBeReady}
	status["observedGeneration"] = object.GetGeneration()
	if kind.generationIsText {
		status["observedGeneration"] = strconv.FormatInt(object.GetGeneration(), 10)
	}
	changed.Object["status"] = status
	_ = unstructured.SetNestedField(changed.Object, wanted, kind.existing...)
	_, _ = kind.objects.Namespace(object.GetNamespace()).UpdateStatus(context.Background(), changed,
		metav1.UpdateOptions{FieldManager: "cluster"})
}

func (kind *customKind) hasSeen(object *unstructured.Unstructured) bool {
	if kind.generationIsText {
		seen, _, _ := unstructured.NestedString(object.Object, "status", "observedGeneration")
		return seen == strconv.FormatInt(object.GetGeneration(), 10)
	}
	seen, _, _ := unstructured.NestedInt64(object.Object, "status", "observedGeneration")
	return seen == object.GetGeneration()
}
