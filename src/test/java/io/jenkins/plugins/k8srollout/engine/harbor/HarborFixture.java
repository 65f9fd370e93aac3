package io.jenkins.plugins.k8srollout.engine.harbor;

import io.jenkins.plugins.k8srollout.engine.image.registry.RegistryAccess;
import io.jenkins.plugins.k8srollout.engine.image.registry.RegistryApi;
import io.jenkins.plugins.k8srollout.engine.image.registry.RegistryCredentials;
import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import io.jenkins.plugins.k8srollout.testutil.CapturingSink;
import io.jenkins.plugins.k8srollout.testutil.FakeHarbor;
import io.jenkins.plugins.k8srollout.testutil.LeapScheduler;
import java.nio.charset.StandardCharsets;
import org.junit.rules.ExternalResource;

/** A Harbor in memory with the project shop, a clock that leaps, and a client of both. */
final class HarborFixture extends ExternalResource {
    static final HarborRepository WEB = new HarborRepository("shop", "team/web");
    static final String REPOSITORY = "shop/team/web";
    static final ImageDigest DIGEST = digest("web");

    final LeapScheduler scheduler = new LeapScheduler();
    final CapturingSink sink = new CapturingSink();
    FakeHarbor harbor;
    HarborClient client;
    private RegistryApi api;

    @Override
    protected void before() {
        harbor = new FakeHarbor().project("shop", false);
        client = client(RegistryCredentials.password(FakeHarbor.USER, FakeHarbor.PASSWORD));
    }

    HarborClient client(RegistryCredentials who) {
        closeApi();
        api = RegistryApi.open(
                RegistryAccess.builder(harbor.authority())
                        .plainHttp(true)
                        .credentials(who)
                        .build(),
                sink,
                scheduler);
        return new HarborClient(api);
    }

    HarborProject shop() {
        return client.project("shop").orElseThrow();
    }

    @Override
    protected void after() {
        closeApi();
        harbor.close();
    }

    private void closeApi() {
        if (api != null) {
            api.close();
        }
    }

    static ImageDigest digest(String content) {
        return ImageDigest.of(content.getBytes(StandardCharsets.UTF_8));
    }

    /** The problem that {@code work} fails with; its sentence must not give the password away. */
    static Problem problem(Runnable work) {
        try {
            work.run();
        } catch (ReleaseException e) {
            if (e.getMessage().contains(FakeHarbor.PASSWORD)) {
                throw new AssertionError("the password is in the message " + e.getMessage());
            }
            return e.problem();
        }
        throw new AssertionError("nothing failed");
    }
}
