// Web is the sample application of the testbed: a small HTTP server whose
// behaviour the environment decides, so that one image serves ordinary,
// crashing, slow and memory-hungry pods. Standard library only. It shows its
// environment to everybody: not for production.
//
//	GET /                page: pod, version, visits of this session, /app/index.html
//	GET /healthz         200 as soon as the start is over
//	GET /env             environment, one variable per line
//	GET /file?name=PATH  a file under /app or /etc/config
//	GET /resolve?name=N  addresses of a DNS name, as this pod sees them
//
//	PORT=8080            port to listen on
//	VERSION=1            what the page calls its version
//	START_DELAY=seconds  wait before listening
//	FAIL_AFTER=seconds   exit then, with EXIT_CODE (default 1)
//	EXIT_CODE=n          without FAIL_AFTER: exit with n at once
//	EAT_MEMORY=MiB       allocate that much after the start (OOM tests)
package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"html"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

const (
	sessionCookie = "session"
	sessionFolder = "/tmp/sessions"
)

func main() {
	log.SetFlags(log.LstdFlags | log.LUTC)
	failAsTold()
	time.Sleep(seconds("START_DELAY"))
	go eatMemory(number("EAT_MEMORY", 0))
	if err := os.MkdirAll(sessionFolder, 0o777); err != nil {
		log.Print(err) // a read-only root file system: the page says so
	}
	server := &http.Server{Addr: ":" + text("PORT", "8080"), Handler: routes()}
	stopped := make(chan struct{})
	go stopOnSignal(server, stopped)
	log.Printf("version %s listens on %s", text("VERSION", "1"), server.Addr)
	if err := server.ListenAndServe(); err != http.ErrServerClosed {
		log.Fatal(err)
	}
	<-stopped
}

func routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/", page)
	mux.HandleFunc("/healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("/env", environment)
	mux.HandleFunc("/file", file)
	mux.HandleFunc("/resolve", resolve)
	return mux
}

// failAsTold ends the process as EXIT_CODE and FAIL_AFTER say.
func failAsTold() {
	_, hasCode := os.LookupEnv("EXIT_CODE")
	_, hasTime := os.LookupEnv("FAIL_AFTER")
	code := number("EXIT_CODE", 1)
	switch {
	case hasTime:
		go func() {
			time.Sleep(seconds("FAIL_AFTER"))
			log.Printf("FAIL_AFTER is over, exit %d", code)
			os.Exit(code)
		}()
	case hasCode:
		log.Printf("exit %d as told", code)
		os.Exit(code)
	}
}

var eaten [][]byte // global, so that the memory stays in use

func eatMemory(mebibytes int) {
	for i := 0; i < mebibytes; i++ {
		block := make([]byte, 1<<20)
		for j := 0; j < len(block); j += 4096 {
			block[j] = 1 // touched pages are the ones that count
		}
		eaten = append(eaten, block)
		time.Sleep(5 * time.Millisecond)
	}
}

// stopOnSignal lets running requests finish, for rolling updates without errors.
func stopOnSignal(server *http.Server, stopped chan<- struct{}) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
	<-signals
	limit, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	_ = server.Shutdown(limit)
	close(stopped)
}

func page(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/" {
		http.NotFound(w, r)
		return
	}
	host, _ := os.Hostname()
	content, err := os.ReadFile("/app/index.html")
	if err != nil {
		content = []byte("(no /app/index.html)\n")
	}
	visits := countVisit(w, r)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("X-Pod", host)
	fmt.Fprintf(w, "pod: %s\nversion: %s\nvisits: %s\n%s",
		html.EscapeString(host), html.EscapeString(text("VERSION", "1")), visits, content)
}

var sessionMutex sync.Mutex

// countVisit counts the requests of one cookie in a file of this pod: behind
// sticky sessions the number grows, otherwise each pod counts for itself.
func countVisit(w http.ResponseWriter, r *http.Request) string {
	id := sessionID(r)
	if id == "" {
		random := make([]byte, 16)
		if _, err := rand.Read(random); err != nil {
			return err.Error()
		}
		id = hex.EncodeToString(random)
		http.SetCookie(w, &http.Cookie{Name: sessionCookie, Value: id, Path: "/", HttpOnly: true})
	}
	sessionMutex.Lock()
	defer sessionMutex.Unlock()
	path := filepath.Join(sessionFolder, id)
	old, _ := os.ReadFile(path)
	count, _ := strconv.Atoi(string(old))
	count++
	if err := os.WriteFile(path, []byte(strconv.Itoa(count)), 0o600); err != nil {
		return "not stored"
	}
	return strconv.Itoa(count)
}

// sessionID: only what this program could have issued becomes a file name.
func sessionID(r *http.Request) string {
	cookie, err := r.Cookie(sessionCookie)
	if err != nil {
		return ""
	}
	if raw, err := hex.DecodeString(cookie.Value); err != nil || len(raw) != 16 {
		return ""
	}
	return cookie.Value
}

func environment(w http.ResponseWriter, _ *http.Request) {
	all := os.Environ()
	sort.Strings(all)
	plain(w)
	fmt.Fprintln(w, strings.Join(all, "\n"))
}

// file serves files under two folders; links may lead from one place in them
// to another (that is how ConfigMap volumes work), but not out of them.
func file(w http.ResponseWriter, r *http.Request) {
	path, err := filepath.EvalSymlinks(filepath.Clean(r.URL.Query().Get("name")))
	if err != nil {
		http.NotFound(w, r)
		return
	}
	if !strings.HasPrefix(path, "/app/") && !strings.HasPrefix(path, "/etc/config/") {
		http.Error(w, "only /app and /etc/config", http.StatusForbidden)
		return
	}
	source, err := os.Open(path)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	defer source.Close()
	plain(w)
	_, _ = io.Copy(w, source)
}

func resolve(w http.ResponseWriter, r *http.Request) {
	addresses, err := net.DefaultResolver.LookupHost(r.Context(), r.URL.Query().Get("name"))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	plain(w)
	fmt.Fprintln(w, strings.Join(addresses, "\n"))
}

func plain(w http.ResponseWriter) { w.Header().Set("Content-Type", "text/plain; charset=utf-8") }

func text(name, fallback string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return fallback
}

func number(name string, fallback int) int {
	value, err := strconv.Atoi(text(name, strconv.Itoa(fallback)))
	if err != nil {
		log.Fatalf("%s: %v", name, err)
	}
	return value
}

func seconds(name string) time.Duration { return time.Duration(number(name, 0)) * time.Second }
