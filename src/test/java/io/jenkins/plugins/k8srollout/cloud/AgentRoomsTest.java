package io.jenkins.plugins.k8srollout.cloud;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.Selection;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.run.EngineServices;
import io.jenkins.plugins.k8srollout.testutil.FakeCluster;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import jenkins.model.Jenkins;
import org.junit.Rule;
import org.junit.Test;
import org.jvnet.hudson.test.JenkinsSessionRule;

/** What agents leave in a cluster when Jenkins ends in an orderly way. */
public class AgentRoomsTest {
    @Rule
    public final JenkinsSessionRule sessions = new JenkinsSessionRule();

    private final FakeCluster cluster = new FakeCluster();
    private final CountDownLatch leased = new CountDownLatch(1);

    @Test
    public void theEndOfJenkinsEndsTheWatchAndGivesTheLeaseBack() throws Throwable {
        cluster.react("Lease", lease -> leased.countDown());
        EngineServices[] services = new EngineServices[1];
        sessions.then(jenkins -> {
            AgentPodCloud cloud = new AgentPodCloud("pods");
            AgentRooms.get().use(cloud, "ci", cluster);
            Jenkins.get().clouds.replaceBy(List.of(cloud));
            assertThat(leased.await(1, TimeUnit.MINUTES), is(true));
            services[0] = EngineServices.get();
        });
        assertThat(cluster.openWatches(), is(0));
        List<KubeObject> leases = cluster.list(Selection.of("coordination.k8s.io/v1", "Lease", "ci"));
        assertThat(leases.get(0).text("spec", "holderIdentity").orElse(""), is(""));
        assertThat("what the agents used is closed after them", services[0].isClosing(), is(true));
    }
}
