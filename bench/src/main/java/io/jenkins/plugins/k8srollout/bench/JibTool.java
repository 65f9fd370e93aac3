package io.jenkins.plugins.k8srollout.bench;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import java.nio.file.Path;
import java.util.List;

/** The same build with jib-core. */
public final class JibTool {
    private JibTool() {}

    public static void main(String[] args) throws Exception {
        Builds.run(args, JibTool::build);
    }

    private static void build(Path context, String image, Path cache, String base) throws Exception {
        Jib.from(RegistryImage.named(base))
                .addLayer(List.of(context.resolve("app")), AbsoluteUnixPath.get("/srv"))
                .setProgramArguments("/bin/true")
                .containerize(Containerizer.to(RegistryImage.named(image))
                        .setAllowInsecureRegistries(true)
                        .setBaseImageLayersCache(cache.resolve("base"))
                        .setApplicationLayersCache(cache.resolve("application"))
                        .setToolName("bench"));
    }
}
