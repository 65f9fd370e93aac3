# Debian packages the testbed needs. Only what is missing gets installed.
# shellcheck shell=bash
# shellcheck disable=SC2034  # the tables are used by those who source this

# Command (or file) on the left, package that brings it on the right.
needed_programs='
etcd            etcd-server
containerd      containerd
runc            runc
docker-registry docker-registry
dnsmasq         dnsmasq-base
socat           socat
iptables        iptables
conntrack       conntrack
ethtool         ethtool
openssl         openssl
curl            curl
ip              iproute2
nsenter         util-linux
pgrep           procps
kubectl         kubernetes-client
/usr/lib/cni/bridge     containernetworking-plugins
/bin/busybox            busybox-static
/etc/ssl/certs/ca-certificates.crt  ca-certificates
'

# Compiling 1.20 takes the Go of its time, and Debian's reflect2 (see there).
needed_for_120='
/usr/lib/go-1.19/bin/go golang-1.19-go
/usr/share/gocode/src/github.com/modern-go/reflect2 golang-github-modern-go-reflect2-dev
patch                   patch
xz                      xz-utils
'

# missing_packages: reads the tables above on stdin.
missing_packages() {
    local what package
    while read -r what package; do
        [ -n "$what" ] || continue
        [ -e "$what" ] || command -v "$what" > /dev/null || echo "$package"
    done
}

# install_packages TABLE
install_packages() {
    local packages
    packages=$(missing_packages <<< "$1")
    [ -n "$packages" ] || return 0
    command -v apt-get > /dev/null ||
        die "needs Debian's apt-get to install: $packages"
    packages=${packages//$'\n'/ }
    say "installing Debian packages: $packages"
    export DEBIAN_FRONTEND=noninteractive
    # shellcheck disable=SC2086  # a list of words
    without_services apt_install $packages
}

apt_install() {
    apt-get -qq update
    apt-get install -y -qq --no-install-recommends "$@" > "$logs/apt.log" 2>&1 || {
        tail -20 "$logs/apt.log" >&2
        die "apt-get install failed, see $logs/apt.log"
    }
}

# without_services CMD...: etcd-server, containerd and docker-registry would
# start as services of the host and take the very ports the testbed uses.
# policy-rc.d is Debian's way to prevent that; the units that are new get
# disabled so that they do not start with the next boot either.
without_services() {
    local policy=/usr/sbin/policy-rc.d status=0 before unit
    before=$(installed_units)
    if [ -e $policy ]; then
        "$@"
    else
        printf '#!/bin/sh\nexit 101\n' > $policy
        chmod +x $policy
        ("$@") || status=$?
        rm -f $policy
    fi
    for unit in $(installed_units); do
        [[ " $before " == *" $unit "* ]] || systemctl disable -q "$unit" || true
    done
    return "$status"
}

# installed_units: those of the three services that this host has, on one line.
installed_units() {
    local unit found=''
    [ -d /run/systemd/system ] || return 0
    for unit in etcd containerd docker-registry; do
        if systemctl cat "$unit" > /dev/null 2>&1; then found="$found $unit"; fi
    done
    echo "$found"
}
