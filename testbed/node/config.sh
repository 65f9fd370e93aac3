# The configuration files of the components; written at every start.
# Sourced by node/init.
# shellcheck shell=bash

write_configs() {
    mkdir -p "$state/config" /etc/cni/net.d /run/dns
    cni_config > /etc/cni/net.d/10-testbed.conflist
    containerd_config > "$state/config/containerd.toml"
    registry_config > "$state/config/registry.yml"
    kubelet_config > "$state/config/kubelet.yml"
    echo "nameserver $node_ip" > "$state/config/resolv.conf"
    : > /run/dns/hosts
}

cni_config() {
    cat << JSON
{
  "cniVersion": "0.4.0",
  "name": "testbed",
  "plugins": [
    {
      "type": "bridge",
      "bridge": "cni0",
      "isGateway": true,
      "hairpinMode": true,
      "ipam": {
        "type": "host-local",
        "ranges": [[{"subnet": "$pod_cidr"}]],
        "routes": [{"dst": "0.0.0.0/0"}]
      }
    },
    {"type": "portmap", "capabilities": {"portMappings": true}}
  ]
}
JSON
}

# restrict_oom_score_adj: without CAP_SYS_RESOURCE (common in virtual machines
# and containers) a lower value than our own cannot be set.
containerd_config() {
    cat << TOML
version = 2
root = "$state/containerd"
state = "/run/containerd"
[grpc]
  address = "/run/containerd/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "$registry/base/pause:1"
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
TOML
}

# The registry has the same address here as on the host: one reference is good
# for both. Container engines take 127.0.0.1 without TLS.
registry_config() {
    cat << YAML
version: 0.1
log: {level: warn}
storage:
  filesystem: {rootdirectory: $state/registry}
  delete: {enabled: true}
http: {addr: "$registry"}
YAML
}

kubelet_config() {
    cat << YAML
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication:
  anonymous: {enabled: false}
  webhook: {enabled: true}
  x509: {clientCAFile: $pki/ca.crt}
authorization: {mode: Webhook}
cgroupDriver: cgroupfs
cgroupRoot: /$cgroup
failSwapOn: false
# The default of a million needs CAP_SYS_RESOURCE.
maxOpenFiles: 20000
resolvConf: $state/config/resolv.conf
clusterDNS: [$dns_service_ip]
clusterDomain: cluster.local
tlsCertFile: $pki/kubelet.crt
tlsPrivateKeyFile: $pki/kubelet.key
# The disk is the developer's: no eviction and no image removal before it is
# really full.
evictionHard: {memory.available: 100Mi, nodefs.available: 1Gi, imagefs.available: 1Gi}
imageGCHighThresholdPercent: 99
imageGCLowThresholdPercent: 98
serializeImagePulls: false
registryPullQPS: 0
maxPods: 200
YAML
    [ "$version" = 1.20 ] || newest_kubelet_config
}

newest_kubelet_config() {
    cat << YAML
containerRuntimeEndpoint: unix:///run/containerd/containerd.sock
# From 1.35 on a kubelet refuses cgroup v1 unless told otherwise.
failCgroupV1: false
YAML
}
