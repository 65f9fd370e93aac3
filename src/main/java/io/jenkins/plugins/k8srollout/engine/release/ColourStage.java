package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.strategy.BatchStep;
import io.jenkins.plugins.k8srollout.engine.strategy.BatchStep.Stage;

/** The stages of a blue-green release. In a token they are steps of batches, all of new pods beside the old ones. */
enum ColourStage {
    /** The new colour starts; the Services are bound to the old one. */
    START("Start the new colour", "the start of the new colour"),
    /** The Services are switched to the new colour; the old one stays. */
    KEEP("Keep the old colour", "the switch to the new colour"),
    /** The old colour goes. */
    END("End the old colour", "the end of the old colour");

    private final String title;
    private final String words;

    ColourStage(String title, String words) {
        this.title = title;
        this.words = words;
    }

    String title() {
        return title;
    }

    /** As in {@code the switch to the new colour}. */
    String words() {
        return words;
    }

    BatchStep step() {
        return new BatchStep(ordinal() + 1, Stage.START);
    }
}
