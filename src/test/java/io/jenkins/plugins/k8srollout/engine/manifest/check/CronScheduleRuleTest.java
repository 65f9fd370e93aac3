package io.jenkins.plugins.k8srollout.engine.manifest.check;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import java.util.List;
import java.util.Optional;
import org.junit.Test;

public class CronScheduleRuleTest {

    @Test
    public void goodSchedulesAreTaken() {
        for (String schedule : List.of(
                "* * * * *",
                "0 3 * * *",
                "*/5 0-6,22-23 1 jan-Mar MON-FRI",
                "30 3 ? * 0",
                "0-59/10 * * * *",
                "5/15 * * * *",
                "@daily",
                "@every 1h30m",
                " 0  3 * * * ")) {
            assertThat(schedule, CronScheduleRule.wrong(schedule), is(Optional.empty()));
        }
    }

    @Test
    public void wrongSchedulesAreNamed() {
        for (String schedule : List.of(
                "",
                "* * * *",
                "* * * * * *",
                "60 * * * *",
                "* 24 * * *",
                "* * 0 * *",
                "* * * 13 *",
                "* * * * 7",
                "5-1 * * * *",
                "*/0 * * * *",
                "a * * * *",
                "* * * * foo",
                "1, * * * *",
                "@often",
                "@every day",
                "TZ=Asia/Shanghai 0 3 * * *")) {
            assertThat(schedule, CronScheduleRule.wrong(schedule).isPresent(), is(true));
        }
    }
}
