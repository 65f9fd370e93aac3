package io.jenkins.plugins.k8srollout.engine.image.layer;

import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import java.io.IOException;
import java.io.InputStream;

/**
 * A file known from a base layer's index, whose content has not been fetched: {@link BaseLayers#fetch} replaces it
 * before it is read.
 */
record LayerFile(ImageDigest layer, String path, long size) implements Content {
    @Override
    public ImageDigest digest() {
        throw new IllegalStateException(path + " of layer " + layer + " has not been fetched");
    }

    @Override
    public InputStream open() throws IOException {
        throw new IOException(path + " of layer " + layer + " has not been fetched");
    }
}
