package io.jenkins.plugins.k8srollout.engine.health;

import java.util.List;

/**
 * What a runtime's words say about a failed pull, and whether trying again can help. The first kind whose words occur
 * counts; faults that pass come first, because an overloaded registry may answer them with any status.
 */
enum PullFault {
    UNREACHABLE(
            "ImagePullFailed",
            false,
            List.of(
                    "timeout",
                    "timed out",
                    "deadline exceeded",
                    "connection refused",
                    "connection reset",
                    "connection closed",
                    "broken pipe",
                    "unexpected eof",
                    ": eof",
                    "no route to host",
                    "network is unreachable",
                    "no such host",
                    "server misbehaving",
                    "temporary failure in name resolution",
                    "context canceled")) {
        @Override
        String remedy(String image) {
            return "See whether the nodes reach the registry " + registry(image);
        }
    },
    OVERLOADED(
            "ImagePullFailed",
            false,
            List.of(
                    "too many requests",
                    "toomanyrequests",
                    "rate limit",
                    "qps exceeded",
                    "internal server error",
                    "bad gateway",
                    "service unavailable",
                    "gateway timeout",
                    "500",
                    "502",
                    "503",
                    "504",
                    "429")) {
        @Override
        String remedy(String image) {
            return "The registry " + registry(image) + " is overloaded or limits its clients; try again later";
        }
    },
    NODE_FULL("NodeDiskFull", false, List.of("no space left on device", "disk quota exceeded")) {
        @Override
        String remedy(String image) {
            return "Free disk space on the node, or make the image smaller";
        }
    },
    TLS(
            "ImageRegistryTls",
            true,
            List.of(
                    "x509",
                    "certificate",
                    "http response to https client",
                    "tls: ",
                    "first record does not look like a tls")) {
        @Override
        String remedy(String image) {
            return "Let the nodes' container runtime trust " + registry(image)
                    + ": install its CA, or allow plain HTTP for it";
        }
    },
    PLATFORM("ImagePlatformMissing", true, List.of("no match for platform", "no matching manifest")) {
        @Override
        String remedy(String image) {
            return "Build the image for the nodes' platform";
        }
    },
    DENIED(
            "ImagePullDenied",
            true,
            List.of(
                    "unauthorized",
                    "authentication required",
                    "authorization failed",
                    "no basic auth credentials",
                    "denied",
                    "forbidden",
                    "may require 'docker login'")) {
        @Override
        String remedy(String image) {
            return "Give the pod an imagePullSecret that may read the repository; many registries answer so for one"
                    + " that does not exist, so check the name too";
        }
    },
    NOT_FOUND(
            "ImageNotFound",
            true,
            List.of("not found", "manifest unknown", "name unknown", "does not exist", "unknown manifest")) {
        @Override
        String remedy(String image) {
            return "Push the image, or correct its name and tag";
        }
    },
    OTHER("ImagePullFailed", false, List.of()) {
        @Override
        String remedy(String image) {
            return "See whether the nodes can pull from " + registry(image);
        }
    };

    private final String code;
    private final boolean certain;
    private final List<String> words;

    PullFault(String code, boolean certain, List<String> words) {
        this.code = code;
        this.certain = certain;
        this.words = words;
    }

    static PullFault of(String message) {
        String bare = ServerWords.bare(message);
        for (PullFault fault : values()) {
            if (ServerWords.hasAny(bare, fault.words)) {
                return fault;
            }
        }
        return OTHER;
    }

    String code() {
        return code;
    }

    boolean isCertain() {
        return certain;
    }

    abstract String remedy(String image);

    private static String registry(String image) {
        int slash = image.indexOf('/');
        String host = slash < 0 ? "" : image.substring(0, slash);
        return host.contains(".") || host.contains(":") || host.equals("localhost") ? host : "docker.io";
    }
}
