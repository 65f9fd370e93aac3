package io.jenkins.plugins.k8srollout.engine.image.builder;

import io.jenkins.plugins.k8srollout.engine.image.dockerfile.Place;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Permissions as {@code --chmod} takes them: octal, or symbolic as in chmod(1) ({@code u+x,go-w}, {@code a=rX}).
 * Immutable.
 */
final class Chmod {
    /** Changes nothing. */
    static final Chmod NONE = new Chmod("");

    private static final Pattern OCTAL = Pattern.compile("0?[0-7]{1,4}");
    private static final Pattern CLAUSE = Pattern.compile("([ugoa]*)((?:[-+=](?:[rwxXst]*|[ugo]))+)");
    private static final Pattern CHANGE = Pattern.compile("([-+=])([ugo]|[rwxXst]*)");
    private static final int ANY = 0777;
    private static final int ANY_EXECUTE = 0111;

    private final String text;

    private Chmod(String text) {
        this.text = text;
    }

    static Chmod parse(Place place, String text) {
        boolean valid = text.isEmpty() || OCTAL.matcher(text).matches();
        if (!valid) {
            valid = true;
            for (String clause : text.split(",", -1)) {
                valid &= CLAUSE.matcher(clause).matches();
            }
        }
        if (!valid) {
            throw place.refused(
                    "--chmod=" + text + " is neither octal nor symbolic",
                    "Write for example --chmod=0644 or --chmod=u+x");
        }
        return new Chmod(text);
    }

    /** The permissions where they are given as a number; folders made on the way get them too. */
    OptionalInt absolute() {
        return OCTAL.matcher(text).matches() ? OptionalInt.of(Integer.parseInt(text, 8)) : OptionalInt.empty();
    }

    int apply(int mode, boolean folder) {
        if (text.isEmpty()) {
            return mode;
        }
        if (absolute().isPresent()) {
            return absolute().getAsInt();
        }
        int changed = mode;
        for (String clause : text.split(",")) {
            changed = applyClause(clause, changed, folder);
        }
        return changed;
    }

    private static int applyClause(String clause, int mode, boolean folder) {
        Matcher parts = CLAUSE.matcher(clause);
        if (!parts.matches()) {
            return mode;
        }
        int changed = mode;
        String who = parts.group(1);
        Matcher change = CHANGE.matcher(parts.group(2));
        while (change.find()) {
            String given = change.group(2);
            boolean copies = given.matches("[ugo]");
            int bits = copies ? copied(who, given, changed) : bits(who, given, folder || (changed & ANY_EXECUTE) != 0);
            changed = switch (change.group(1)) {
                case "+" -> changed | bits;
                case "-" -> changed & ~bits;
                default -> changed & ~(copies ? mask(who) & ANY : mask(who)) | bits;
            };
        }
        return changed;
    }

    /** The permissions that owner, group or others have, for those who are to get them. */
    private static int copied(String who, String from, int mode) {
        int one = mode >> (from.equals("u") ? 6 : from.equals("g") ? 3 : 0) & 7;
        return (concerns(who, 'u') ? one << 6 : 0)
                | (concerns(who, 'g') ? one << 3 : 0)
                | (concerns(who, 'o') ? one : 0);
    }

    private static boolean concerns(String who, char one) {
        return who.isEmpty() || who.indexOf('a') >= 0 || who.indexOf(one) >= 0;
    }

    private static int mask(String who) {
        return (concerns(who, 'u') ? 04700 : 0) | (concerns(who, 'g') ? 02070 : 0) | (concerns(who, 'o') ? 07 : 0);
    }

    private static int bits(String who, String permissions, boolean executable) {
        int one = permissions.indexOf('r') >= 0 ? 4 : 0;
        one |= permissions.indexOf('w') >= 0 ? 2 : 0;
        one |= permissions.indexOf('x') >= 0 || (permissions.indexOf('X') >= 0 && executable) ? 1 : 0;
        int bits = (concerns(who, 'u') ? one << 6 : 0)
                | (concerns(who, 'g') ? one << 3 : 0)
                | (concerns(who, 'o') ? one : 0);
        if (permissions.indexOf('s') >= 0) {
            bits |= (concerns(who, 'u') ? 04000 : 0) | (concerns(who, 'g') ? 02000 : 0);
        }
        return permissions.indexOf('t') >= 0 ? bits | 01000 : bits;
    }
}
