package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// So long that a client whose clock is set ahead to any day of the next year still trusts them.
const certificateLifetime = 2 * 365 * 24 * time.Hour

// authority is the cluster's CA while certificates are being made.
type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
	folder      string
}

// makeCertificates fills an empty folder: the CA, the certificate of the API server, one for a
// webhook on 127.0.0.1, the administrator's, and the key that signs service account tokens.
func makeCertificates(folder string) error {
	ca, err := makeAuthority(folder)
	if err != nil {
		return err
	}
	here := []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback}
	server := &x509.Certificate{
		Subject:     pkix.Name{CommonName: "kube-apiserver"},
		DNSNames:    []string{"localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc"},
		IPAddresses: append(here, net.ParseIP(serviceAddress)),
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	webhook := &x509.Certificate{
		Subject:     pkix.Name{CommonName: "webhook"},
		DNSNames:    []string{"localhost"},
		IPAddresses: here,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	admin := &x509.Certificate{
		Subject:     pkix.Name{CommonName: "admin", Organization: []string{"system:masters"}},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
	for name, template := range map[string]*x509.Certificate{"server": server, "webhook": webhook, "admin": admin} {
		if err := ca.issue(name, template); err != nil {
			return err
		}
	}
	_, err = makeKey(filepath.Join(folder, "service-account.key"))
	return err
}

func makeAuthority(folder string) (*authority, error) {
	key, err := makeKey(filepath.Join(folder, "ca.key"))
	if err != nil {
		return nil, err
	}
	ca := &authority{key: key, folder: folder}
	ca.certificate = &x509.Certificate{
		Subject:               pkix.Name{CommonName: "cluster-ca"},
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
	return ca, ca.sign("ca", ca.certificate, key)
}

func (ca *authority) issue(name string, template *x509.Certificate) error {
	key, err := makeKey(filepath.Join(ca.folder, name+".key"))
	if err != nil {
		return err
	}
	template.KeyUsage = x509.KeyUsageDigitalSignature
	return ca.sign(name, template, key)
}

// sign writes {name}.crt, signed by the CA. The template becomes what was signed, so that the
// CA's own can stand as the parent of the others.
func (ca *authority) sign(name string, template *x509.Certificate, key *ecdsa.PrivateKey) error {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return err
	}
	template.SerialNumber = serial
	template.NotBefore = time.Now().Add(-time.Hour)
	template.NotAfter = time.Now().Add(certificateLifetime)
	der, err := x509.CreateCertificate(rand.Reader, template, ca.certificate, &key.PublicKey, ca.key)
	if err != nil {
		return err
	}
	signed, err := x509.ParseCertificate(der)
	if err != nil {
		return err
	}
	*template = *signed
	return writePEM(filepath.Join(ca.folder, name+".crt"), "CERTIFICATE", der)
}

func makeKey(path string) (*ecdsa.PrivateKey, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return nil, err
	}
	return key, writePEM(path, "EC PRIVATE KEY", der)
}

func writePEM(path, kind string, der []byte) error {
	return os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600)
}
