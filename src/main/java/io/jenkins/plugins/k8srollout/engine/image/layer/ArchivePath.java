package io.jenkins.plugins.k8srollout.engine.image.layer;

/** Names in archives as paths of a tree. */
final class ArchivePath {
    private ArchivePath() {}

    /**
     * Without leading slash and dot parts; empty text for the top.
     *
     * @throws TreeException if a part is {@code ..}: no honest archive has one
     */
    static String of(String name) {
        StringBuilder path = new StringBuilder();
        for (String part : name.split("/")) {
            if (part.equals("..")) {
                throw new TreeException(
                        "the archive holds the name '" + name + "', which leads out of it",
                        "Pack it again with names that stay inside");
            }
            if (!part.isEmpty() && !part.equals(".")) {
                path.append(path.length() == 0 ? "" : "/").append(part);
            }
        }
        return path.toString();
    }
}
