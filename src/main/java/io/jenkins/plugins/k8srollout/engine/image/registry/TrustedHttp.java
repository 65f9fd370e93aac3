package io.jenkins.plugins.k8srollout.engine.image.registry;

import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** Makes the HTTP client for one registry: trust, proxy, protocol version. */
final class TrustedHttp {
    private TrustedHttp() {}

    static HttpClient client(RegistryAccess access) {
        HttpClient.Builder builder = HttpClient.newBuilder()
                .connectTimeout(access.connectTimeout())
                // followed by hand, so that credentials go nowhere else
                .followRedirects(HttpClient.Redirect.NEVER)
                // without TLS an upgrade would have to be negotiated, which some proxies answer badly
                .version(access.plainHttp() ? HttpClient.Version.HTTP_1_1 : HttpClient.Version.HTTP_2);
        ProxySelector proxies = ProxySelector.getDefault();
        if (proxies != null) {
            builder.proxy(proxies);
        }
        if (access.plainHttp()) {
            // Otherwise the client would set up TLS with all the platform's certificates first, for nothing.
            builder.sslContext(NoTls.context());
        } else if (!access.caPem().isBlank()) {
            builder.sslContext(trusting(access));
        }
        return builder.build();
    }

    /** A TLS context that trusts the configured authorities besides the platform's. */
    static SSLContext trusting(RegistryAccess access) {
        Collection<? extends Certificate> added = certificates(access);
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int count = 0;
            for (X509Certificate known : platformAuthorities()) {
                store.setCertificateEntry("platform-" + count++, known);
            }
            for (Certificate authority : added) {
                store.setCertificateEntry("configured-" + count++, authority);
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, factory.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("every Java platform must have TLS and a key store in memory", e);
        }
    }

    private static X509Certificate[] platformAuthorities() throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init((KeyStore) null);
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509TrustManager known) {
                return known.getAcceptedIssuers();
            }
        }
        return new X509Certificate[0];
    }

    private static Collection<? extends Certificate> certificates(RegistryAccess access) {
        try {
            Collection<? extends Certificate> found = CertificateFactory.getInstance("X.509")
                    .generateCertificates(
                            new ByteArrayInputStream(access.caPem().getBytes(StandardCharsets.UTF_8)));
            if (found.isEmpty()) {
                throw unreadable(access, "there is no certificate in it");
            }
            return found;
        } catch (CertificateException e) {
            throw unreadable(access, "it is no certificate in PEM");
        }
    }

    private static ReleaseException unreadable(RegistryAccess access, String reason) {
        return ReleaseException.refused(
                "read the CA certificate of the registry",
                access.registry(),
                reason,
                "Paste the authority's certificate with its BEGIN CERTIFICATE and END CERTIFICATE lines");
    }
}
