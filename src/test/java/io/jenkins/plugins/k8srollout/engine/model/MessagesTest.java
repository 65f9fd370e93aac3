package io.jenkins.plugins.k8srollout.engine.model;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import io.jenkins.plugins.k8srollout.engine.model.Finding.Severity;
import io.jenkins.plugins.k8srollout.engine.model.Problem.Kind;
import java.util.List;
import org.junit.Test;

/** The sentences that {@link Problem}, {@link Finding} and {@link ObjectRef} make; logs and tests of shells rely on them. */
public class MessagesTest {

    @Test
    public void problemSaysWhatOnWhatWhyAndWhatNow() {
        Problem full = new Problem(
                Kind.REFUSED_INPUT,
                "read onFailure",
                "undo",
                "there is no such choice",
                "Leave it out",
                List.of("rollback", "hold"));
        assertThat(
                full.sentence(),
                is("Could not read onFailure: undo: there is no such choice. Leave it out. Valid: rollback, hold."));
        assertThat(
                new Problem(Kind.FAILED, "build", "", "disk full", "").sentence(), is("Could not build: disk full."));
        assertThat(new ReleaseException(full).getMessage(), is(full.sentence()));
    }

    @Test
    public void yamlThatPeopleCopyEndsWithoutAFullStop() {
        Problem problem = new Problem(Kind.NOT_PERMITTED, "release", "", "rights lack", "Apply this:\nverbs: [patch]");
        assertThat(problem.sentence(), is("Could not release: rights lack. Apply this:\nverbs: [patch]"));
    }

    @Test
    public void findingHasTheFormThatEditorsJumpTo() {
        Finding finding = new Finding(
                Severity.ERROR, "volume-missing", "deploy/web.yaml", 2, 12, "Deployment/web", "it is gone", "Add it");
        assertThat(
                finding.summary(),
                is("deploy/web.yaml:12: error: Deployment/web: it is gone [volume-missing] - Add it"));
        assertThat(
                new Finding(Severity.INFO, "note", "web.yaml", 1, 0, "", "something", "").summary(),
                is("web.yaml: info: something [note]"));
    }

    @Test
    public void objectReferenceReadsAsPeopleWriteIt() {
        ObjectRef ref = new ObjectRef("apps/v1", "Deployment", "shop", "web");
        assertThat(ref.toString(), is("Deployment/shop/web"));
        assertThat(ref.inNamespace("").toString(), is("Deployment/web"));
        assertThat(ref.group() + " " + ref.version(), is("apps v1"));
        assertThat(new ObjectRef("v1", "Pod", "", "p").group(), is(""));
        assertThat(new ObjectRef("v1", "Pod", "", "p").version(), is("v1"));
    }
}
