package io.jenkins.plugins.k8srollout.testutil;

import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import io.jenkins.plugins.k8srollout.testutil.ScriptedServer.Reply;
import io.jenkins.plugins.k8srollout.testutil.ScriptedServer.Seen;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A registry in memory that keeps to the OCI distribution protocol: blobs, mounts, resumable uploads, manifests, tags.
 * Faults are written down as rules of its {@link #server}. Thread-safe.
 */
public final class FakeRegistry implements AutoCloseable {
    private static final Pattern PATH =
            Pattern.compile("/v2/(?<repository>.+?)/(?<what>blobs/uploads|blobs|manifests|tags)/(?<name>.*)");

    private final ScriptedServer server;
    // repository + "@" + digest, repository + ":" + tag
    private final Map<String, byte[]> blobs = new ConcurrentHashMap<>();
    private final Map<String, Stored> manifests = new ConcurrentHashMap<>();
    private final Map<String, ByteArrayOutputStream> uploads = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();

    private record Stored(String mediaType, byte[] content) {}

    public FakeRegistry() {
        this(ScriptedServer.start());
    }

    public FakeRegistry(ScriptedServer server) {
        this.server = server.otherwise(this::answer);
    }

    public ScriptedServer server() {
        return server;
    }

    /** Host and port, as in image names. */
    public String authority() {
        return server.authority();
    }

    public ImageDigest addBlob(String repository, byte[] content) {
        ImageDigest digest = ImageDigest.of(content);
        blobs.put(repository + "@" + digest, content);
        return digest;
    }

    public ImageDigest addManifest(String repository, String tag, String mediaType, byte[] content) {
        ImageDigest digest = ImageDigest.of(content);
        manifests.put(repository + "@" + digest, new Stored(mediaType, content));
        manifests.put(repository + ":" + tag, new Stored(mediaType, content));
        return digest;
    }

    /** Null if there is none. */
    public byte[] blob(String repository, ImageDigest digest) {
        return blobs.get(repository + "@" + digest);
    }

    /** By tag or digest; null if there is none. */
    public byte[] manifest(String repository, String reference) {
        Stored stored = manifests.get(key(repository, reference));
        return stored == null ? null : stored.content();
    }

    /** Adds to the newest upload what a broken connection had brought. */
    public void keep(byte[] part) {
        uploads.get(String.valueOf(count.get())).writeBytes(part);
    }

    /** Loses all uploads, as a registry restarted without shared state does. */
    public void loseUploads() {
        uploads.clear();
    }

    public int openUploads() {
        return uploads.size();
    }

    /** What it answers; to be put behind rules of one's own, as authorization. */
    public Reply answer(Seen request) {
        if (request.path().equals("/v2/")) {
            return Reply.status(200).json("{}");
        }
        Matcher path = PATH.matcher(request.path());
        if (!path.matches()) {
            return error(404, "NAME_UNKNOWN", "no such path");
        }
        String repository = path.group("repository");
        String name = path.group("name");
        return switch (path.group("what")) {
            case "blobs" -> blob(request, repository, name);
            case "blobs/uploads" -> name.isEmpty() ? open(request, repository) : upload(request, repository, name);
            case "manifests" -> manifest(request, repository, name);
            default -> tags(repository);
        };
    }

    public static Reply error(int status, String code, String message) {
        return Reply.status(status)
                .json("{\"errors\":[{\"code\":\"%s\",\"message\":\"%s\"}]}".formatted(code, message));
    }

    private Reply blob(Seen request, String repository, String digest) {
        byte[] content = blobs.get(repository + "@" + digest);
        if (content == null) {
            return error(404, "BLOB_UNKNOWN", "blob unknown to registry");
        }
        Reply reply = Reply.status(200).header("Docker-Content-Digest", digest);
        String range = request.header("Range");
        if (range.isEmpty()) {
            return reply.body(content);
        }
        int from = Integer.parseInt(range.replaceAll("bytes=([0-9]+)-.*", "$1"));
        return Reply.status(206)
                .body(Arrays.copyOfRange(content, from, content.length))
                .header("Content-Range", "bytes " + from + "-" + (content.length - 1) + "/" + content.length);
    }

    private Reply open(Seen request, String repository) {
        String mount = parameter(request, "mount");
        byte[] content = blobs.get(parameter(request, "from") + "@" + mount);
        if (content != null) {
            blobs.put(repository + "@" + mount, content);
            return Reply.status(201).header("Location", "/v2/" + repository + "/blobs/" + mount);
        }
        String id = String.valueOf(count.incrementAndGet());
        uploads.put(id, new ByteArrayOutputStream());
        return state(202, repository, id);
    }

    private Reply upload(Seen request, String repository, String id) {
        ByteArrayOutputStream upload = uploads.get(id);
        if (upload == null) {
            return error(404, "BLOB_UPLOAD_UNKNOWN", "blob upload unknown to registry");
        }
        String range = request.header("Content-Range");
        if (!range.isEmpty() && !range.startsWith(upload.size() + "-")) {
            return error(416, "RANGE_INVALID", "invalid content range");
        }
        upload.writeBytes(request.body());
        return switch (request.method()) {
            case "GET" -> state(204, repository, id);
            case "PATCH" -> state(202, repository, id);
            case "PUT" -> complete(repository, id, parameter(request, "digest"));
            default -> {
                uploads.remove(id);
                yield Reply.status(204);
            }
        };
    }

    private Reply complete(String repository, String id, String digest) {
        byte[] content = uploads.remove(id).toByteArray();
        if (!ImageDigest.of(content).toString().equals(digest)) {
            return error(400, "DIGEST_INVALID", "provided digest did not match uploaded content");
        }
        blobs.put(repository + "@" + digest, content);
        return Reply.status(201).header("Location", "/v2/" + repository + "/blobs/" + digest);
    }

    private Reply state(int status, String repository, String id) {
        int size = uploads.get(id).size();
        return Reply.status(status)
                .header("Location", "/v2/" + repository + "/blobs/uploads/" + id + "?_state=" + size)
                .header("Range", "0-" + Math.max(0, size - 1));
    }

    private Reply manifest(Seen request, String repository, String reference) {
        if (request.method().equals("PUT")) {
            Stored stored = new Stored(request.header("Content-Type"), request.body());
            String digest = ImageDigest.of(request.body()).toString();
            manifests.put(repository + "@" + digest, stored);
            manifests.put(key(repository, reference), stored);
            return Reply.status(201).header("Docker-Content-Digest", digest);
        }
        Stored stored = manifests.get(key(repository, reference));
        return stored == null
                ? error(404, "MANIFEST_UNKNOWN", "manifest unknown")
                : Reply.status(200)
                        .header("Content-Type", stored.mediaType())
                        .header(
                                "Docker-Content-Digest",
                                ImageDigest.of(stored.content()).toString())
                        .body(stored.content());
    }

    private Reply tags(String repository) {
        String tags = new TreeMap<>(manifests)
                .keySet().stream()
                        .filter(key -> key.startsWith(repository + ":"))
                        .map(key -> "\"" + key.substring(repository.length() + 1) + "\"")
                        .reduce((a, b) -> a + "," + b)
                        .orElse("");
        return Reply.status(200).json("{\"name\":\"" + repository + "\",\"tags\":[" + tags + "]}");
    }

    private static String key(String repository, String reference) {
        return repository + (reference.contains(":") ? "@" : ":") + reference;
    }

    private static String parameter(Seen request, String name) {
        for (String pair : request.query().split("&")) {
            if (pair.startsWith(name + "=")) {
                return pair.substring(name.length() + 1);
            }
        }
        return "";
    }

    @Override
    public void close() {
        server.close();
    }
}
