# Kubernetes from the Go module proxy.
# shellcheck shell=bash
# shellcheck disable=SC2034  # why is for the caller

newest_commands='kube-apiserver kube-controller-manager kube-scheduler kubelet kube-proxy'

# build_newest: false where it is not possible, with the reason in $why.
build_newest() {
    local go
    if stamped kubernetes "$KUBERNETES_VERSION"; then return 0; fi
    go_env
    if ! go=$(recent_go); then
        why="no Go $KUBERNETES_GO or newer on this machine"
        return 1
    fi
    if ! fetch_newest "$go" > "$logs/fetch.log" 2>&1; then
        why="the Go module proxy does not give k8s.io/kubernetes $KUBERNETES_VERSION"
        return 1
    fi
    say "compiling Kubernetes $KUBERNETES_VERSION from the Go module proxy (minutes)"
    write_newest_module
    # shellcheck disable=SC2086  # a list of words
    if ! compile_newest "$go" $newest_commands > "$logs/build.log" 2>&1; then
        why="it did not compile, see $logs/build.log"
        return 1
    fi
    stamp kubernetes "$KUBERNETES_VERSION"
    say "Kubernetes $KUBERNETES_VERSION compiled"
}

# build_etcd: false, with a word about it, where it cannot be built; Debian's
# will do then.
build_etcd() {
    local go
    if stamped etcd "$ETCD_VERSION"; then return 0; fi
    go_env
    go=$(recent_go) || return 1
    say "compiling etcd $ETCD_VERSION from the Go module proxy"
    if ! compile_etcd "$go" > "$logs/build-etcd.log" 2>&1; then
        say "it did not compile, see $logs/build-etcd.log: using Debian's"
        return 1
    fi
    stamp etcd "$ETCD_VERSION"
}

# compile_etcd GO: a main program around the package that is etcd's own.
compile_etcd() (
    go=$1
    mkdir -p "$cluster/src/etcd"
    cd "$cluster/src/etcd" || exit
    printf 'module testbed/etcd\n\ngo %s\n\nrequire go.etcd.io/etcd/server/v3 %s\n' \
        "$KUBERNETES_GO" "$ETCD_VERSION" > go.mod
    cat > main.go << 'EOF'
package main

import (
	"os"

	"go.etcd.io/etcd/server/v3/etcdmain"
)

func main() { etcdmain.Main(os.Args) }
EOF
    "$go" mod tidy && gently "$go" build -p 2 -trimpath -gcflags=all=-dwarf=false -ldflags '-s -w' -o "$bin/etcd" .
)

fetch_newest() {
    (cd "$shared/tmp" && "$1" mod download "k8s.io/kubernetes@$KUBERNETES_VERSION")
}

# build_hollow_newest: kubemark, only for HOLLOW=n. Most of it is the kubelet's
# code, which the build cache has.
build_hollow_newest() {
    if stamped kubemark "$KUBERNETES_VERSION"; then return 0; fi
    local go
    go_env
    go=$(recent_go) || die "HOLLOW needs Go $KUBERNETES_GO or newer"
    say "compiling kubemark"
    compile_newest "$go" kubemark > "$logs/build-kubemark.log" 2>&1 ||
        die "compilation failed, see $logs/build-kubemark.log"
    stamp kubemark "$KUBERNETES_VERSION"
}

# compile_newest GO COMMAND...: no debug information; -s -w keeps it out of the
# programs, -dwarf=false spares the compiler the work.
compile_newest() {
    local go=$1
    shift
    (cd "$cluster/src" && gently "$go" build -mod=mod -p 2 -trimpath \
        -gcflags=all=-dwarf=false -ldflags "-s -w $(newest_version_flags)" \
        -o "$bin/" "${@/#/k8s.io/kubernetes/cmd/}")
}

# write_newest_module: a main module that requires k8s.io/kubernetes. The zip
# of that module lacks its staging/ folder, to which its go.mod points with
# v0.0.0; the same code is published as k8s.io/NAME v0.X.Y.
write_newest_module() {
    local upstream=$GOMODCACHE/k8s.io/kubernetes@$KUBERNETES_VERSION
    mkdir -p "$cluster/src"
    {
        printf 'module testbed/kubernetes\n\ngo %s\n\n' "$KUBERNETES_GO"
        printf 'require k8s.io/kubernetes %s\n\nreplace (\n' "$KUBERNETES_VERSION"
        awk -v to="v0.${KUBERNETES_VERSION#v1.}" \
            '$1 ~ /^k8s\.io\// && $2 == "v0.0.0" { print "\t" $1 " => " $1 " " to }' \
            "$upstream/go.mod"
        printf ')\n'
    } > "$cluster/src/go.mod"
}

# newest_version_flags: what `kubectl version` reports, upstream set by its own
# build scripts.
newest_version_flags() {
    local package minor=${KUBERNETES_VERSION#v1.}
    for package in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
        printf -- '-X %s.gitVersion=%s ' $package "$KUBERNETES_VERSION"
        printf -- '-X %s.gitMajor=1 -X %s.gitMinor=%s ' $package $package "${minor%%.*}"
        printf -- '-X %s.gitTreeState=archive ' $package
    done
}
