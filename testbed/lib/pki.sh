# Certificates, tokens and kubeconfigs of one cluster.
# shellcheck shell=bash

make_pki() {
    [ ! -e "$pki/done" ] || return 0
    mkdir -p "$pki"
    chmod 700 "$pki"
    openssl req -x509 -newkey rsa:2048 -nodes -keyout "$pki/ca.key" -out "$pki/ca.crt" \
        -days 3650 -subj /CN=testbed-ca 2> /dev/null
    certificate apiserver /CN=kube-apiserver "$(apiserver_names)" serverAuth
    certificate apiserver-kubelet /O=system:masters/CN=apiserver-kubelet-client '' clientAuth
    certificate kubelet "/CN=$node_name" "DNS:$node_name,IP:127.0.0.1,IP:$node_ip" serverAuth
    openssl genrsa -out "$pki/sa.key" 2048 2> /dev/null
    openssl rsa -in "$pki/sa.key" -pubout -out "$pki/sa.pub" 2> /dev/null
    make_tokens
    chmod 600 "$pki"/*
    touch "$pki/done"
}

apiserver_names() {
    local names=DNS:localhost name=kubernetes part
    for part in '' .default .svc .cluster.local; do
        name=$name$part
        names=$names,DNS:$name
    done
    echo "$names,IP:127.0.0.1,IP:$api_service_ip,IP:$node_ip"
}

# certificate NAME SUBJECT ALTERNATIVE-NAMES USAGE
certificate() {
    openssl req -newkey rsa:2048 -nodes -keyout "$pki/$1.key" -out "$pki/$1.csr" \
        -subj "$2" 2> /dev/null
    {
        echo "extendedKeyUsage=$4"
        [ -z "$3" ] || echo "subjectAltName=$3"
    } > "$pki/$1.ext"
    openssl x509 -req -in "$pki/$1.csr" -CA "$pki/ca.crt" -CAkey "$pki/ca.key" \
        -CAcreateserial -days 3650 -extfile "$pki/$1.ext" -out "$pki/$1.crt" 2> /dev/null
    rm "$pki/$1.csr" "$pki/$1.ext"
}

# The users of the API: file name, user, group.
users="
admin               admin                           system:masters
controller-manager  system:kube-controller-manager
scheduler           system:kube-scheduler
kubelet             system:node:$node_name          system:nodes
proxy               system:kube-proxy
dns                 testbed:dns
traefik             testbed:traefik
"

make_tokens() {
    local name user group token
    while read -r name user group; do
        [ -n "$name" ] || continue
        token=$(openssl rand -hex 16)
        echo "$token" > "$pki/$name.token"
        echo "$token,$user,$name${group:+,\"$group\"}"
    done <<< "$users" > "$pki/tokens.csv"
}

# write_kubeconfigs: at every start, because the port may have changed. The
# one of the admin is self-contained, so that it can be copied into Jenkins.
write_kubeconfigs() {
    local name rest
    while read -r name rest; do
        [ -n "$name" ] || continue
        write_kubeconfig "$name" "$pki/$name.kubeconfig"
    done <<< "$users"
    write_kubeconfig admin "$kubeconfig"
}

# write_kubeconfig USER FILE
write_kubeconfig() {
    (umask 077 && cat > "$2") << YAML
apiVersion: v1
kind: Config
current-context: testbed-$version
contexts:
- name: testbed-$version
  context: {cluster: testbed-$version, user: $1}
clusters:
- name: testbed-$version
  cluster:
    server: https://127.0.0.1:$api_port
    certificate-authority-data: $(base64 -w0 "$pki/ca.crt")
users:
- name: $1
  user: {token: $(cat "$pki/$1.token")}
YAML
}
