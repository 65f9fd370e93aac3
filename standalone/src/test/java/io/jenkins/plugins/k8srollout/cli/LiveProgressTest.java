package io.jenkins.plugins.k8srollout.cli;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.not;

import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent.HealthChanged;
import io.jenkins.plugins.k8srollout.engine.model.Health;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.Test;

public class LiveProgressTest {
    private static final int COLUMNS = 40;
    private static final ObjectRef WEB = new ObjectRef("apps/v1", "Deployment", "shop", "web");
    private final ByteArrayOutputStream screen = new ByteArrayOutputStream();
    private final LiveProgress progress =
            new LiveProgress(new PrintStream(screen, true, StandardCharsets.UTF_8), COLUMNS);

    @Test
    public void linesThatAreRewrittenNeverWrap() {
        progress.accept(waiting("1 of 3 pods updated, and more words than a narrow terminal has columns"));

        List<Integer> widths = text().lines()
                .map(line -> line.replaceAll("\u001b\\[[0-9]*[a-zA-Z]", "").length())
                .toList();
        assertThat(widths, everyItem(is(lessThan(COLUMNS))));
        assertThat(text(), containsString("…"));
    }

    @Test
    public void finishedObjectReplacesItsLine() {
        progress.accept(waiting("1 of 3 pods updated"));
        screen.reset();
        progress.accept(new HealthChanged(WEB, Health.State.HEALTHY, "3 of 3 pods available"));

        assertThat(text(), containsString("\u001b[1A"));
        assertThat(text(), containsString("healthy"));
        assertThat(text(), not(containsString("1 of 3")));
    }

    private static HealthChanged waiting(String message) {
        return new HealthChanged(WEB, Health.State.PROGRESSING, message);
    }

    private String text() {
        return screen.toString(StandardCharsets.UTF_8);
    }
}
