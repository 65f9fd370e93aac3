package io.jenkins.plugins.k8srollout.engine.image.builder;

import io.jenkins.plugins.k8srollout.engine.image.registry.BlobSource;
import io.jenkins.plugins.k8srollout.engine.image.registry.Descriptor;
import io.jenkins.plugins.k8srollout.engine.image.registry.RegistryClient;
import io.jenkins.plugins.k8srollout.engine.model.ImageDigest;
import java.io.IOException;
import java.io.InputStream;

/** A blob that another repository holds, read while it is being pushed: it never touches the disk. */
record RemoteBlob(RegistryClient client, String repository, Descriptor descriptor) implements BlobSource {
    @Override
    public ImageDigest digest() {
        return descriptor.digest();
    }

    @Override
    public long size() {
        return descriptor.size();
    }

    @Override
    public InputStream open(long offset) throws IOException {
        InputStream in = client.blob(repository, descriptor.digest());
        try {
            in.skipNBytes(offset);
            return in;
        } catch (IOException | RuntimeException e) {
            in.close();
            throw e;
        }
    }
}
