package io.jenkins.plugins.k8srollout.engine.image.dockerfile;

import java.util.List;

/**
 * What COPY and ADD have in common. Texts are as written.
 *
 * @param sources paths and patterns
 * @param documents here-documents among the sources
 * @param destination where to; a trailing slash means a folder
 * @param chown {@code user[:group]}, names or numbers; empty text unless given
 * @param chmod octal, or symbolic as chmod(1) takes it; empty text unless given
 * @param excludes patterns of what is left out
 * @param parents whether the sources' parent folders are kept
 * @param link whether the files are put together apart from the image, and then laid over it
 */
public record CopySpec(
        List<String> sources,
        List<Document> documents,
        String destination,
        String chown,
        String chmod,
        List<String> excludes,
        boolean parents,
        boolean link) {

    public CopySpec {
        sources = List.copyOf(sources);
        documents = List.copyOf(documents);
        excludes = List.copyOf(excludes);
    }

    /** A file whose content stands in the Dockerfile; variables in it are replaced if {@code expand}. */
    public record Document(String name, String content, boolean expand) {}
}
