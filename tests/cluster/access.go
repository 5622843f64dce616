package main

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/clientcmd/api"
)

// access is how parts and tests get into the cluster: files under {data}/access, made once, so that
// a restart on the same data knows the same certificates and tokens.
type access struct {
	folder string
	server string
}

// identities have a token each: the parts, and an administrator for tests that speak HTTP by hand.
var identities = []struct{ name, user, group string }{
	{"admin", "admin", "system:masters"},
	{partControllerManager, "system:kube-controller-manager", ""},
	{partScheduler, "system:kube-scheduler", ""},
	{partKwok, "kwok", "system:masters"},
}

func openAccess(data, server string) (*access, error) {
	entry := &access{folder: filepath.Join(data, "access"), server: server}
	if _, err := os.Stat(entry.folder); errors.Is(err, fs.ErrNotExist) {
		if err := entry.make(); err != nil {
			return nil, fmt.Errorf("cannot make certificates and tokens: %w", err)
		}
	}
	return entry, entry.writeKubeconfigs()
}

func (entry *access) path(name string) string {
	return filepath.Join(entry.folder, name)
}

// make fills a folder beside the final one: a half-made one is never taken for whole.
func (entry *access) make() error {
	unfinished := entry.folder + ".unfinished"
	if err := os.RemoveAll(unfinished); err != nil {
		return err
	}
	if err := os.Mkdir(unfinished, 0o700); err != nil {
		return err
	}
	if err := makeCertificates(unfinished); err != nil {
		return err
	}
	if err := makeTokens(unfinished); err != nil {
		return err
	}
	return os.Rename(unfinished, entry.folder)
}

// makeTokens writes {name}.token for everyone, and the list of them that the API server reads.
func makeTokens(folder string) error {
	var list strings.Builder
	for _, identity := range identities {
		random := make([]byte, 16)
		if _, err := rand.Read(random); err != nil {
			return err
		}
		token := hex.EncodeToString(random)
		fmt.Fprintf(&list, "%s,%s,%s,%q\n", token, identity.user, identity.name, identity.group)
		if err := os.WriteFile(filepath.Join(folder, identity.name+".token"), []byte(token), 0o600); err != nil {
			return err
		}
	}
	return os.WriteFile(filepath.Join(folder, "tokens.csv"), []byte(list.String()), 0o600)
}

// writeKubeconfigs writes one file per identity, with the present address. The administrator's has
// the client certificate instead of the token: both ways in are worth a test.
func (entry *access) writeKubeconfigs() error {
	for _, identity := range identities {
		user := &api.AuthInfo{TokenFile: entry.path(identity.name + ".token")}
		if identity.name == "admin" {
			user = &api.AuthInfo{ClientCertificate: entry.path("admin.crt"), ClientKey: entry.path("admin.key")}
		}
		config := api.NewConfig()
		config.Clusters["cluster"] = &api.Cluster{Server: entry.server, CertificateAuthority: entry.path("ca.crt")}
		config.AuthInfos[identity.name] = user
		config.Contexts["cluster"] = &api.Context{Cluster: "cluster", AuthInfo: identity.name}
		config.CurrentContext = "cluster"
		if err := clientcmd.WriteToFile(*config, entry.kubeconfig(identity.name)); err != nil {
			return err
		}
	}
	return nil
}

func (entry *access) kubeconfig(name string) string {
	return entry.path(name + ".kubeconfig")
}
