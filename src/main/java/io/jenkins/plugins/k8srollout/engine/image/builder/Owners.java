package io.jenkins.plugins.k8srollout.engine.image.builder;

import io.jenkins.plugins.k8srollout.engine.image.dockerfile.Place;
import io.jenkins.plugins.k8srollout.engine.image.layer.Content;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Turns {@code user[:group]} into numbers; names are looked up in the image's own files. */
final class Owners {
    private static final String USERS = "etc/passwd";
    private static final String GROUPS = "etc/group";
    private static final int GROUP_OF_USER = 3;
    private static final int ID = 2;
    private static final long HIGHEST = 0xFFFF_FFFFL;

    private final Reader files;

    /** Reads a file of the image; empty if it is not there. */
    @FunctionalInterface
    interface Reader {
        Optional<Content> file(String path);
    }

    Owners(Reader files) {
        this.files = files;
    }

    /**
     * @param text not empty
     * @throws io.jenkins.plugins.k8srollout.engine.model.ReleaseException if a name is unknown: BuildKit would silently
     *     take root
     */
    Owner resolve(Place place, String text) {
        String[] parts = text.split(":", 2);
        boolean grouped = parts.length == 2 && !parts[1].isEmpty();
        if (parts[0].isEmpty() && grouped) {
            return new Owner(0, group(place, parts[1]));
        }
        if (isNumber(parts[0])) {
            long uid = number(place, parts[0]);
            return new Owner(uid, grouped ? group(place, parts[1]) : uid);
        }
        List<String> user = row(place, USERS, parts[0], "user");
        long uid = number(place, user.get(ID));
        return new Owner(uid, grouped ? group(place, parts[1]) : number(place, user.get(GROUP_OF_USER)));
    }

    private long group(Place place, String name) {
        return number(
                place, isNumber(name) ? name : row(place, GROUPS, name, "group").get(ID));
    }

    private List<String> row(Place place, String file, String name, String what) {
        Optional<Content> content = files.file(file);
        String text = content.map(c -> text(place, file, c)).orElse("");
        return text.lines()
                .map(line -> List.of(line.split(":", -1)))
                .filter(row -> row.get(0).equals(name) && row.size() > GROUP_OF_USER)
                .findFirst()
                .orElseThrow(() -> place.refused(
                        "the image has no " + what + " '" + name + "': "
                                + (content.isPresent() ? "it is not in /" + file : "there is no /" + file),
                        "Give the number, as in --chown=1000:1000, or choose a base image that has the " + what));
    }

    private static String text(Place place, String file, Content content) {
        try (InputStream in = content.open()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw place.refused("/" + file + " of the image cannot be read: " + e.getMessage(), "Give numbers instead");
        }
    }

    private static boolean isNumber(String text) {
        return !text.isEmpty() && text.chars().allMatch(Character::isDigit);
    }

    private static long number(Place place, String text) {
        long id = text.length() > 10 || !isNumber(text) ? -1 : Long.parseLong(text);
        if (id < 0 || id >= HIGHEST) {
            throw place.refused(
                    "'" + text + "' is not the number of a user or group", "Give a number below 4294967295");
        }
        return id;
    }
}
