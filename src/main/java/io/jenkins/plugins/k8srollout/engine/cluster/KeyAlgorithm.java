package io.jenkins.plugins.k8srollout.engine.cluster;

import java.util.Base64;
import java.util.HexFormat;

/** Tells an elliptic-curve key from an RSA key, which the client wants to be told. */
final class KeyAlgorithm {
    // DER of the object identifier 1.2.840.10045.2.1, id-ecPublicKey (RFC 5480)
    private static final String EC_OID = "06072a8648ce3d0201";

    private KeyAlgorithm() {}

    /** @param keyPem a private key in PEM, PKCS#1, SEC 1 or PKCS#8 */
    static String of(String keyPem) {
        if (keyPem.contains("BEGIN EC PRIVATE KEY")) {
            return "EC";
        }
        return HexFormat.of().formatHex(der(keyPem)).contains(EC_OID) ? "EC" : "RSA";
    }

    private static byte[] der(String pem) {
        String body = pem.replaceAll("-----[^-]*-----", "");
        try {
            return Base64.getMimeDecoder().decode(body);
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }
}
