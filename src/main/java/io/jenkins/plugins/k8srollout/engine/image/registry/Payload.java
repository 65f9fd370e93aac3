package io.jenkins.plugins.k8srollout.engine.image.registry;

import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongConsumer;

/**
 * What a request carries: a part of some content that can be opened anew for every try.
 *
 * @param from the first byte, counted in the source
 * @param length in bytes
 * @param mediaType of the whole, for the Content-Type header
 */
record Payload(BlobSource source, long from, long length, String mediaType) {
    static Payload of(byte[] content, String mediaType) {
        return new Payload(BlobSource.of(content), 0, content.length, mediaType);
    }

    /** Where a request must say that its body is empty. */
    static Payload empty() {
        return of(new byte[0], MediaTypes.OCTETS);
    }

    /** A stream of exactly {@link #length()} bytes. */
    Reading open(LongConsumer moved) throws IOException {
        return new Reading(source.open(from), length, moved);
    }

    /** Reads one part of a source, tells how far it got, and remembers if it was the source that failed. */
    static final class Reading extends InputStream {
        private final InputStream content;
        private final LongConsumer moved;
        private long left;
        private volatile IOException failure;

        private Reading(InputStream content, long length, LongConsumer moved) {
            this.content = content;
            this.left = length;
            this.moved = moved;
        }

        /** Why the source could not be read; null if it could. */
        IOException failure() {
            return failure;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            if (left == 0) {
                return -1;
            }
            int count;
            try {
                count = content.read(buffer, offset, (int) Math.min(length, left));
            } catch (IOException e) {
                failure = e;
                throw e;
            }
            if (count < 0) {
                failure = new IOException("the content is " + left + " bytes shorter than it was said to be");
                throw failure;
            }
            left -= count;
            moved.accept(count);
            return count;
        }

        @Override
        public void close() throws IOException {
            content.close();
        }
    }
}
