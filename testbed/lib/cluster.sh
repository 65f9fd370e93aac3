# Starting and stopping a cluster, from the host's side.
# shellcheck shell=bash

start_cluster() {
    check_place
    check_ports
    mkdir -p "$run"
    rm -rf "${run:?}"/*
    load_modules
    copy_scripts
    save_settings
    write_kubeconfigs
    started_at=$(date -u +%FT%TZ)
    TESTBED_HOME=$TESTBED_HOME setsid unshare --net --mount --pid --fork --mount-proc \
        --kill-child "$cluster/scripts/node/init" "$version" \
        > "$logs/init.log" 2>&1 < /dev/null 9>&- &
    echo $! > "$run/unshare.pid"
    start_forwards
}

# load_modules: where they are modules of the kernel rather than built in; from
# inside the namespaces they are not loaded on demand.
load_modules() {
    local module
    for module in overlay br_netfilter nf_conntrack; do
        modprobe -q "$module" 2> /dev/null || true
    done
}

# copy_scripts: a running cluster must not change when the checkout does.
copy_scripts() {
    rm -rf "$cluster/scripts"
    mkdir -p "$cluster/scripts"
    cp -r "$testbed/lib" "$testbed/node" "$testbed/versions" "$cluster/scripts/"
}

# check_place: the cluster hides these folders behind its own, and the name of
# a unix socket has 107 characters at most.
check_place() {
    case $TESTBED_HOME in
        /run/* | /var/log/* | /var/lib/* | /etc/*)
            die "TESTBED_HOME must not be in /run, /var/log, /var/lib or /etc" ;;
    esac
    [ "${#run}" -le 90 ] || die "TESTBED_HOME is too long a path: $TESTBED_HOME"
}

check_ports() {
    local name port
    for name in api registry web; do
        port=${name}_port
        if port_answers "${!port}"; then
            die "port ${!port} is taken; choose another: TESTBED_${name^^}_PORT=…"
        fi
    done
}

port_answers() { (: < "/dev/tcp/127.0.0.1/$1") 2> /dev/null; }

# start_forwards: one listener per port on the host's loopback.
start_forwards() {
    local name port
    for name in api registry web; do
        port=${name}_port
        setsid socat -t 30 "TCP-LISTEN:${!port},bind=127.0.0.1,fork,reuseaddr,backlog=512" \
            "UNIX-CONNECT:$run/$name.sock" > "$logs/host-$name.log" 2>&1 < /dev/null 9>&- &
        echo $! > "$run/host-$name.pid"
    done
}

# fill_cluster: what has to be in it before it is of use.
fill_cluster() {
    wait_for 60 registry_answers || die "the registry does not answer, see $logs/registry.log"
    push_base_images
    say "base images pushed to $registry"
    wait_for 180 test -e "$run/api-ready" || die "the API does not answer, see $logs"
    say "API ready"
    wait_for 60 kubectl --kubeconfig "$kubeconfig" apply --request-timeout=20s \
        -f "$testbed/manifests/cluster.yaml" || die "cannot apply manifests/cluster.yaml"
    if [ -d "$cluster/routes" ]; then
        wait_for 60 kubectl --kubeconfig "$kubeconfig" apply --server-side --request-timeout=20s \
            -f "$cluster/routes" || die "cannot apply $cluster/routes"
        wait_for 60 kubectl --kubeconfig "$kubeconfig" apply --request-timeout=20s \
            -f "$testbed/manifests/routes.yaml" || die "cannot apply manifests/routes.yaml"
    fi
    kubectl --kubeconfig "$kubeconfig" delete node -l hollow=true > /dev/null 2>&1 || true
    wait_for 180 node_is_ready || die "the node does not become ready, see $logs/kubelet.log"
    say "node $node_name ready"
}

registry_answers() { curl -sf --noproxy '*' "http://$registry/v2/"; }

# node_is_ready: as reported since this start; after a restart the API still
# has what the kubelet said before.
node_is_ready() {
    local status heartbeat
    read -r status heartbeat < <(kubectl --kubeconfig "$kubeconfig" get node "$node_name" \
        -o 'jsonpath={range .status.conditions[?(@.type=="Ready")]}{.status} {.lastHeartbeatTime}{end}')
    [ "$status" = True ] && [[ $heartbeat > $started_at ]]
}

# stop_cluster: ends only what start_cluster started.
stop_cluster() {
    local name pid namespace
    for name in api registry web; do
        pid=$(cat "$run/host-$name.pid" 2> /dev/null) || continue
        if grep -qa "$run/$name.sock" "/proc/$pid/cmdline" 2> /dev/null; then
            kill -- "-$pid" || true # with the children that serve connections
        fi
    done
    if is_running; then
        namespace=$(readlink "/proc/$(first_pid)/ns/net")
        kill -KILL "$(cat "$run/unshare.pid")" # its child is killed with it
        wait_for 30 is_gone "$namespace" || die "some process of the cluster does not end"
    fi
    remove_cgroups
    rm -rf "${run:?}" "${state:?}"/{run,varlog,overlay,kubelet}
}

# in_namespace ID: is there any process in that network namespace?
in_namespace() {
    local link
    for link in /proc/[0-9]*/ns/net; do
        [ "$(readlink "$link" 2> /dev/null)" != "$1" ] || return 0
    done
    return 1
}

is_gone() { ! in_namespace "$1"; }

# remove_cgroups: from the innermost outwards; a cgroup lives on for a moment
# after its last process.
remove_cgroups() {
    wait_for 10 try_remove_cgroups || say "some cgroup under */$cgroup is still in use"
}

try_remove_cgroups() {
    find /sys/fs/cgroup -depth -type d -path "*/$cgroup*" -exec rmdir {} + 2> /dev/null
    [ -z "$(find /sys/fs/cgroup -type d -name "$cgroup" -print -quit)" ]
}

# first_pid: the host's number of the first process inside the namespaces.
first_pid() { pgrep -P "$(cat "$run/unshare.pid")"; }

# start_hollow N: joins the namespaces that exist already; ends with them.
start_hollow() {
    HOLLOW=$1 RUN=$run LOGS=$logs setsid nsenter -t "$(first_pid)" -n -m -p -- \
        "$cluster/scripts/node/supervise" hollow \
        "$cluster/scripts/node/component" hollow "$version" \
        > /dev/null 2>&1 < /dev/null 9>&- &
}
