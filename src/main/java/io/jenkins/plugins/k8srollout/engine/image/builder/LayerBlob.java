package io.jenkins.plugins.k8srollout.engine.image.builder;

import io.jenkins.plugins.k8srollout.engine.image.layer.Layer;
import io.jenkins.plugins.k8srollout.engine.image.layer.LayerFactory;
import io.jenkins.plugins.k8srollout.engine.image.registry.BlobSource;
import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A layer's bytes, which are looked for (and verified, or made) only when the registry turns out to lack them. */
final class LayerBlob implements BlobSource {
    private final LayerFactory factory;
    private final Layer layer;
    private Path file;

    LayerBlob(LayerFactory factory, Layer layer) {
        this.factory = factory;
        this.layer = layer;
    }

    @Override
    public ImageDigest digest() {
        return layer.digest();
    }

    @Override
    public long size() {
        return layer.size();
    }

    @Override
    public InputStream open(long offset) throws IOException {
        FileChannel channel = FileChannel.open(file(), StandardOpenOption.READ);
        try {
            return Channels.newInputStream(channel.position(offset));
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private synchronized Path file() {
        if (file == null) {
            file = factory.blob(layer);
        }
        return file;
    }
}
