package io.jenkins.plugins.k8srollout.config;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import hudson.util.FormValidation;
import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.AccessRight;
import io.jenkins.plugins.k8srollout.engine.release.ConnectionReport;
import io.jenkins.plugins.k8srollout.engine.release.ConnectionReport.Work;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;

public class ConnectionReportMarkupTest {
    private static final String HOSTILE = "<img src=x onerror=alert(1)>";
    private final Locale before = Locale.getDefault();

    @Before
    public void english() {
        Locale.setDefault(Locale.ENGLISH);
    }

    @After
    public void asBefore() {
        Locale.setDefault(before);
    }

    @Test
    public void whatTheServerSaysIsNoMarkup() {
        FormValidation shown = ConnectionReportMarkup.of(new ConnectionReport(
                "https://" + HOSTILE,
                HOSTILE,
                Optional.of(HOSTILE),
                "shop",
                "kubernetes-rollout",
                List.of(work("rollout", false, new AccessRight(HOSTILE, "apps", HOSTILE, "shop")))));

        assertThat(shown.kind, is(FormValidation.Kind.WARNING));
        assertThat(shown.getMessage(), not(containsString("<img")));
        assertThat(shown.getMessage(), containsString("&lt;img src=x"));
    }

    @Test
    public void rightsAndTheRoleThatGrantsThem() {
        FormValidation shown = ConnectionReportMarkup.of(new ConnectionReport(
                "https://k8s.example.com",
                "1.34",
                Optional.empty(),
                "shop",
                "kubernetes-rollout",
                List.of(
                        work("wait", false),
                        work("rollout", false, new AccessRight("patch", "apps", "deployments", "shop")),
                        work("create-namespace", true, new AccessRight("create", "", "namespaces", "")))));

        assertThat(shown.getMessage(), containsString("Kubernetes 1.34 at https://k8s.example.com answers."));
        assertThat(shown.getMessage(), containsString("does not tell whom"));
        assertThat(shown.getMessage(), containsString("<li>Wait until healthy: all rights in namespace shop.</li>"));
        assertThat(shown.getMessage(), containsString("Roll out: missing in namespace shop: patch deployments."));
        assertThat(shown.getMessage(), containsString("unless they ask for it: create namespaces."));
        assertThat(
                shown.getMessage(),
                containsString("<pre>apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata:\n  name: "));
        assertThat(shown.getMessage(), containsString("kind: Role"));
    }

    @Test
    public void nothingMissingIsWell() {
        FormValidation shown = ConnectionReportMarkup.of(new ConnectionReport(
                "https://k8s.example.com",
                "1.34",
                Optional.of("system:admin"),
                "shop",
                "kubernetes-rollout",
                List.of(work("wait", false))));

        assertThat(shown.kind, is(FormValidation.Kind.OK));
        assertThat(shown.getMessage(), containsString("for the user system:admin"));
        assertThat(shown.getMessage(), not(containsString("<pre>")));
    }

    private static Work work(String name, boolean optional, AccessRight... missing) {
        return new Work(name, optional, List.of(missing), List.of(missing));
    }
}
