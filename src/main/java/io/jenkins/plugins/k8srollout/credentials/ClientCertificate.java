package io.jenkins.plugins.k8srollout.credentials;

import com.cloudbees.plugins.credentials.common.StandardCertificateCredentials;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.Collections;

/** A client certificate with its key, out of the key store that Jenkins keeps, as the PEM texts that clients take. */
final class ClientCertificate {
    private static final int LINE = 64;

    private ClientCertificate() {}

    /** @throws ReleaseException if the store has no key, or cannot be opened */
    static ClusterLogin login(StandardCertificateCredentials found) {
        try {
            KeyStore store = found.getKeyStore();
            for (String alias : Collections.list(store.aliases())) {
                if (store.isKeyEntry(alias)) {
                    Key key = store.getKey(
                            alias, found.getPassword().getPlainText().toCharArray());
                    return new ClusterLogin(
                            ClusterLogin.Kind.CERTIFICATE,
                            chain(store.getCertificateChain(alias)),
                            pem("PRIVATE KEY", key.getEncoded()));
                }
            }
        } catch (GeneralSecurityException e) {
            // Without the cause, whose words could tell of the store's content
            throw refused(found, "its key cannot be read with its password");
        }
        throw refused(found, "it holds no private key");
    }

    private static ReleaseException refused(StandardCertificateCredentials found, String reason) {
        return new ReleaseException(new Problem(
                Problem.Kind.NOT_PERMITTED,
                "use the client certificate",
                found.getId(),
                reason,
                "Upload a PKCS #12 file with the client's certificate and key, and its password"));
    }

    private static String chain(Certificate[] certificates) throws GeneralSecurityException {
        StringBuilder pem = new StringBuilder();
        for (Certificate certificate : certificates) {
            pem.append(pem("CERTIFICATE", certificate.getEncoded()));
        }
        return pem.toString();
    }

    private static String pem(String what, byte[] content) {
        byte[] lineEnd = {'\n'};
        return "-----BEGIN " + what + "-----\n"
                + new String(Base64.getMimeEncoder(LINE, lineEnd).encode(content), StandardCharsets.US_ASCII)
                + "\n-----END " + what + "-----\n";
    }
}
