package io.jenkins.plugins.k8srollout.engine.manifest.check;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** The values under a Secret's {@code data} are base64, and a TLS Secret has its two keys. Shows no values. */
final class SecretDataRule implements Rule.OfItem {

    @Override
    public void check(Item item, Folder folder, Report report) {
        if (!item.isCore("Secret")) {
            return;
        }
        KubeObject secret = item.object();
        secret.strings("data").forEach((key, value) -> {
            if (decoded(value).isEmpty()) {
                report.error(
                        item,
                        "secret-not-base64",
                        "the value of '" + key + "' is not base64",
                        "Encode it with base64 -w0, or move it to stringData, where plain text goes",
                        "data",
                        key);
            }
        });
        if (secret.text("type").filter("kubernetes.io/tls"::equals).isPresent()) {
            for (String key : List.of("tls.crt", "tls.key")) {
                if (!secret.has("data", key) && !secret.has("stringData", key)) {
                    report.error(
                            item,
                            "secret-keys",
                            "the key '" + key + "' is missing",
                            "Add it; type kubernetes.io/tls needs it",
                            "type");
                }
            }
        }
    }

    /** Decodes as Kubernetes does: padding is needed, line ends are ignored. */
    static Optional<byte[]> decoded(String text) {
        try {
            String joined = text.replace("\n", "").replace("\r", "");
            return joined.length() % 4 == 0 ? Optional.of(Base64.getDecoder().decode(joined)) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
