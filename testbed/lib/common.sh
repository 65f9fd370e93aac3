# Settings and small helpers that every script of the testbed starts with.
# Sourced, never run. Expects $testbed: the folder with lib/ and node/ in it.
# shellcheck shell=bash
# shellcheck disable=SC2034  # the variables are used by the scripts that source this

set -euo pipefail

TESTBED_HOME=${TESTBED_HOME:-${HOME:?}/.cache/kubernetes-rollout-testbed}
shared=$TESTBED_HOME/shared             # Go caches and sources, common to all versions
fallback_note=$TESTBED_HOME/fallback    # exists when "newest" had to become 1.20

# shellcheck source=../versions
. "$testbed/versions"

# say LINE: progress, with the seconds since the script started.
say() { printf '[%3ds] %s\n' "$SECONDS" "$*"; }

die() {
    printf 'testbed: %s\n' "$*" >&2
    exit 1
}

case ${K8S_VERSION:-newest} in
    newest | 1.20) ;;
    *) die "K8S_VERSION is newest or 1.20, not $K8S_VERSION" ;;
esac

# use_version newest|1.20: points every path and port at that cluster.
use_version() {
    version=$1
    cluster=$TESTBED_HOME/$version
    bin=$cluster/bin
    pki=$cluster/pki
    state=$cluster/state                # etcd, registry, images: survives down
    logs=$cluster/log
    run=$cluster/run                    # pids and sockets: emptied by down
    kubeconfig=$cluster/kubeconfig

    local default_api=6443 default_registry=5000 default_web=8088
    if [ "$version" = 1.20 ]; then
        default_api=6420 default_registry=5020 default_web=8020
    fi
    saved_api_port='' saved_registry_port='' saved_web_port='' saved_cgroup=''
    if [ -r "$cluster/settings" ]; then
        # shellcheck source=/dev/null
        . "$cluster/settings"
    fi
    api_port=$(port "${TESTBED_API_PORT:-}" "$saved_api_port" "$default_api")
    registry_port=$(port "${TESTBED_REGISTRY_PORT:-}" "$saved_registry_port" "$default_registry")
    web_port=$(port "${TESTBED_WEB_PORT:-}" "$saved_web_port" "$default_web")
    registry=127.0.0.1:$registry_port
    cgroup=${saved_cgroup:-$(cgroup_name)}
}

# cgroup_name: one for each cluster of each TESTBED_HOME, since a kubelet ends
# what it does not know below its own.
cgroup_name() { echo "rollout-testbed-$(cksum <<< "$cluster" | cut -d' ' -f1)"; }

# port WANTED SAVED DEFAULT: a running cluster keeps the port it was started with.
port() {
    if [ -n "$2" ] && { [ -z "$1" ] || is_running; }; then
        echo "$2"
    else
        echo "${1:-$3}"
    fi
}

save_settings() {
    {
        echo "saved_api_port=$api_port"
        echo "saved_registry_port=$registry_port"
        echo "saved_web_port=$web_port"
        echo "saved_cgroup=$cgroup"
    } > "$cluster/settings"
}

# wanted_version: what K8S_VERSION means on this machine.
wanted_version() {
    case ${K8S_VERSION:-newest} in
        newest) if [ -e "$fallback_note" ]; then echo 1.20; else echo newest; fi ;;
        1.20) echo 1.20 ;;
    esac
}

# is_running: is the first process of the cluster's namespaces alive? The
# command line is compared because a pid may belong to somebody else by now.
is_running() {
    local pid
    pid=$(cat "$run/unshare.pid" 2> /dev/null) || return 1
    grep -qa "$cluster/scripts/node/init" "/proc/$pid/cmdline" 2> /dev/null
}

# has_own_cluster: the user brought a cluster and a registry, so the testbed
# must not install anything.
has_own_cluster() {
    [ -n "${KUBECONFIG:-}" ] && [ -n "${REGISTRY:-}" ] &&
        [[ $KUBECONFIG != "$TESTBED_HOME"/* ]]
}

# wait_for SECONDS CMD...: true as soon as CMD succeeds, false after SECONDS.
wait_for() {
    local deadline=$((SECONDS + $1))
    shift
    until "$@" > /dev/null 2>&1; do
        [ "$SECONDS" -lt "$deadline" ] || return 1
        sleep 0.2
    done
}

# The cluster's fixed addresses, the same in every cluster: each has its own
# network namespace.
node_name=node1
node_ip=10.99.0.1
service_cidr=10.96.0.0/16
api_service_ip=10.96.0.1
dns_service_ip=10.96.0.10
pod_cidr=10.244.0.0/16
