package io.jenkins.plugins.k8srollout.engine.image.builder;

import java.nio.file.Path;

/** A process that builds one image, to be killed: the folder of a {@link BuildFixture}, the registry, the repository. */
public final class MortalBuild {
    private MortalBuild() {}

    public static void main(String[] arguments) throws Exception {
        BuildFixture builds = new BuildFixture(Path.of(arguments[0]), arguments[1]);
        BuildFaultTest.build(builds, arguments[2]);
    }
}
