# Which Go compiles what, and with which caches.
# shellcheck shell=bash

debian_go=/usr/lib/go-1.19/bin/go

# go_env: everything a build downloads or caches stays under the testbed home.
go_env() {
    export GOMODCACHE=$shared/gomod GOCACHE=$shared/go-build GOTMPDIR=$shared/tmp
    export CGO_ENABLED=0 GO111MODULE=on GOWORK=off GOFLAGS=-modcacherw
    mkdir -p "$GOMODCACHE" "$GOCACHE" "$GOTMPDIR"
}

# recent_go: prints the first Go that accepts a module of the newest
# Kubernetes. A Go that may fetch a newer toolchain by itself does so here.
recent_go() {
    local probe=$shared/probe go
    mkdir -p "$probe"
    printf 'module probe\n\ngo %s\n' "$KUBERNETES_GO" > "$probe/go.mod"
    for go in ${TESTBED_GO:-} "$(command -v go)" /usr/local/go/bin/go /usr/lib/go-1.*/bin/go; do
        [ -x "$go" ] || continue
        if (cd "$probe" && "$go" list -m > /dev/null 2>&1); then
            echo "$go"
            return
        fi
    done
    return 1
}

# any_go: for our own small programs, which are content with Go 1.19.
any_go() {
    recent_go || echo "$debian_go"
}

# gently CMD...: a build must not starve a running
# cluster (or the user's desktop).
gently() { nice -n 5 "$@"; }

# stamped FILE VERSION: was this built from that version? stamp FILE VERSION: it was.
stamped() { [ "$(cat "$bin/.$1" 2> /dev/null)" = "$2" ]; }
stamp() { echo "$2" > "$bin/.$1"; }
