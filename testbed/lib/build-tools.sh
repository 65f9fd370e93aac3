# The programs around Kubernetes: our own small ones and Traefik.
# shellcheck shell=bash

# build_own_programs: always, since a build without changes takes no time.
build_own_programs() {
    local go program
    go_env
    export GO111MODULE=off GOFLAGS=''
    go=$(any_go)
    [ -x "$go" ] || install_packages "$needed_for_120"
    for program in dnsfeed images/web images/pause; do
        (cd "$testbed/$program" &&
            gently "$go" build -trimpath -ldflags '-s -w' -o "$bin/$(basename $program)" .) \
            > "$logs/build-own.log" 2>&1 || die "compilation failed, see $logs/build-own.log"
    done
}

# build_traefik: false, with a word about it, where it cannot be built. The
# cluster is of use without ingress controller too.
build_traefik() {
    local go
    if stamped traefik "$TRAEFIK_VERSION" && stamped routes "$TRAEFIK_VERSION"; then return 0; fi
    go_env
    if ! go=$(recent_go); then
        say "no ingress controller: no Go $KUBERNETES_GO or newer to compile Traefik"
        return 1
    fi
    say "compiling Traefik $TRAEFIK_VERSION from the Go module proxy (minutes)"
    if ! compile_traefik "$go" > "$logs/traefik-build.log" 2>&1; then
        say "no ingress controller: Traefik did not compile, see $logs/traefik-build.log"
        return 1
    fi
    stamp traefik "$TRAEFIK_VERSION"
    say "Traefik $TRAEFIK_VERSION compiled"
    copy_route_kinds "$go" "$cluster/src/traefik" && stamp routes "$TRAEFIK_VERSION"
}

# copy_route_kinds GO SOURCE: the definitions of Traefik's own kinds and of
# those of Gateway API that this Traefik was compiled with. Kubernetes 1.20 does
# not know the rules in them.
copy_route_kinds() (
    go=$1 source=$2
    [ "$version" != 1.20 ] || exit 0
    mkdir -p "$cluster/routes"
    rm -f "$cluster/routes"/*
    cp "$source/docs/content/reference/dynamic-configuration/kubernetes-crd-definition-v1.yml" \
        "$cluster/routes/traefik.yaml" || exit
    cd "$source" || exit
    gateway=$("$go" list -mod=mod -m -f '{{.Dir}}' sigs.k8s.io/gateway-api) || exit
    cp "$gateway"/config/crd/standard/*.yaml "$cluster/routes"
)

# compile_traefik GO: in a subshell, for the change of folder.
compile_traefik() (
    go=$1 source=$cluster/src/traefik lego=$cluster/src/lego
    mkdir -p "$cluster/src"
    unpack_module "$go" "github.com/traefik/traefik/v3@$TRAEFIK_VERSION" "$source" || exit
    unpack_module "$go" "$(required_lego "$source")" "$lego" || exit
    lighten_lego "$lego"
    lighten_traefik "$source"
    if [ "$version" = 1.20 ]; then use_old_endpointslices "$source"; fi
    cd "$source" || exit
    "$go" mod edit -replace "github.com/go-acme/lego/v4=$lego" || exit
    gently "$go" build -mod=mod -p 2 -trimpath -gcflags=all=-dwarf=false \
        -ldflags "-s -w -X github.com/traefik/traefik/v3/pkg/version.Version=$TRAEFIK_VERSION" \
        -o "$bin/traefik" ./cmd/traefik
)

# unpack_module GO MODULE@VERSION FOLDER: a copy that can be changed.
unpack_module() {
    local from
    from=$(cd "$shared/tmp" && "$1" mod download -json "$2" |
        sed -n 's/^\t"Dir": "\(.*\)",$/\1/p')
    [ -n "$from" ] || return
    rm -rf "$3"
    cp -r "$from" "$3"
    chmod -R u+w "$3"
}

required_lego() {
    awk '$1 == "github.com/go-acme/lego/v4" { print $1 "@" $2; exit }' "$1/go.mod"
}

# lighten_lego FOLDER: without the ACME client's 180 DNS providers, whose cloud
# libraries take longer to compile than the rest of Traefik.
lighten_lego() {
    cat > "$1/providers/dns/zz_gen_dns_providers.go" << 'GO'
package dns

import (
	"fmt"

	"github.com/go-acme/lego/v4/challenge"
)

func NewDNSChallengeProviderByName(name string) (challenge.Provider, error) {
	return nil, fmt.Errorf("no DNS provider in this build: %s", name)
}
GO
}

# lighten_traefik FOLDER: without what takes minutes to compile and is of no
# use here: the provider for Amazon ECS (its client library is the largest
# package of all) and the Go standard library for plugins that get interpreted.
# And with something to embed in place of the web interface, which the module
# lacks.
lighten_traefik() {
    local plugins=$1/pkg/plugins/middlewareyaegi.go ecs=$1/pkg/provider/ecs
    rm "$ecs"/*.go
    cat > "$ecs/ecs.go" << 'GO'
package ecs

import (
	"github.com/traefik/traefik/v3/pkg/config/dynamic"
	"github.com/traefik/traefik/v3/pkg/safe"
)

type Provider struct{}

func (*Provider) Init() error { return nil }

func (*Provider) Provide(chan<- dynamic.Message, *safe.Pool) error { return nil }
GO
    sed -i '/"github.com\/traefik\/yaegi\/stdlib/d' "$plugins"
    echo 'var stdlib, syscall, unsafe struct{ Symbols interp.Exports }' >> "$plugins"
    mkdir -p "$1/webui/static"
    echo 'no dashboard in this build' > "$1/webui/static/index.html"
}

# use_old_endpointslices FOLDER: Kubernetes 1.20 serves EndpointSlices as
# discovery.k8s.io/v1beta1 only.
use_old_endpointslices() {
    find "$1/pkg/provider/kubernetes" -name '*.go' ! -name '*_test.go' -exec sed -i \
        -e 's#"k8s.io/api/discovery/v1"#"k8s.io/api/discovery/v1beta1"#' \
        -e 's#\.Discovery()\.V1()#.Discovery().V1beta1()#' {} +
}
