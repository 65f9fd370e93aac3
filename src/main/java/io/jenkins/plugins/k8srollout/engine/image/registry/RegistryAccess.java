package io.jenkins.plugins.k8srollout.engine.image.registry;

import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.io.Serializable;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Objects;

/**
 * Where a registry is and how to reach it. Immutable. Serializable only to travel to an agent over its channel: it
 * holds credentials and must never be written to disk.
 */
public final class RegistryAccess implements Serializable {
    private static final long serialVersionUID = 1L;
    private static final String DOCKER_HUB = "docker.io";
    // Docker Hub answers the API under another name than the one in image references.
    private static final String DOCKER_HUB_API = "registry-1.docker.io";

    private final String registry;
    private final boolean plainHttp;
    private final String caPem;
    private final RegistryCredentials credentials;
    private final Duration connectTimeout;
    private final Duration answerTimeout;
    private final Duration patience;
    private final long chunkBytes;

    private RegistryAccess(Builder from) {
        registry = from.registry;
        plainHttp = from.plainHttp;
        caPem = from.caPem;
        credentials = from.credentials;
        connectTimeout = from.connectTimeout;
        answerTimeout = from.answerTimeout;
        patience = from.patience;
        chunkBytes = from.chunkBytes;
    }

    /** @param registry host with optional port, as {@code ImageReference.registry()} gives it */
    public static Builder builder(String registry) {
        return new Builder(registry);
    }

    /** Host with optional port, as in image references. */
    public String registry() {
        return registry;
    }

    /** Whether requests go unencrypted; never assumed, not even for localhost. */
    public boolean plainHttp() {
        return plainHttp;
    }

    public RegistryCredentials credentials() {
        return credentials;
    }

    /** Certificates in PEM that are trusted besides the platform's; empty text for none. */
    String caPem() {
        return caPem;
    }

    Duration connectTimeout() {
        return connectTimeout;
    }

    Duration answerTimeout() {
        return answerTimeout;
    }

    Duration patience() {
        return patience;
    }

    long chunkBytes() {
        return chunkBytes;
    }

    /** {@code https://registry.example.com:8443}, without a path. */
    String origin() {
        return (plainHttp ? "http://" : "https://") + (registry.equals(DOCKER_HUB) ? DOCKER_HUB_API : registry);
    }

    /** Without credentials. */
    @Override
    public String toString() {
        return origin() + " as " + credentials.who();
    }

    /** Collects the settings. Not thread-safe. */
    public static final class Builder {
        private static final int MEBIBYTE = 1 << 20;
        private static final int HIGHEST_PORT = 65_535;

        private final String registry;
        private boolean plainHttp;
        private String caPem = "";
        private RegistryCredentials credentials = RegistryCredentials.anonymous();
        private Duration connectTimeout = Duration.ofSeconds(10);
        private Duration answerTimeout = Duration.ofSeconds(60);
        private Duration patience = Duration.ofSeconds(60);
        private long chunkBytes = 64L * MEBIBYTE;

        private Builder(String registry) {
            this.registry = Objects.requireNonNull(registry, "registry");
            if (!isAuthority(registry)) {
                throw ReleaseException.refused(
                        "read the registry's address",
                        registry.contains("@") ? "(hidden, it may hold a password)" : registry,
                        "it is not a host name with an optional port",
                        "Write it as in image names, without http:// and without a path: registry.example.com:5000");
            }
        }

        private static boolean isAuthority(String text) {
            try {
                URI address = new URI("https://" + text);
                boolean onlyHost = address.getHost() != null
                        && address.getRawPath().isEmpty()
                        && address.getRawUserInfo() == null
                        && address.getRawQuery() == null
                        && address.getRawFragment() == null;
                return onlyHost && !text.endsWith(":") && address.getPort() <= HIGHEST_PORT;
            } catch (URISyntaxException e) {
                return false;
            }
        }

        /** Allows, and uses, unencrypted HTTP. Default false. */
        public Builder plainHttp(boolean allowed) {
            plainHttp = allowed;
            return this;
        }

        /** Certificates in PEM to trust besides the platform's. Default none. */
        public Builder caPem(String pem) {
            caPem = Objects.requireNonNull(pem, "pem");
            return this;
        }

        /** Default anonymous. */
        public Builder credentials(RegistryCredentials who) {
            credentials = Objects.requireNonNull(who, "who");
            return this;
        }

        /** The longest wait for a connection. Default 10 s. */
        public Builder connectTimeout(Duration limit) {
            connectTimeout = Objects.requireNonNull(limit, "limit");
            return this;
        }

        /** The longest silence of a registry that has been asked, or in mid-transfer. Default 60 s. */
        public Builder answerTimeout(Duration limit) {
            answerTimeout = Objects.requireNonNull(limit, "limit");
            return this;
        }

        /**
         * How long failures that may pass are answered by trying again, counted from the first failure since there was
         * progress. Default 60 s; zero to fail at once.
         */
        public Builder patience(Duration limit) {
            patience = Objects.requireNonNull(limit, "limit");
            return this;
        }

        /** The most bytes of a blob in one request. Default 64 MiB; made smaller by itself where a proxy refuses it. */
        public Builder chunkBytes(long bytes) {
            if (bytes <= 0) {
                throw ReleaseException.refused(
                        "set the upload's chunk size",
                        String.valueOf(bytes),
                        "it is not positive",
                        "Leave it out for 64 MiB");
            }
            chunkBytes = bytes;
            return this;
        }

        public RegistryAccess build() {
            return new RegistryAccess(this);
        }
    }
}
