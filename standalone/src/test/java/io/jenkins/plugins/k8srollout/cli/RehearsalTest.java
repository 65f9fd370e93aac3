package io.jenkins.plugins.k8srollout.cli;

import org.junit.Test;

/** In production its failures go unnoticed. */
public class RehearsalTest {
    @Test
    public void allBuildsGoWell() throws Exception {
        try (Rehearsal rehearsal = new Rehearsal()) {
            rehearsal.buildImages();
        }
    }
}
