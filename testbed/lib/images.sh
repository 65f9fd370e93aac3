# The base images, assembled from the machine's own files and pushed with curl:
# no image is downloaded, and no container engine is needed.
# shellcheck shell=bash

push_base_images() {
    local work=$cluster/images
    rm -rf "$work"
    mkdir -p "$work"
    pause_root "$work/pause"
    push_image base/pause:1 "$work/pause" '"Entrypoint": ["/pause"]'
    web_root "$work/web"
    push_image base/web:1 "$work/web" '"Entrypoint": ["/bin/web"],
        "Env": ["PATH=/bin"], "WorkingDir": "/app", "ExposedPorts": {"8080/tcp": {}}'
    rm -rf "$work"
}

pause_root() {
    mkdir -p "$1"
    cp "$bin/pause" "$1/pause"
}

# web_root FOLDER: the server, and busybox for those who want a shell.
web_root() {
    mkdir -p "$1"/{app,bin,etc/config,tmp}
    chmod 1777 "$1/tmp"
    cp "$bin/web" "$1/bin/web"
    cp "$testbed/images/web/index.html" "$1/app/index.html"
    busybox_root "$1"
}

# busybox_root FOLDER: a shell and its usual programs, and the users.
busybox_root() {
    local applet
    cp /bin/busybox "$1/bin/busybox"
    for applet in sh cat ls echo env sleep ps kill wget nslookup id hostname date rm mkdir \
        touch head tail grep sed awk cp mv chmod true false test tr cut sort uniq wc xargs \
        basename dirname tar gzip find uname which; do
        ln -s busybox "$1/bin/$applet"
    done
    echo 'root:x:0:0:root:/:/bin/sh
nobody:x:65534:65534:nobody:/:/bin/sh' > "$1/etc/passwd"
    echo 'root:x:0:
nogroup:x:65534:' > "$1/etc/group"
}

# push_image NAME:TAG FOLDER CONFIG: one layer; the same input gives the same
# digest.
push_image() {
    local folder=$2 layer=$2.tar.gz config=$2.config.json manifest=$2.manifest.json
    local name=${1%:*} tag=${1##*:} diff_id
    tar -C "$folder" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner \
        -cf "$folder.tar" .
    diff_id=$(digest "$folder.tar")
    gzip -n -1 "$folder.tar"
    printf '{"architecture": "%s", "os": "linux", "config": {%s},
        "rootfs": {"type": "layers", "diff_ids": ["%s"]}}' \
        "$(dpkg --print-architecture)" "$3" "$diff_id" > "$config"
    push_blob "$name" "$layer"
    push_blob "$name" "$config"
    image_manifest "$config" "$layer" > "$manifest"
    curl -sSf --noproxy '*' -X PUT -o /dev/null --data-binary "@$manifest" \
        -H 'Content-Type: application/vnd.oci.image.manifest.v1+json' \
        "http://$registry/v2/$name/manifests/$tag"
}

image_manifest() {
    local type=application/vnd.oci.image
    cat << JSON
{
  "schemaVersion": 2,
  "mediaType": "$type.manifest.v1+json",
  "config": $(descriptor $type.config.v1+json "$1"),
  "layers": [$(descriptor $type.layer.v1.tar+gzip "$2")]
}
JSON
}

descriptor() {
    printf '{"mediaType": "%s", "size": %s, "digest": "%s"}' \
        "$1" "$(stat -c %s "$2")" "$(digest "$2")"
}

digest() { echo "sha256:$(sha256sum < "$1" | cut -d' ' -f1)"; }

# push_blob NAME FILE: the registry says where to put it.
push_blob() {
    local place url="http://$registry/v2/$1/blobs"
    if curl -sf --noproxy '*' -I -o /dev/null "$url/$(digest "$2")"; then return 0; fi
    place=$(curl -sSf --noproxy '*' -X POST -D - -o /dev/null "$url/uploads/" |
        tr -d '\r' | sed -n 's/^Location: //Ip')
    curl -sSf --noproxy '*' -X PUT -o /dev/null --data-binary "@$2" \
        -H 'Content-Type: application/octet-stream' "$place&digest=$(digest "$2")"
}

# jre_root FOLDER JDK: what an agent and plain builds use of Java, without what
# only programs with windows need.
jre_root() {
    local file
    mkdir -p "$1"/{bin,etc,lib,lib64,opt,tmp,home/jenkins}
    chmod 1777 "$1/tmp" "$1/home/jenkins"
    "$2/bin/jlink" --output "$1/opt/java" --strip-java-debug-attributes --no-header-files --no-man-pages \
        --add-modules java.se,jdk.unsupported,jdk.crypto.ec,jdk.zipfs,jdk.management,jdk.httpserver,jdk.naming.dns
    # jlink leaves out the archive of ready-made classes, without which each start takes twice as long.
    "$1/opt/java/bin/java" -Xshare:dump > /dev/null
    # The C library's parts that the runtime loads, found where the loader expects them.
    for file in $(find "$1/opt/java" -name '*.so' -o -path '*/bin/java' | xargs ldd 2> /dev/null |
        grep -o '/[^ ]* (0x' | cut -d' ' -f1 | grep -v "^$1" | sort -u); do
        mkdir -p "$1$(dirname "$file")"
        cp -L "$file" "$1$file"
    done
    busybox_root "$1"
    # Debian's busybox has none, and Jenkins starts each shell script by it.
    printf '#!/bin/sh\ntrap "" HUP\nexec "$@"\n' > "$1/bin/nohup"
    chmod 755 "$1/bin/nohup"
    echo 'jenkins:x:1000:1000:jenkins:/home/jenkins:/bin/sh' >> "$1/etc/passwd"
    echo 'jenkins:x:1000:' >> "$1/etc/group"
}
