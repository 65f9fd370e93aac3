package io.jenkins.plugins.k8srollout.engine.harbor;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.emptyString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.Assume.assumeTrue;

import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.engine.image.registry.RegistryAccess;
import io.jenkins.plugins.k8srollout.engine.image.registry.RegistryApi;
import io.jenkins.plugins.k8srollout.engine.image.registry.RegistryCredentials;
import java.net.URI;
import org.junit.Test;

/**
 * The same questions to a Harbor that is none of ours: HARBOR_URL, with HARBOR_USERNAME and HARBOR_PASSWORD. It reads
 * only; skipped without.
 */
public class RealHarborTest {

    @Test
    public void aRealHarborAnswersWhatTheContractSays() {
        String url = System.getenv().getOrDefault("HARBOR_URL", "");
        assumeTrue("HARBOR_URL is not set", !url.isEmpty());
        URI address = URI.create(url);
        RegistryAccess access = RegistryAccess.builder(address.getAuthority())
                .plainHttp("http".equals(address.getScheme()))
                .credentials(RegistryCredentials.password(
                        System.getenv().getOrDefault("HARBOR_USERNAME", ""),
                        System.getenv().getOrDefault("HARBOR_PASSWORD", "")))
                .build();
        try (RegistryApi api = RegistryApi.open(access, ProgressSink.NONE)) {
            HarborClient client = new HarborClient(api);
            HarborReport report = HarborReport.of(client).orElseThrow();
            if (client.isLoggedIn()) {
                assertThat(report.info().version(), not(emptyString()));
            }
            for (HarborReport.InProject one : report.projects()) {
                assertThat(client.project(one.project().name()).isPresent(), is(true));
                client.quota(one.project());
                client.immutableRules(one.project());
            }
        }
    }
}
