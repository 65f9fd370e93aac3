package io.jenkins.plugins.k8srollout.run;

import hudson.console.LineTransformationOutputStream;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.util.StreamTaskListener;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.logging.Level;
import java.util.logging.Logger;

/** What is told of a build's releases after the build has ended: a file beside its log. */
final class LaterLog extends LineTransformationOutputStream {
    private static final Logger LOGGER = Logger.getLogger(LaterLog.class.getName());
    private static final int SHOWN = 50_000;

    private final Run<?, ?> build;

    private LaterLog(Run<?, ?> build) {
        this.build = build;
    }

    // Found anew for each line: the job may be renamed or moved between two.
    private static Path file(Run<?, ?> build) {
        return build.getRootDir().toPath().resolve("kubernetes-rollout.log");
    }

    /** To write into; holds no file open, because a pause may last. */
    static TaskListener listener(Run<?, ?> build) {
        return new StreamTaskListener(new LaterLog(build), StandardCharsets.UTF_8);
    }

    /** Its end; empty text if nothing was told. */
    static String read(Run<?, ?> build) {
        try {
            String text = Files.readString(file(build));
            return text.length() <= SHOWN ? text : text.substring(text.length() - SHOWN);
        } catch (NoSuchFileException e) {
            return "";
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, e, () -> "Cannot read " + file(build));
            return "";
        }
    }

    @Override
    protected void eol(byte[] bytes, int length) throws IOException {
        Path file = file(build);
        try {
            Files.write(file, Arrays.copyOf(bytes, length), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (NoSuchFileException e) {
            LOGGER.log(Level.FINE, e, () -> "The build is gone, with " + file);
        }
    }
}
