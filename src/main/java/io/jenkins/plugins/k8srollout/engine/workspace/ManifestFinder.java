package io.jenkins.plugins.k8srollout.engine.workspace;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Turns the patterns of a request into files, each checked to lie inside the workspace by its real path. */
final class ManifestFinder {
    private static final int MOST_FILES = 10_000;
    private static final int DEEPEST_FOLDER = 64;
    private static final List<String> ENDINGS = List.of(".yaml", ".yml", ".json");

    private final Workspace workspace;

    ManifestFinder(Workspace workspace) {
        this.workspace = workspace;
    }

    /** @return real path to the path that messages show, in order */
    Map<Path, String> find(List<String> patterns) {
        Map<Path, String> found = new LinkedHashMap<>();
        for (String pattern : patterns) {
            if (!add(pattern, found)) {
                throw Workspace.refused(
                        pattern,
                        "no manifest is there",
                        "Manifests end in .yaml, .yml or .json; name a file, a folder or a pattern such as deploy/*.yaml");
            }
        }
        return found;
    }

    private boolean add(String pattern, Map<Path, String> found) {
        if (pattern.isBlank()) {
            throw Workspace.refused(pattern, "the path is empty", "Name a file, a folder or a pattern");
        }
        Path named = workspace.named(pattern);
        if (Glob.isPattern(pattern) && !Files.exists(named)) {
            Glob glob = Glob.of(pattern);
            Path start = workspace.named(glob.base());
            return Files.isDirectory(start)
                    && walk(start, file -> glob.matches(start.relativize(file)), glob.namesHidden(), found);
        }
        if (Files.isDirectory(named)) {
            workspace.resolve(pattern);
            return walk(named, ManifestFinder::hasEnding, false, found);
        }
        Path real = workspace.resolve(pattern);
        if (!Files.isRegularFile(real)) {
            throw Workspace.refused(pattern, "it is neither a file nor a folder", "Name a regular file");
        }
        found.putIfAbsent(real, workspace.shown(named));
        return true;
    }

    private boolean walk(Path start, Predicate<Path> wanted, boolean hidden, Map<Path, String> found) {
        return walk(start, wanted, hidden, found, new ArrayList<>());
    }

    private boolean walk(
            Path folder, Predicate<Path> wanted, boolean hidden, Map<Path, String> found, List<Path> above) {
        Path real = real(folder);
        if (above.contains(real) || above.size() > DEEPEST_FOLDER) {
            return false;
        }
        above.add(real);
        boolean some = false;
        for (Path entry : entries(folder)) {
            if (!hidden && String.valueOf(entry.getFileName()).startsWith(".")) {
                continue;
            }
            if (Files.isDirectory(entry)) {
                some |= walk(entry, wanted, hidden, found, above);
            } else if (wanted.test(entry)) {
                Path file = real(entry);
                if (Files.isRegularFile(file)) {
                    found.putIfAbsent(file, workspace.shown(entry));
                    some = true;
                }
            }
            if (found.size() > MOST_FILES) {
                throw Workspace.refused(
                        workspace.shown(folder),
                        "there are more than " + MOST_FILES + " manifests",
                        "Name a smaller folder");
            }
        }
        above.remove(above.size() - 1);
        return some;
    }

    private Path real(Path entry) {
        String shown = workspace.shown(entry);
        try {
            return workspace.checked(entry.toRealPath(), shown);
        } catch (IOException e) {
            throw Workspace.refused(
                    shown, "it cannot be followed, as with a link that points nowhere", "Remove or mend it");
        }
    }

    private List<Path> entries(Path folder) {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.sorted().toList();
        } catch (IOException e) {
            throw Workspace.refused(workspace.shown(folder), "the folder cannot be read", "Check its permissions");
        }
    }

    private static boolean hasEnding(Path file) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        return ENDINGS.stream().anyMatch(name::endsWith);
    }
}
