package io.jenkins.plugins.k8srollout.bench;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** Makes the build contexts: the same bytes in every run of the benchmark. */
final class Contexts {
    private static final int SMALL_FILES = 5_000;
    private static final int SMALL_BYTES = 12_000;
    private static final int PER_FOLDER = 50;
    private static final long BIG_BYTES = 250_000_000L;
    private static final int LONGEST_STRETCH = 128 << 10;
    private static final int WORDS = 4_000;

    private final Random random;
    private final String[] words = new String[WORDS];

    private Contexts(long seed) {
        random = new Random(seed);
        for (int i = 0; i < WORDS; i++) {
            StringBuilder word = new StringBuilder();
            for (int length = 2 + random.nextInt(9); length > 0; length--) {
                word.append((char) ('a' + random.nextInt(26)));
            }
            words[i] = word.toString();
        }
    }

    /** Source code of a web application: 5,000 text files, 60 MB. */
    static void small(Path app) throws IOException {
        Contexts texts = new Contexts(1);
        for (int i = 0; i < SMALL_FILES; i++) {
            Path file = app.resolve("module" + i / PER_FOLDER).resolve("File" + i + ".php");
            Files.createDirectories(file.getParent());
            Files.write(file, texts.source(SMALL_BYTES - 2_000 + texts.random.nextInt(4_000)));
        }
    }

    /** One file of 250 MB, half of it random, in stretches of up to 128 KiB. */
    static void big(Path app) throws IOException {
        Contexts texts = new Contexts(2);
        Files.createDirectories(app);
        byte[] text = texts.source(8 << 20);
        try (OutputStream out = Files.newOutputStream(app.resolve("data.bin"))) {
            long left = BIG_BYTES;
            for (boolean noise = false; left > 0; noise = !noise) {
                int length = (int) Math.min(left, 1 + texts.random.nextInt(LONGEST_STRETCH));
                byte[] stretch = new byte[length];
                if (noise) {
                    texts.random.nextBytes(stretch);
                } else {
                    System.arraycopy(text, texts.random.nextInt(text.length - length), stretch, 0, length);
                }
                out.write(stretch);
                left -= length;
            }
        }
    }

    /** What a base image holds: a thousand files, half text and half random, 30 MB. */
    static void base(Path root) throws IOException {
        Contexts texts = new Contexts(3);
        for (int i = 0; i < 1_000; i++) {
            Path file = root.resolve("usr/lib/part" + i / PER_FOLDER).resolve("lib" + i + ".so");
            Files.createDirectories(file.getParent());
            byte[] content = texts.source(30_000);
            byte[] noise = new byte[15_000];
            texts.random.nextBytes(noise);
            System.arraycopy(noise, 0, content, 0, noise.length);
            Files.write(file, content);
        }
    }

    /** Changes one file in its middle, to something that was never there. */
    static void change(Path file, int round) throws IOException {
        byte[] mark = ("/* change " + round + " " + System.nanoTime() + " */").getBytes(StandardCharsets.UTF_8);
        try (var channel = java.nio.channels.FileChannel.open(file, java.nio.file.StandardOpenOption.WRITE)) {
            channel.write(java.nio.ByteBuffer.wrap(mark), channel.size() / 2);
        }
    }

    private byte[] source(int bytes) {
        StringBuilder text = new StringBuilder(bytes + 100);
        while (text.length() < bytes) {
            text.append("    ".repeat(random.nextInt(4)));
            for (int i = 2 + random.nextInt(7); i > 0; i--) {
                // Words are unevenly frequent, as in every text.
                text.append(words[(int) (WORDS * Math.pow(random.nextDouble(), 3))]);
                text.append(random.nextInt(3) == 0 ? "($" : random.nextInt(4) == 0 ? "->" : " ");
            }
            text.append(random.nextBoolean() ? ";\n" : " {\n");
        }
        return text.substring(0, bytes).getBytes(StandardCharsets.US_ASCII);
    }
}
