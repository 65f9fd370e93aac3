package io.jenkins.plugins.k8srollout.engine.cluster;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;

import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import org.junit.Test;

public class KeyAlgorithmTest {

    @Test
    public void tellsEllipticCurvesFromRsa() throws NoSuchAlgorithmException {
        for (String algorithm : new String[] {"EC", "RSA"}) {
            byte[] der = KeyPairGenerator.getInstance(algorithm)
                    .generateKeyPair()
                    .getPrivate()
                    .getEncoded();
            String pem = "-----BEGIN PRIVATE KEY-----\n"
                    + Base64.getMimeEncoder().encodeToString(der) + "\n-----END PRIVATE KEY-----\n";
            assertThat(KeyAlgorithm.of(pem), equalTo(algorithm));
        }
    }
}
