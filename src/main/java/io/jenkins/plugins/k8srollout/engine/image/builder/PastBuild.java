package io.jenkins.plugins.k8srollout.engine.image.builder;

import io.jenkins.plugins.k8srollout.engine.event.ProgressEvent;
import io.jenkins.plugins.k8srollout.engine.image.layer.ContextSnapshot;
import io.jenkins.plugins.k8srollout.engine.image.registry.Descriptor;
import io.jenkins.plugins.k8srollout.engine.model.Finding;
import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import io.jenkins.plugins.k8srollout.engine.model.ImageReference;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * A build that has been: what it was made from, beyond what was asked for, and what came out.
 *
 * @param bases what the names of base images stood for
 * @param context what it saw of its context
 * @param manifest of the image
 * @param layers of the image that are no base image's
 * @param size as {@link ImageManifest#size()}
 * @param notices what it warned of
 */
record PastBuild(
        Map<ImageReference, ImageDigest> bases,
        ContextSnapshot context,
        byte[] manifest,
        List<Descriptor> layers,
        long size,
        List<ProgressEvent.Notice> notices) {
    private static final int FORMAT = 1;

    byte[] toBytes() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(FORMAT);
        out.writeInt(bases.size());
        for (Map.Entry<ImageReference, ImageDigest> base : bases.entrySet()) {
            out.writeUTF(base.getKey().toString());
            out.writeUTF(base.getValue().hex());
        }
        out.writeInt(layers.size());
        for (Descriptor layer : layers) {
            out.writeUTF(layer.mediaType());
            out.writeUTF(layer.digest().hex());
            out.writeLong(layer.size());
        }
        out.writeLong(size);
        out.writeInt(notices.size());
        for (ProgressEvent.Notice notice : notices) {
            out.writeUTF(notice.severity().name());
            out.writeUTF(notice.text());
        }
        write(out, manifest);
        write(out, context.bytes());
        out.writeLong(checksum(bytes.toByteArray(), bytes.size()));
        return bytes.toByteArray();
    }

    /** Empty if the bytes are damaged or of another format. */
    static Optional<PastBuild> of(byte[] bytes) {
        try {
            int length = bytes.length - Long.BYTES;
            boolean whole = length > 0 && ByteBuffer.wrap(bytes).getLong(length) == checksum(bytes, length);
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
            if (!whole || in.readInt() != FORMAT) {
                return Optional.empty();
            }
            Map<ImageReference, ImageDigest> bases = new LinkedHashMap<>();
            for (int left = in.readInt(); left > 0; left--) {
                bases.put(ImageReference.parse(in.readUTF()), new ImageDigest(in.readUTF()));
            }
            List<Descriptor> layers = new ArrayList<>();
            for (int left = in.readInt(); left > 0; left--) {
                layers.add(new Descriptor(in.readUTF(), new ImageDigest(in.readUTF()), in.readLong()));
            }
            long size = in.readLong();
            List<ProgressEvent.Notice> notices = new ArrayList<>();
            for (int left = in.readInt(); left > 0; left--) {
                notices.add(new ProgressEvent.Notice(Finding.Severity.valueOf(in.readUTF()), in.readUTF()));
            }
            byte[] manifest = in.readNBytes(in.readInt());
            ContextSnapshot context = ContextSnapshot.of(in.readNBytes(in.readInt()));
            return Optional.of(new PastBuild(bases, context, manifest, layers, size, notices));
        } catch (IOException | RuntimeException e) {
            return Optional.empty();
        }
    }

    private static long checksum(byte[] bytes, int length) {
        CRC32 checksum = new CRC32();
        checksum.update(bytes, 0, length);
        return checksum.getValue();
    }

    private static void write(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }
}
