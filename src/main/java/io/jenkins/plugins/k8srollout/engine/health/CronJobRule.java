package io.jenkins.plugins.k8srollout.engine.health;

import io.jenkins.plugins.k8srollout.engine.model.Health;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;

/** CronJob: accepted by the server; what its runs do is no part of a release's health, but is told. */
final class CronJobRule implements KindRule {
    @Override
    public Health judge(KubeObject object) {
        String schedule = object.text("spec", "schedule").orElse("");
        if (object.flag("spec", "suspend")) {
            return KindRule.healthy("suspended");
        }
        String last = object.text("status", "lastScheduleTime")
                .map(time -> ", last run " + time)
                .orElse(", has not run yet");
        int active = object.items("status", "active").size();
        return KindRule.healthy("schedule " + schedule + last + (active > 0 ? ", " + active + " running" : ""));
    }
}
