package io.jenkins.plugins.k8srollout.engine.image.cascade;

import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** A cascade as lines for people. Pure. */
public final class CascadeText {
    private static final int DIGEST_DIGITS = 12;
    private static final String INDENT = "  ";

    private CascadeText() {}

    /** A summary, then the graph as a tree: each image under the base that takes longest to be ready. */
    public static List<String> lines(CascadePlan plan) {
        List<PlannedImage> images = plan.images();
        List<String> lines = new ArrayList<>();
        long changed = images.stream()
                .filter(i -> i.state() == PlannedImage.State.CHANGED)
                .count();
        long following = images.stream()
                .filter(i -> i.state() == PlannedImage.State.FOLLOWS)
                .count();
        lines.add("cascade of " + images.size() + " images: " + changed + " changed, " + following
                + " built on changed ones, " + (images.size() - changed - following) + " unchanged");
        Set<String> building = images.stream()
                .filter(PlannedImage::toBuild)
                .map(PlannedImage::folder)
                .collect(Collectors.toSet());
        images.stream().filter(image -> image.depth() == 0).forEach(top -> add(lines, images, building, top));
        return lines;
    }

    private static void add(List<String> lines, List<PlannedImage> all, Set<String> building, PlannedImage image) {
        lines.add(INDENT.repeat(image.depth() + 1) + image.folder() + ": " + state(image, building)
                + others(image, all, building));
        for (PlannedImage next : all) {
            if (image.folder().equals(parent(next, all))) {
                add(lines, all, building, next);
            }
        }
    }

    /** The first of its bases that lies directly below it in the order; empty text for an image at the bottom. */
    private static String parent(PlannedImage image, List<PlannedImage> all) {
        Set<String> below = new HashSet<>();
        all.stream().filter(i -> i.depth() == image.depth() - 1).forEach(i -> below.add(i.folder()));
        return image.bases().stream()
                .map(PlannedImage.Base::folder)
                .filter(below::contains)
                .findFirst()
                .orElse("");
    }

    private static String state(PlannedImage image, Set<String> building) {
        return switch (image.state()) {
            case UNCHANGED -> "unchanged, " + brief(image.digest());
            case CHANGED -> "to build, changed";
            case FOLLOWS ->
                "to build, because of "
                        + image.bases().stream()
                                .map(PlannedImage.Base::folder)
                                .filter(building::contains)
                                .distinct()
                                .collect(Collectors.joining(", "));
        };
    }

    /** What it needs besides those that stand above it or have been named. */
    private static String others(PlannedImage image, List<PlannedImage> all, Set<String> building) {
        String parent = parent(image, all);
        String others = image.bases().stream()
                .filter(base ->
                        base.folder().isEmpty() || !base.folder().equals(parent) && !building.contains(base.folder()))
                .map(base -> base.folder().isEmpty() ? base.name() : base.folder())
                .distinct()
                .collect(Collectors.joining(", "));
        if (others.isEmpty()) {
            return "";
        }
        return parent.isEmpty() ? " (on " + others + ")" : " (also on " + others + ")";
    }

    /** {@code sha256:} and the digits that tell it apart. */
    static String brief(ImageDigest digest) {
        return digest.toString().substring(0, "sha256:".length() + DIGEST_DIGITS);
    }
}
