package io.jenkins.plugins.k8srollout.cloud;

import hudson.Extension;
import hudson.model.Label;
import hudson.model.Queue;
import hudson.model.queue.QueueListener;
import io.jenkins.plugins.k8srollout.run.EngineServices;

/** Asks for an agent as soon as a build waits for one, and lets it go when the build does not any more. */
@Extension
public class QueueWatcher extends QueueListener {
    @Override
    public void onEnterBuildable(Queue.BuildableItem item) {
        Label label = item.getAssignedLabel();
        if (Provisioning.isOurs(label)) {
            Provisioning.reviewSoon();
        }
    }

    @Override
    public void onLeft(Queue.LeftItem item) {
        if (item.isCancelled()) {
            EngineServices.get().submit(() -> AgentRemoval.surplus(item.getId()));
        }
    }
}
