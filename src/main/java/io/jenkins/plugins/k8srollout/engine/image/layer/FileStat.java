package io.jenkins.plugins.k8srollout.engine.image.layer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What the file system says of a path, links not followed. Times are nanoseconds since 1970; where a file system has no
 * inode numbers and change times (Windows) they are zero.
 *
 * @param device where the inode is
 * @param links how many names the inode has
 */
record FileStat(Type type, int mode, long size, long modified, long changed, long inode, long device, int links) {
    private static final String UNIX = "unix:mode,ino,dev,nlink,ctime,size,lastModifiedTime";
    private static final int TYPE_MASK = 0170000;
    private static final int REGULAR = 0100000;
    private static final int DIRECTORY = 0040000;
    private static final int SYMBOLIC_LINK = 0120000;
    private static final int WINDOWS_MODE = 0755;
    // Linux stamps files with a clock that ticks every 10 ms at the slowest; the rest is for servers whose clock
    // differs.
    private static final long TICK = TimeUnit.SECONDS.toNanos(1);
    // A whole second is what a coarse file system writes (FAT: every second one), or chance.
    private static final long COARSE_TICK = TimeUnit.SECONDS.toNanos(3);

    enum Type {
        FILE,
        FOLDER,
        LINK,
        OTHER
    }

    static FileStat of(Path path) throws IOException {
        if (!path.getFileSystem().supportedFileAttributeViews().contains("unix")) {
            return basic(path);
        }
        Map<String, Object> values = Files.readAttributes(path, UNIX, LinkOption.NOFOLLOW_LINKS);
        int mode = (Integer) values.get("mode");
        return new FileStat(
                type(mode & TYPE_MASK),
                mode & ~TYPE_MASK,
                (Long) values.get("size"),
                nanos((FileTime) values.get("lastModifiedTime")),
                nanos((FileTime) values.get("ctime")),
                (Long) values.get("ino"),
                (Long) values.get("dev"),
                (Integer) values.get("nlink"));
    }

    private static FileStat basic(Path path) throws IOException {
        BasicFileAttributes values = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        Type type = values.isRegularFile()
                ? Type.FILE
                : values.isDirectory() ? Type.FOLDER : values.isSymbolicLink() ? Type.LINK : Type.OTHER;
        return new FileStat(type, WINDOWS_MODE, values.size(), nanos(values.lastModifiedTime()), 0, 0, 0, 1);
    }

    /** When the file last changed in any way that the file system notes. */
    long latest() {
        return Math.max(modified, changed);
    }

    /**
     * Whether any change after a moment would show in the times. As in git's index, a file that was looked at in the very
     * moment of its change could change again without a trace. Where there is no change time, a tool that sets
     * modification times hides any change, so that nothing is ever certain.
     *
     * @param moment nanoseconds since 1970
     * @see <a href="https://git-scm.com/docs/racy-git">racy-git</a>
     */
    boolean settledBefore(long moment) {
        if (changed == 0) {
            return false;
        }
        boolean coarse = latest() % TICK == 0;
        return latest() + (coarse ? COARSE_TICK : TICK) < moment;
    }

    private static Type type(int bits) {
        return switch (bits) {
            case REGULAR -> Type.FILE;
            case DIRECTORY -> Type.FOLDER;
            case SYMBOLIC_LINK -> Type.LINK;
            default -> Type.OTHER;
        };
    }

    static long nanos(Instant instant) {
        return TimeUnit.SECONDS.toNanos(instant.getEpochSecond()) + instant.getNano();
    }

    private static long nanos(FileTime time) {
        return time.to(TimeUnit.NANOSECONDS);
    }
}
