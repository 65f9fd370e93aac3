package io.jenkins.plugins.k8srollout.engine.image.dockerfile;

import io.jenkins.plugins.k8srollout.engine.image.dockerfile.InstructionParser.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** COPY and ADD. */
final class CopyParser {
    private static final Set<String> COPY_ONCE = Set.of("from", "chown", "chmod", "link", "parents");
    private static final Set<String> ADD_ONCE = Set.of("chown", "chmod", "link", "keep-git-dir", "checksum", "unpack");
    private static final Set<String> OFTEN = Set.of("exclude");

    private CopyParser() {}

    static Instruction copy(Source source) {
        Flags flags = Flags.of(source.place(), source.rest()).allowing(COPY_ONCE, OFTEN);
        return new Instruction.Copy(source.line(), source.text(), flags.text("from"), spec(source, flags));
    }

    static Instruction add(Source source) {
        Flags flags = Flags.of(source.place(), source.rest()).allowing(ADD_ONCE, OFTEN);
        Optional<Boolean> unpack = flags.given("unpack") ? Optional.of(flags.isTrue("unpack")) : Optional.empty();
        return new Instruction.Add(source.line(), source.text(), spec(source, flags), unpack, flags.text("checksum"));
    }

    private static CopySpec spec(Source source, Flags flags) {
        List<String> words =
                CommandParsers.jsonStrings(source, flags.rest()).orElseGet(() -> LogicalLine.atSpaces(flags.rest()));
        if (words.size() < 2) {
            throw source.place()
                    .refused(
                            source.keyword() + " needs at least one source and a destination",
                            "Write for example " + source.keyword() + " app/ /srv/app/");
        }
        List<String> paths = new ArrayList<>();
        List<CopySpec.Document> documents = new ArrayList<>();
        for (String word : words.subList(0, words.size() - 1)) {
            document(source, word).ifPresentOrElse(documents::add, () -> paths.add(word));
        }
        // --keep-git-dir is about Git sources, which are fetched elsewhere; BuildKit ignores it for others, too.
        return new CopySpec(
                paths,
                documents,
                words.get(words.size() - 1),
                flags.text("chown"),
                flags.text("chmod"),
                flags.texts("exclude"),
                flags.isTrue("parents"),
                flags.isTrue("link"));
    }

    private static Optional<CopySpec.Document> document(Source source, String word) {
        if (Heredoc.parse(word).filter(sign -> sign.name().contains("/")).isPresent()) {
            throw source.place()
                    .refused(
                            "a here-document's name becomes the file's name and cannot have a slash: " + word,
                            "Put the folder in the destination");
        }
        return Heredoc.parse(word).flatMap(sign -> source.instruction().heredocs().stream()
                .filter(read -> read.name().equals(sign.name()))
                .findFirst()
                .map(read -> new CopySpec.Document(read.name(), read.content(), read.expand())));
    }
}
