package io.jenkins.plugins.k8srollout.run;

import hudson.model.TaskListener;
import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.k8srollout.engine.delivery.DeliveredImage;
import io.jenkins.plugins.k8srollout.engine.delivery.ImageDelivery;
import io.jenkins.plugins.k8srollout.engine.harbor.HarborOptions;
import io.jenkins.plugins.k8srollout.engine.image.builder.ImageBuildRequest;
import io.jenkins.plugins.k8srollout.engine.image.builder.ImageBuilder;
import io.jenkins.plugins.k8srollout.engine.image.builder.Registries;
import io.jenkins.plugins.k8srollout.engine.image.layer.LayerCache;
import io.jenkins.plugins.k8srollout.engine.workspace.Workspace;
import java.io.File;
import java.time.Clock;
import jenkins.MasterToSlaveFileCallable;

/** Builds an image where the workspace is; its events go to the log over the channel. Interrupting it ends the build. */
final class BuildOnAgent extends MasterToSlaveFileCallable<DeliveredImage> {
    private static final long serialVersionUID = 1L;

    private final ImageBuildRequest request;
    private final HarborOptions harbor;
    private final Registries registries;
    private final TaskListener listener;

    BuildOnAgent(ImageBuildRequest request, HarborOptions harbor, Registries registries, TaskListener listener) {
        this.request = request;
        this.harbor = harbor;
        this.registries = registries;
        this.listener = listener;
    }

    @Override
    public DeliveredImage invoke(File workspace, VirtualChannel channel) {
        Clock clock = Clock.systemUTC();
        LayerCache cache = new LayerCache(LayerCache.defaultFolder(), LayerCache.DEFAULT_BYTES, clock);
        ListenerSink sink = new ListenerSink(listener);
        try {
            ImageBuilder builder = new ImageBuilder(registries, cache, sink, clock);
            return new ImageDelivery(builder, registries, sink).run(request, harbor, Workspace.at(workspace.toPath()));
        } finally {
            // Agents hold log lines back for a moment; the next step's must not overtake them.
            listener.getLogger().flush();
        }
    }
}
