package io.jenkins.plugins.k8srollout.engine.image.cascade;

import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import io.jenkins.plugins.k8srollout.engine.model.ImageReference;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Dockerfile with the names of its base images replaced by their digests, so that every builder takes the image that
 * this cascade has just made, whatever the tag means by then. All other text, and every line's number, stays. Pure.
 */
final class PinnedDockerfile {
    // Much longer than any FROM, and short enough for java.util.regex.
    private static final int LONGEST = 2000;

    private PinnedDockerfile() {}

    /**
     * @param escape the Dockerfile's escape character
     * @param digests for each image that {@code uses} name
     */
    static String of(String text, char escape, List<BaseUse> uses, Map<ImageReference, ImageDigest> digests) {
        StringBuilder pinned = new StringBuilder(text);
        List<BaseUse> lastFirst = uses.stream()
                .sorted(Comparator.comparingInt((BaseUse use) -> use.place().line())
                        .reversed())
                .toList();
        for (BaseUse use : lastFirst) {
            int begin = beginOf(text, use.place().line());
            Matcher name = pattern(use, escape)
                    .matcher(text)
                    .region(begin, Math.min(text.length(), begin + LONGEST))
                    .useTransparentBounds(true);
            if (!name.lookingAt()) {
                throw use.place()
                        .refused(
                                "the image's name cannot be replaced by its digest as it is written here",
                                "Write " + use.keyword()
                                        + " with its options and the image on one line, without quotes");
            }
            ImageDigest digest = digests.get(use.image());
            pinned.replace(
                    name.start("name"),
                    name.end("name"),
                    use.image().withDigest(digest).pinned());
        }
        return pinned.toString();
    }

    private static Pattern pattern(BaseUse use, char escape) {
        String gap = "(?:[ \\t]|" + Pattern.quote(String.valueOf(escape)) + "[ \\t]*\\r?\\n)++";
        String name = "(?<name>" + Pattern.quote(use.written()) + ")";
        String where = use.keyword().equals("FROM")
                ? "(?:" + gap + "--\\S+)*+" + gap + name
                : "(?:" + gap + "--\\S+)*?" + gap + "--from=" + name;
        return Pattern.compile("\\uFEFF?[ \\t]*+(?i:" + use.keyword() + ")" + where + "(?=\\s|\\z)");
    }

    private static int beginOf(String text, int line) {
        int begin = 0;
        for (int i = 1; i < line; i++) {
            begin = text.indexOf('\n', begin) + 1;
        }
        return begin;
    }
}
