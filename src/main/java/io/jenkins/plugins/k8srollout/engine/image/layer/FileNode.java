package io.jenkins.plugins.k8srollout.engine.image.layer;

import java.util.Map;
import java.util.Objects;

/**
 * One file, folder or symbolic link, without its name.
 *
 * @param mode permission bits with set-user-ID, set-group-ID and sticky bit
 * @param linkTarget what a symbolic link says; empty text for the rest
 * @param content of a file; null for the rest
 * @param attributes extended ones, such as {@code security.capability}: names to values in hexadecimal digits
 * @param identity nodes of a tree with the same one are hard links of each other; 0 for a node of its own
 */
public record FileNode(
        Kind kind,
        int mode,
        long uid,
        long gid,
        String linkTarget,
        Content content,
        Map<String, String> attributes,
        long identity) {
    private static final int PERMISSIONS = 07777;
    private static final int LINK_MODE = 0777;

    /** The kinds of node that a build can put in an image. */
    public enum Kind {
        FOLDER,
        FILE,
        LINK,
        /** A device, pipe or socket of a base image: it is there, and cannot be copied. */
        SPECIAL
    }

    public FileNode {
        Objects.requireNonNull(linkTarget, "linkTarget");
        mode &= PERMISSIONS;
        attributes = Map.copyOf(attributes);
    }

    public static FileNode folder(int mode, long uid, long gid) {
        return new FileNode(Kind.FOLDER, mode, uid, gid, "", null, Map.of(), 0);
    }

    public static FileNode file(int mode, long uid, long gid, Content content) {
        return new FileNode(Kind.FILE, mode, uid, gid, "", Objects.requireNonNull(content, "content"), Map.of(), 0);
    }

    public static FileNode link(String target, long uid, long gid) {
        return new FileNode(Kind.LINK, LINK_MODE, uid, gid, target, null, Map.of(), 0);
    }

    public static FileNode special(int mode, long uid, long gid) {
        return new FileNode(Kind.SPECIAL, mode, uid, gid, "", null, Map.of(), 0);
    }

    public boolean isFolder() {
        return kind == Kind.FOLDER;
    }

    public boolean isFile() {
        return kind == Kind.FILE;
    }

    public boolean isLink() {
        return kind == Kind.LINK;
    }

    public FileNode ownedBy(long newUid, long newGid) {
        return new FileNode(kind, mode, newUid, newGid, linkTarget, content, attributes, identity);
    }

    /** With other permissions; a link has none of its own and stays as it is. */
    public FileNode withMode(int newMode) {
        return isLink() ? this : new FileNode(kind, newMode, uid, gid, linkTarget, content, attributes, identity);
    }

    public FileNode withContent(Content newContent) {
        return new FileNode(kind, mode, uid, gid, linkTarget, newContent, attributes, identity);
    }

    public FileNode withAttributes(Map<String, String> newAttributes) {
        return new FileNode(kind, mode, uid, gid, linkTarget, content, newAttributes, identity);
    }

    public FileNode withIdentity(long newIdentity) {
        return new FileNode(kind, mode, uid, gid, linkTarget, content, attributes, newIdentity);
    }
}
