package io.jenkins.plugins.k8srollout.engine.image.layer;

import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.zip.CRC32;

/**
 * Writes one gzip stream whose blocks are compressed by several threads, and computes the digests of both sides on the
 * way. Used by one thread.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc1952">RFC 1952</a>
 */
final class ParallelGzip extends OutputStream {
    // Identification, method, no flags, no time, no hint, unknown system: nothing that differs between machines.
    private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};
    private static final byte[] EMPTY_LAST_BLOCK = {3, 0};
    private static final int BLOCK = 1 << 19;

    private final OutputStream out;
    private final ExecutorService workers;
    private final BlockDeflater deflater;
    private final int ahead;
    private final Deque<Future<byte[]>> pending = new ArrayDeque<>();
    private final MessageDigest plainHash = ImageDigest.newSha256();
    private final MessageDigest packedHash = ImageDigest.newSha256();
    private final CRC32 crc = new CRC32();
    private byte[] buffer = new byte[BlockDeflater.WINDOW + BLOCK];
    private int start;
    private int end;
    private long plainSize;
    private long packedSize;

    /**
     * @param ahead how many blocks may wait to be compressed or written
     */
    ParallelGzip(OutputStream out, ExecutorService workers, int level, int ahead) throws IOException {
        this.out = out;
        this.workers = workers;
        this.deflater = new BlockDeflater(level);
        this.ahead = ahead;
        emit(HEADER);
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int at = offset;
        int left = length;
        while (left > 0) {
            int n = Math.min(left, buffer.length - end);
            System.arraycopy(bytes, at, buffer, end, n);
            end += n;
            at += n;
            left -= n;
            if (end == buffer.length) {
                submit();
            }
        }
    }

    /** Ends the stream; the digests are valid from then on. The target is flushed, not closed. */
    void finish() throws IOException {
        submit();
        while (!pending.isEmpty()) {
            emit(result(pending.removeFirst()));
        }
        emit(EMPTY_LAST_BLOCK);
        emit(littleEndian(crc.getValue()));
        emit(littleEndian(plainSize));
        out.flush();
    }

    /** Of what was written to this stream. */
    ImageDigest plainDigest() {
        return ImageDigest.ofHash(plainHash.digest());
    }

    /** Of what this stream wrote. */
    ImageDigest packedDigest() {
        return ImageDigest.ofHash(packedHash.digest());
    }

    long packedSize() {
        return packedSize;
    }

    /** Ends the work on blocks that nobody wants any more. */
    void abandon() {
        pending.forEach(block -> block.cancel(true));
        pending.clear();
    }

    private void submit() throws IOException {
        if (start == end) {
            return;
        }
        plainHash.update(buffer, start, end - start);
        crc.update(buffer, start, end - start);
        plainSize += end - start;
        byte[] block = buffer;
        int blockStart = start;
        int blockEnd = end;
        while (pending.size() >= ahead) {
            emit(result(pending.removeFirst()));
        }
        pending.addLast(workers.submit(() -> deflater.deflate(block, blockStart, blockEnd)));
        int window = Math.min(blockEnd, BlockDeflater.WINDOW);
        buffer = new byte[BlockDeflater.WINDOW + BLOCK];
        System.arraycopy(block, blockEnd - window, buffer, 0, window);
        start = window;
        end = window;
    }

    private static byte[] result(Future<byte[]> block) throws IOException {
        try {
            return block.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while compressing");
        } catch (ExecutionException e) {
            throw new IOException("compressing failed: " + e.getCause(), e);
        }
    }

    private void emit(byte[] bytes) throws IOException {
        packedHash.update(bytes);
        packedSize += bytes.length;
        out.write(bytes);
    }

    private static byte[] littleEndian(long value) {
        return new byte[] {(byte) value, (byte) (value >> 8), (byte) (value >> 16), (byte) (value >> 24)};
    }
}
