package io.jenkins.plugins.k8srollout.run;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.is;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterAccess;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort;
import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.event.ProgressSink;
import io.jenkins.plugins.k8srollout.run.SharedClusters.Lease;
import io.jenkins.plugins.k8srollout.testutil.CapturingSink;
import io.jenkins.plugins.k8srollout.testutil.ManualScheduler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.Test;

public class SharedClustersTest {
    private final ManualScheduler scheduler = new ManualScheduler();
    private final List<String> log = new ArrayList<>();
    private final SharedClusters clusters = new SharedClusters(this::connect, scheduler);

    @Test
    public void equalAccessesShareOneConnection() {
        Lease one = clusters.lease(access("secret"), ProgressSink.NONE);
        Lease two = clusters.lease(access("secret"), ProgressSink.NONE);
        Lease other = clusters.lease(access("another"), ProgressSink.NONE);

        assertThat(log, contains("open", "open"));
        one.close();
        two.close();
        other.close();
    }

    @Test
    public void isClosedOnlyWhenIdleForAWhile() {
        Lease one = clusters.lease(access("secret"), ProgressSink.NONE);
        Lease two = clusters.lease(access("secret"), ProgressSink.NONE);
        one.close();
        one.close();
        scheduler.advance(Duration.ofHours(1));
        assertThat("still used by the other", log, contains("open"));

        two.close();
        scheduler.advance(Duration.ofMinutes(4));
        Lease three = clusters.lease(access("secret"), ProgressSink.NONE);
        scheduler.advance(Duration.ofHours(1));
        assertThat("used again in time", log, contains("open"));

        three.close();
        scheduler.advance(Duration.ofMinutes(5));
        assertThat(log, contains("open", "close"));
        assertThat(scheduler.pending(), is(0));
    }

    @Test
    public void nobodyIsToldOfAnotherBuildsCalls() {
        CapturingSink one = new CapturingSink();
        CapturingSink two = new CapturingSink();
        Lease first = clusters.lease(access("secret"), one);
        Lease second = clusters.lease(access("secret"), two);

        first.port().address();

        assertThat(one.events().size(), is(1));
        assertThat(two.events().size(), is(0));
        first.close();
        second.port().address();
        assertThat("one's end is not the other's", two.events().size(), is(1));
    }

    @Test
    public void closingClosesAll() {
        clusters.lease(access("secret"), ProgressSink.NONE);
        clusters.close();

        assertThat(log, contains("open", "close"));
    }

    private static ClusterAccess access(String token) {
        return ClusterAccess.server("https://10.0.0.1:6443", "").withToken(token);
    }

    private SharedClusters.Connection connect(ClusterAccess access) {
        log.add("open");
        return new SharedClusters.Connection() {
            @Override
            public ClusterPort reportingTo(ProgressSink sink) {
                return (ClusterPort) Proxy.newProxyInstance(
                        getClass().getClassLoader(), new Class<?>[] {ClusterPort.class}, (proxy, method, arguments) -> {
                            if (method.getName().equals("address")) {
                                sink.accept(new ProgressEvent.BuilderOutput("asked"));
                            }
                            return null;
                        });
            }

            @Override
            public void close() {
                log.add("close");
            }
        };
    }
}
