// Dnsfeed keeps a hosts file for dnsmasq in step with the cluster: one line per
// Service, and one per ready address of every headless Service. It watches the
// API, so a name is there a moment after its Service.
//
// Standard library only: it is compiled on the machine of whoever starts the
// testbed, by whatever Go there is (1.19 will do).
package main

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"sort"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

var (
	server = flag.String("server", "", "URL of the API server")
	caFile = flag.String("ca", "", "file with its CA certificate")
	token  = flag.String("token-file", "", "file with the bearer token")
	hosts  = flag.String("hosts", "", "hosts file to write")
	pid    = flag.String("pid-file", "", "pid file of dnsmasq, which gets SIGHUP")
	domain = flag.String("domain", "cluster.local", "cluster domain")
)

// object has the fields of Services and Endpoints that matter here.
type object struct {
	Metadata struct{ Name, Namespace, ResourceVersion string }
	Spec     struct {
		ClusterIP    string
		ExternalName string
	}
	Subsets []struct {
		Addresses []struct{ IP, Hostname string }
	}
}

func (o *object) key() string { return o.Metadata.Name + "." + o.Metadata.Namespace }

// table is what is known of one resource, by "name.namespace".
type table map[string]*object

var (
	mutex     sync.Mutex
	services  = table{}
	endpoints = table{}
	changed   = make(chan struct{}, 1)
)

func main() {
	flag.Parse()
	client := newClient()
	go follow(client, "services", services)
	go follow(client, "endpoints", endpoints)
	var last []byte
	for range changed {
		time.Sleep(50 * time.Millisecond) // changes come in groups
		if next := render(); !bytes.Equal(next, last) {
			if err := publish(next); err != nil {
				log.Print(err)
				continue
			}
			last = next
		}
	}
}

func newClient() *http.Client {
	pem, err := os.ReadFile(*caFile)
	if err != nil {
		log.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(pem)
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.TLSClientConfig = &tls.Config{RootCAs: pool}
	transport.Proxy = nil
	return &http.Client{Transport: transport}
}

// follow lists and then watches a resource for ever; whatever goes wrong, it
// starts again with a list.
func follow(client *http.Client, resource string, into table) {
	for {
		if err := listAndWatch(client, resource, into); err != nil {
			log.Printf("%s: %v", resource, err)
		}
		time.Sleep(time.Second)
	}
}

func listAndWatch(client *http.Client, resource string, into table) error {
	body, err := get(client, "/api/v1/"+resource)
	if err != nil {
		return err
	}
	var list struct {
		Metadata struct{ ResourceVersion string }
		Items    []*object
	}
	err = json.NewDecoder(body).Decode(&list)
	body.Close()
	if err != nil {
		return err
	}
	update(func() {
		for key := range into {
			delete(into, key)
		}
		for _, item := range list.Items {
			into[item.key()] = item
		}
	})
	from := list.Metadata.ResourceVersion
	body, err = get(client, "/api/v1/"+resource+"?watch=1&resourceVersion="+from)
	if err != nil {
		return err
	}
	defer body.Close()
	return watch(json.NewDecoder(body), into)
}

// watch applies events until the server ends the stream, as it does from time
// to time.
func watch(events *json.Decoder, into table) error {
	for {
		var event struct {
			Type   string
			Object *object
		}
		if err := events.Decode(&event); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		switch event.Type {
		case "ADDED", "MODIFIED":
			update(func() { into[event.Object.key()] = event.Object })
		case "DELETED":
			update(func() { delete(into, event.Object.key()) })
		default:
			return fmt.Errorf("event %s", event.Type)
		}
	}
}

func get(client *http.Client, path string) (io.ReadCloser, error) {
	secret, err := os.ReadFile(*token)
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequest("GET", *server+path, nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "Bearer "+strings.TrimSpace(string(secret)))
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK {
		response.Body.Close()
		return nil, fmt.Errorf("%s: %s", path, response.Status)
	}
	return response.Body, nil
}

func update(change func()) {
	mutex.Lock()
	change()
	mutex.Unlock()
	select {
	case changed <- struct{}{}:
	default:
	}
}

// render gives the hosts file. A Service with a cluster IP is that address; a
// headless one is the addresses behind it, each also by its host name.
func render() []byte {
	mutex.Lock()
	defer mutex.Unlock()
	var lines []string
	for key, service := range services {
		name := key + ".svc." + *domain
		if ip := service.Spec.ClusterIP; ip != "" && ip != "None" {
			lines = append(lines, ip+" "+name)
		} else if behind := endpoints[key]; ip == "None" && behind != nil {
			lines = append(lines, headless(name, behind)...)
		}
	}
	sort.Strings(lines)
	return []byte(strings.Join(lines, "\n") + "\n")
}

func headless(name string, behind *object) (lines []string) {
	for _, subset := range behind.Subsets {
		for _, address := range subset.Addresses {
			lines = append(lines, address.IP+" "+name)
			if address.Hostname != "" {
				lines = append(lines, address.IP+" "+address.Hostname+"."+name)
			}
		}
	}
	return lines
}

// publish writes the file and makes dnsmasq read it. Without dnsmasq (it is
// being restarted) nothing is lost: it reads the file when it starts.
func publish(content []byte) error {
	if err := os.WriteFile(*hosts, content, 0o644); err != nil {
		return err
	}
	text, err := os.ReadFile(*pid)
	if err != nil {
		return nil
	}
	number, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil || number <= 1 {
		return nil
	}
	_ = syscall.Kill(number, syscall.SIGHUP)
	return nil
}
