package io.jenkins.plugins.k8srollout.engine.model;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;
import static org.junit.Assert.assertThrows;

import java.util.List;
import java.util.Map;
import org.junit.Test;

public class WorkloadRefTest {

    @Test
    public void kindsAreReadInKubectlsSpellings() {
        Map.of(
                        "deployment/web", "deployment/web",
                        "Deploy/web", "deployment/web",
                        "sts/db", "statefulset/db",
                        "daemonsets/agent", "daemonset/agent",
                        "job/once", "job/once")
                .forEach((text, form) -> assertThat(WorkloadRef.parse(text).toString(), is(form)));
    }

    @Test
    public void otherFormsAreRefusedWithTheKindsThatAre() {
        for (String text : List.of("", "web", "deployment/", "/web", "pod/web", "deployment/a/b")) {
            ReleaseException e = assertThrows(text, ReleaseException.class, () -> WorkloadRef.parse(text));
            assertThat(e.problem().validValues(), hasItem("statefulset"));
        }
    }

    @Test
    public void referenceNamesTheObject() {
        assertThat(WorkloadRef.parse("sts/db").in("shop"), is(new ObjectRef("apps/v1", "StatefulSet", "shop", "db")));
    }
}
