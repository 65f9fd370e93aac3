package io.jenkins.plugins.k8srollout.engine.image.dockerfile;

import java.util.List;

/**
 * Expands variables in an instruction's arguments. Immutable and thread-safe.
 *
 * @param file the Dockerfile as errors name it
 * @param escape the escape character in force
 * @see <a href="https://docs.docker.com/reference/dockerfile/#environment-replacement">Environment replacement</a>
 */
public record Expander(String file, char escape) {

    /** One word: quotes are removed, variables replaced, white space kept. */
    public String word(int line, String text, Variables variables) {
        try {
            return ShellWords.word(text, escape, variables, ShellWords.Mode.RESOLVE);
        } catch (IllegalArgumentException e) {
            throw refused(line, text, e);
        }
    }

    /** The words of a text, split after the variables were replaced. */
    public List<String> words(int line, String text, Variables variables) {
        try {
            return ShellWords.words(text, escape, variables, ShellWords.Mode.RESOLVE);
        } catch (IllegalArgumentException e) {
            throw refused(line, text, e);
        }
    }

    /** The content of a here-document: variables are replaced, quotes stay. Its escape is always the backslash. */
    public String document(int line, String text, Variables variables) {
        try {
            return ShellWords.word(text, '\\', variables, ShellWords.Mode.DOCUMENT);
        } catch (IllegalArgumentException e) {
            throw refused(line, "the here-document", e);
        }
    }

    private RuntimeException refused(int line, String text, IllegalArgumentException e) {
        return new Place(file, line)
                .refused(
                        "'" + text + "' cannot be expanded: " + e.getMessage(),
                        "Quote the text, or put " + escape + " before a dollar sign that is meant literally");
    }
}
