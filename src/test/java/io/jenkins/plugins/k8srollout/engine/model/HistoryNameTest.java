package io.jenkins.plugins.k8srollout.engine.model;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.Assert.assertThrows;

import java.util.List;
import org.junit.Test;

public class HistoryNameTest {
    @Test
    public void namesOfObjectsAreTaken() {
        for (String name : List.of("web", "shop-2", "a.b", "7", "x".repeat(63))) {
            assertThat(HistoryName.parse(name), equalTo(name));
            assertThat(HistoryName.of(name), equalTo(name));
        }
    }

    @Test
    public void whatCouldBeNoLabelIsRefused() {
        for (String name : List.of("", "Web", "-a", "a-", "a..b", "a/b", "a b", "x".repeat(64))) {
            ReleaseException e = assertThrows(ReleaseException.class, () -> HistoryName.parse(name));
            assertThat(e.getMessage(), containsString("history"));
        }
    }

    @Test
    public void longNamesAreCutAndStayDifferent() {
        String one = HistoryName.of("x".repeat(80));
        assertThat(one.length(), equalTo(63));
        assertThat(one, startsWith("xxx"));
        assertThat(HistoryName.parse(one), equalTo(one));
        assertThat(one.equals(HistoryName.of("x".repeat(81))), equalTo(false));
    }
}
