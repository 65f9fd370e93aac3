package io.jenkins.plugins.k8srollout.engine.strategy;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.strategy.BatchStep.Stage;
import io.jenkins.plugins.k8srollout.engine.strategy.Hold.Revision;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** A {@link Hold} as one line of JSON. Written field by field, because other versions of this program read it. */
final class HoldText {
    private static final String RECREATE = "recreate";

    private HoldText() {}

    static String write(Hold hold) {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("release", hold.release());
        root.put("strategy", hold.recreate() ? RECREATE : "batches");
        root.put("batch", hold.step().batch());
        root.put("stage", hold.step().stage().name().toLowerCase(Locale.ROOT));
        root.put("paused", hold.paused());
        root.put("replicas", hold.replicas());
        hold.replaced().ifPresent(n -> root.put("replaced", n));
        root.put("original", hold.original().fields());
        root.put("kept", hold.kept().fields());
        hold.previous()
                .ifPresent(p -> root.put("previous", Map.of("kind", p.kind(), "name", p.name(), "number", p.number())));
        return AnnotationText.write(root);
    }

    static Optional<Hold> read(String text) {
        return AnnotationText.read(text).flatMap(HoldText::read);
    }

    private static Optional<Hold> read(KubeObject root) {
        Optional<Stage> stage = root.text("stage").flatMap(word -> Arrays.stream(Stage.values())
                .filter(s -> s.name().toLowerCase(Locale.ROOT).equals(word))
                .findFirst());
        if (stage.isEmpty() || !root.has("release") || !root.has("original")) {
            return Optional.empty();
        }
        return Optional.of(new Hold(
                root.text("release").orElse(""),
                root.text("strategy").filter(RECREATE::equals).isPresent(),
                new BatchStep((int) root.numberOr(1, "batch"), stage.get()),
                root.flag("paused"),
                (int) root.numberOr(0, "replicas"),
                root.number("replaced").map(n -> OptionalInt.of(n.intValue())).orElse(OptionalInt.empty()),
                root.child("original"),
                root.child("kept"),
                root.has("previous") ? Optional.of(revision(root.child("previous"))) : Optional.empty()));
    }

    private static Revision revision(KubeObject node) {
        return new Revision(
                node.text("kind").orElse(""),
                node.text("name").orElse(""),
                node.text("number").orElse(""));
    }
}
