# Kubernetes 1.20 from Debian's source package, compiled with Debian's Go 1.19.
# shellcheck shell=bash

commands_120='kube-apiserver kube-controller-manager kube-scheduler kubelet kube-proxy'
source_120=$TESTBED_HOME/1.20/src/kubernetes-$KUBERNETES_DEBIAN_VERSION
import_path_120=k8s.io/kubernetes

build_120() {
    if stamped kubernetes "$KUBERNETES_DEBIAN_VERSION"; then return 0; fi
    install_packages "$needed_for_120"
    unpack_120
    go_env_120
    generate_openapi_120
    say "compiling Kubernetes $KUBERNETES_DEBIAN_VERSION from Debian's source (minutes)"
    # shellcheck disable=SC2086  # a list of words
    go_build_120 $commands_120
    stamp kubernetes "$KUBERNETES_DEBIAN_VERSION"
    say "Kubernetes $KUBERNETES_DEBIAN_VERSION compiled"
}

# build_hollow_120: kubemark, only for HOLLOW=n.
build_hollow_120() {
    [ ! -x "$bin/kubemark" ] || return 0
    say "compiling kubemark"
    go_env_120
    go_build_120 kubemark
}

unpack_120() {
    [ ! -e "$source_120/.patched" ] || return 0
    rm -rf "$cluster/src"
    mkdir -p "$cluster/src"
    say "downloading Debian's source package kubernetes"
    (cd "$cluster/src" && download_source kubernetes) > "$logs/source.log" 2>&1 ||
        die "no source package, see $logs/source.log"
    tar -C "$cluster/src" -xzf "$cluster"/src/kubernetes_*.orig.tar.gz
    tar -C "$cluster/src" -xJf "$cluster"/src/kubernetes_*.debian.tar.xz
    patch_120 >> "$logs/source.log"
    touch "$source_120/.patched"
}

# download_source PACKAGE: apt with lists and sources of its own, because a
# Debian machine seldom has deb-src enabled and its settings are not ours to
# change. The machine's own mirror is used.
download_source() {
    local apt=$cluster/apt options
    mkdir -p "$apt/parts" "$apt/lists/partial" "$apt/cache/archives/partial"
    write_source_list "$apt/parts"
    options=(-o "Dir::Etc::SourceList=/dev/null" -o "Dir::Etc::SourceParts=$apt/parts"
        -o "Dir::State::Lists=$apt/lists" -o "Dir::Cache=$apt/cache"
        -o "APT::Sandbox::User=root")
    apt-get "${options[@]}" -qq update
    apt-get "${options[@]}" -qq source --download-only "$1"
}

# write_source_list FOLDER: the mirror is the first one that offers bookworm,
# in either of apt's two formats.
write_source_list() {
    local mirror
    mirror=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2> /dev/null |
        grep -oE '^(URIs:|deb).*' | grep -v -e security -e '^deb-src' |
        grep -oE 'https?://[^ ]*/debian/?( |$)' | head -n 1)
    echo "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]" \
        "${mirror:-http://deb.debian.org/debian} bookworm main" > "$1/source.list"
}

# patch_120: Debian's patches and ours. A function with a subshell as its body,
# for the change of folder.
patch_120() (
    reflect2=github.com/modern-go/reflect2
    cd "$source_120" || exit
    while read -r p; do
        patch -p1 < "../debian/patches/$p"
    done < ../debian/patches/series
    # Many hollow kubelets in one process instead of one process each.
    patch -p1 < "$testbed/patches/1.20-kubemark.patch"
    # The vendored reflect2 1.0.1 crashes when compiled by Go 1.18 or newer;
    # Debian's 1.0.2 does not.
    rm -rf vendor/$reflect2
    cp -r /usr/share/gocode/src/$reflect2 vendor/$reflect2
)

# go_env_120: GOPATH mode, since in module mode a go.mod of the Go 1.15 days
# is refused ("updates to go.mod needed").
go_env_120() {
    export GOPATH=$cluster/gopath GOCACHE=$shared/go-build GOTMPDIR=$shared/tmp
    export GO111MODULE=off GOFLAGS='' CGO_ENABLED=0
    mkdir -p "$GOPATH/src/k8s.io" "$GOCACHE" "$GOTMPDIR"
    ln -sfn "$source_120" "$GOPATH/src/$import_path_120"
}

# go_build_120 COMMAND...
go_build_120() {
    (cd "$GOPATH/src/$import_path_120" &&
        gently "$debian_go" build -p 2 -tags "providerless dockerless" \
            -gcflags=all=-dwarf=false -ldflags "-s -w $(version_flags_120)" \
            -o "$bin/" "${@/#/$import_path_120/cmd/}") > "$logs/build.log" 2>&1 ||
        die "compilation failed, see $logs/build.log"
}

version_flags_120() {
    local package
    for package in component-base/version client-go/pkg/version; do
        package=$import_path_120/vendor/k8s.io/$package
        printf -- '-X %s.gitVersion=v%s ' "$package" "$KUBERNETES_DEBIAN_VERSION"
        printf -- '-X %s.gitMajor=1 -X %s.gitMinor=20 ' "$package" "$package"
        printf -- '-X %s.gitTreeState=archive ' "$package"
    done
}

# generate_openapi_120: the one generated file that is not in the source package.
generate_openapi_120() {
    local generated=pkg/generated/openapi
    [ ! -e "$source_120/$generated/zz_generated.openapi.go" ] || return 0
    say "generating OpenAPI definitions"
    (
        cd "$GOPATH/src/$import_path_120"
        "$debian_go" build -o "$cluster/openapi-gen" \
            $import_path_120/vendor/k8s.io/kube-openapi/cmd/openapi-gen
        gently "$cluster/openapi-gen" --logtostderr -O zz_generated.openapi \
            -p $import_path_120/$generated -r "$logs/openapi.report" \
            -h vendor/k8s.io/code-generator/hack/boilerplate.go.txt \
            -i "$(openapi_inputs_120)"
    ) > "$logs/openapi.log" 2>&1 || die "openapi-gen failed, see $logs/openapi.log"
}

# openapi_inputs_120: the packages marked for generation, separated by commas,
# selected the way upstream's Makefile does.
openapi_inputs_120() {
    find pkg plugin cmd staging/src/k8s.io -name '*.go' -type f |
        grep -vE '^staging/src/k8s.io/(code-generator|sample-apiserver)/' |
        xargs grep -l '+k8s:openapi-gen=' | xargs -n1 dirname | LC_ALL=C sort -u |
        sed "s#^staging/src/#vendor/#; s#^#$import_path_120/#" | paste -sd,
}
