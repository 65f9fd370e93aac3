package io.jenkins.plugins.k8srollout.run;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.Assert.assertThrows;

import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.Test;

public class PullSecretManifestTest {
    private static final Set<String> HARBOR = Set.of("harbor.example.com");

    @Test
    public void whatIsNotTheSameHasNotTheSameName() {
        Set<String> names = Stream.of(
                        PullSecretManifest.name("harbor.pull", "shop", HARBOR),
                        PullSecretManifest.name("harbor-pull", "shop", HARBOR),
                        PullSecretManifest.name("harbor-pull", "bank", HARBOR),
                        PullSecretManifest.name("harbor-pull", "shop", Set.of("other.example.com")))
                .collect(Collectors.toSet());
        assertThat(names.size(), is(4));
        assertThat(PullSecretManifest.name("harbor-pull", "shop", HARBOR), startsWith("k8s-rollout-pull-harbor-pull-"));
    }

    @Test
    public void everyIdGivesAValidName() {
        for (String id : new String[] {"拉取凭据", "Harbor Pull!", "-", "a".repeat(300), "a".repeat(199) + ".b"}) {
            String name = PullSecretManifest.name(id, "", HARBOR);
            assertThat(name, matchesPattern("[a-z0-9]([-a-z0-9]{0,251}[a-z0-9])?"));
        }
    }

    @Test
    public void aPasswordGoesToItsOwnRegistryOnly() {
        UnaryOperator<String> configured = host -> host.equals("harbor.example.com") ? "harbor-robot" : "";
        Set<String> hosts = new TreeSet<>(Set.of("harbor.example.com", "docker.io"));
        PullSecretManifest.keepThoseFor("harbor-robot", hosts, configured);
        assertThat(hosts, is(HARBOR));

        Set<String> unknown = new TreeSet<>(Set.of("harbor.example.com", "docker.io"));
        ReleaseException refused = assertThrows(
                ReleaseException.class, () -> PullSecretManifest.keepThoseFor("another", unknown, configured));
        assertThat(refused.getMessage(), containsString("docker.io, harbor.example.com"));

        Set<String> single = new TreeSet<>(HARBOR);
        PullSecretManifest.keepThoseFor("another", single, configured);
        assertThat("there is no other that it could be for", single, is(HARBOR));
    }
}
