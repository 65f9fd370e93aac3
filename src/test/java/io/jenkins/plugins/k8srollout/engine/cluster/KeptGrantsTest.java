package io.jenkins.plugins.k8srollout.engine.cluster;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.AccessRight;
import io.jenkins.plugins.k8srollout.testutil.FakeObjects;
import io.jenkins.plugins.k8srollout.testutil.ManualScheduler;
import java.time.Duration;
import org.junit.Test;

public class KeptGrantsTest {
    private static final AccessRight GET = new AccessRight("get", "", "pods", "shop");

    private final ManualScheduler clock = new ManualScheduler();
    private final KeptGrants grants = new KeptGrants(clock);

    @Test
    public void grantsOfANamespaceAreKeptForFiveMinutes() {
        assertThat(grants.include(GET), is(false));
        grants.put(
                "shop",
                GrantedRights.of(FakeObjects.parse(
                        "{status: {resourceRules: [{verbs: [get], apiGroups: [''], resources: [pods]}]}}")));
        assertThat(grants.include(GET), is(true));
        assertThat(grants.include(new AccessRight("get", "", "pods", "other")), is(false));
        assertThat(grants.include(new AccessRight("list", "", "pods", "shop")), is(false));
        clock.advance(Duration.ofMinutes(5));
        assertThat(grants.include(GET), is(false));
    }
}
