package io.jenkins.plugins.k8srollout.engine.image.registry;

import io.jenkins.plugins.k8srollout.engine.model.ImageReference;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.testutil.CapturingSink;
import io.jenkins.plugins.k8srollout.testutil.FakeRegistry;
import io.jenkins.plugins.k8srollout.testutil.LeapScheduler;
import io.jenkins.plugins.k8srollout.testutil.ScriptedServer;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.rules.ExternalResource;

/** A registry in memory, a clock that leaps, and clients of both. */
final class RegistryFixture extends ExternalResource {
    static final String PASSWORD = "s3cr3t/+pässword";
    static final RegistryCredentials ROBOT = RegistryCredentials.password("robot$shop", PASSWORD);

    final LeapScheduler scheduler = new LeapScheduler();
    final CapturingSink sink = new CapturingSink();
    FakeRegistry registry;
    ScriptedServer server;
    private RegistryClient client;

    @Override
    protected void before() {
        registry = new FakeRegistry();
        server = registry.server();
    }

    @Override
    protected void after() {
        if (client != null) {
            client.close();
        }
        registry.close();
    }

    RegistryClient client() {
        return client(access -> access);
    }

    RegistryClient client(UnaryOperator<RegistryAccess.Builder> settings) {
        RegistryAccess.Builder access =
                RegistryAccess.builder(registry.authority()).plainHttp(true);
        client = RegistryClient.open(settings.apply(access).build(), sink, scheduler);
        return client;
    }

    ImageReference image(String rest) {
        return ImageReference.parse(registry.authority() + "/" + rest);
    }

    static byte[] random(int size) {
        byte[] content = new byte[size];
        new Random(size).nextBytes(content);
        return content;
    }

    /** The problem that {@code work} fails with; its sentence must not give the password away. */
    static Problem problem(Runnable work) {
        try {
            work.run();
        } catch (ReleaseException e) {
            for (Throwable at = e; at != null; at = at.getCause()) {
                if (String.valueOf(at).contains(PASSWORD)) {
                    throw new AssertionError("the password is in the message " + at);
                }
            }
            return e.problem();
        }
        throw new AssertionError("nothing failed");
    }
}
